"""Which files there are: from git where it knows the folder, else by walking it."""

from __future__ import annotations

import os
import re
from pathlib import Path

import msgspec

from callchain.model.graph import BlindSpot
from callchain.source.exclusions import VENDORED, split
from callchain.source.forge import permalinks
from callchain.source.git import read_repository
from callchain.source.walk import walk

_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]|::|\\")
NESTED = "a git repository of its own; give it as a root of its own to read it"


class Listing(msgspec.Struct, frozen=True):
    """The files below a root, relative to it and sorted, less what is not the code base's own."""

    paths: tuple[str, ...]
    skipped: tuple[BlindSpot, ...]
    commit: str = ""
    changed: tuple[str, ...] = ()
    untracked: tuple[str, ...] = ()
    forge: str = ""
    """As in `SourceTree`."""


def list_files(root: Path) -> Listing:
    """List the files below `root`."""
    repository = read_repository(root)
    if repository is None:
        paths, problems = walk(root)
    else:
        paths, problems = list(repository.files), []
    nested = {path for path in paths if path.endswith("/") or _is_folder(root, path)}
    kept, vendored = split(path for path in paths if path not in nested)
    named, misnamed = _check_names(kept)
    skipped = [
        *problems,
        *misnamed,
        *(_left_out(folder, VENDORED) for folder in vendored),
        *(_left_out(folder.rstrip("/"), NESTED) for folder in nested if split([folder.rstrip("/")])[0]),
    ]
    return Listing(
        paths=tuple(path for path in named if os.path.lexists(root / path)),
        skipped=tuple(sorted(set(skipped))),
        commit=repository.commit if repository else "",
        changed=tuple(split(repository.changed)[0]) if repository else (),
        untracked=repository.untracked if repository else (),
        forge=permalinks(repository.remote, repository.commit, repository.prefix) if repository else "",
    )


def _is_folder(root: Path, path: str) -> bool:
    """Whether git's entry is a submodule; a symbolic link to a folder is an entry of its own."""
    return (root / path).is_dir() and not (root / path).is_symlink()


def _check_names(paths: list[str]) -> tuple[list[str], list[BlindSpot]]:
    """Names that can be printed and stand in a symbol, and the others, escaped."""
    good: list[str] = []
    bad: list[BlindSpot] = []
    for path in paths:
        if not path.isascii() and _has_surrogates(path):
            bad.append(_left_out(_escaped(path), "its name is not UTF-8"))
        elif _UNPRINTABLE.search(path):
            bad.append(_left_out(_escaped(path), "its name holds control characters, a backslash or `::`"))
        else:
            good.append(path)
    return good, bad


def _has_surrogates(path: str) -> bool:
    return any("\ud800" <= character <= "\udfff" for character in path)


def _escaped(path: str) -> str:
    return path.encode("unicode_escape").decode("ascii")


def _left_out(path: str, reason: str) -> BlindSpot:
    return BlindSpot(path=path, line=0, symbol="", kind="file", reason=reason)
