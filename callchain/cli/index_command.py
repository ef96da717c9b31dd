"""`callchain index`: code bases read ahead of the questions, on this machine or on many."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from callchain.ask.index import Indexed, figures, read_repository, repositories
from callchain.callgraph.org_store import OrgStore, duckdb_or_advice
from callchain.callgraph.org_tables import rows
from callchain.cli.terminal import Quiet, Verbose, loudness, progress
from callchain.facts.fleet import fleet
from callchain.facts.store import Extractor
from callchain.model.errors import CallchainError
from callchain.report.visible import visible

_LOCAL = "local"
_FACTS = "facts"


def index(
    roots: Annotated[
        list[str] | None,
        typer.Argument(metavar="[ROOT|NAME=ROOT]...", help="Code bases; the current folder unless given."),
    ] = None,
    executor: Annotated[str, typer.Option(metavar="local|dask://HOST:PORT", help="Who reads the files.")] = _LOCAL,
    store: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Write symbols and calls as Parquet here too, for graph --store."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print a list of objects.")] = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> int:
    """Read code bases into the cache, so that questions find them read; with --store into one for all of them."""
    named = repositories(roots or ["."])
    shelf = OrgStore(store) if store is not None else None
    if shelf is not None:
        duckdb_or_advice()  # said before the work, not after it
    extractor = _extractor(executor, store)
    found: list[Indexed] = []
    with progress(loudness(quiet=quiet, verbose=verbose)) as phase:
        for repository in named:
            codebase = read_repository(repository, phase, extractor)
            if shelf is not None:
                phase(f"{repository.name}: writing tables")
                shelf.write(repository.name, rows(repository.name, codebase.tree, codebase.facts, codebase.graph))
            found.append(figures(repository, codebase))
    text = msgspec.json.format(msgspec.json.encode(found), indent=1).decode() + "\n" if as_json else _text(found)
    sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace"))
    sys.stdout.flush()
    return 0


def _extractor(executor: str, store: Path | None) -> Extractor | None:
    if executor == _LOCAL:
        return None
    if store is None:
        return fleet(executor)
    shared = store.absolute() / _FACTS
    try:
        shared.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CallchainError(
            f"{store} cannot be written: {error.strerror}", hint="choose another --store"
        ) from None
    return fleet(executor, shared)


def _text(found: list[Indexed]) -> str:
    return "".join(
        f"{visible(each.repository)}  {each.commit[:12] or 'no commit'}{'+' if each.dirty else ''}  "
        f"{each.files} files, {each.lines} lines, {each.symbols} symbols, {each.calls} calls inside, "
        f"{each.external} outside, {each.blind_spots} open\n"
        for each in found
    )
