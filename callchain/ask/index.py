"""Reading code bases ahead of the questions: into the cache."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import msgspec

from callchain.ask.read import Codebase, Phase, read_codebase
from callchain.facts.store import Extractor
from callchain.model.errors import CallchainError


@dataclass(frozen=True)
class Repository:
    """A code base and the name it goes by among others."""

    name: str
    root: Path


class Indexed(msgspec.Struct, frozen=True):
    """What was read of one repository, in figures."""

    repository: str
    commit: str
    dirty: bool
    files: int
    skipped: int
    lines: int
    symbols: int
    calls: int
    """Between symbols of the repository."""
    external: int
    """Calls that leave it."""
    blind_spots: int


def repositories(words: list[str]) -> tuple[Repository, ...]:
    """Folders, or NAME=FOLDER; a folder goes by its own name.

    Raises:
        CallchainError: two go by one name, or a name cannot be that of a file.
    """
    found: dict[str, Repository] = {}
    for word in words:
        name, given, folder = word.partition("=")
        if not given or Path(word).exists():
            name, folder = Path(word).resolve().name, word
        if not name or name.startswith(".") or not name.isprintable() or set(name) & set("/\\*?[]'"):
            raise CallchainError(f"a repository cannot go by the name {name!r}", hint="write NAME=FOLDER")
        if name in found:
            raise CallchainError(f"two repositories go by the name {name!r}", hint="write NAME=FOLDER for one")
        found[name] = Repository(name, Path(folder))
    return tuple(found.values())


def read_repository(repository: Repository, phase: Phase, extractor: Extractor | None) -> Codebase:
    """All that questions will need of a repository, read into the cache."""

    def named(text: str) -> None:
        phase(f"{repository.name}: {text}")

    return read_codebase(repository.root, named, extractor=extractor)


def figures(repository: Repository, codebase: Codebase) -> Indexed:
    """What was read, counted."""
    tree, graph = codebase.tree, codebase.graph
    return Indexed(
        repository=repository.name,
        commit=tree.commit,
        dirty=tree.dirty,
        files=len(tree.files),
        skipped=len(tree.skipped),
        lines=sum(facts.lines for facts in codebase.facts.values()),
        symbols=len(graph.definitions),
        calls=len(graph.edges),
        external=len(graph.external),
        blind_spots=len(graph.blind_spots),
    )
