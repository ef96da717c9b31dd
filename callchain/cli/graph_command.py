"""`callchain graph`: the call graph, or the part of it that was asked for."""

from __future__ import annotations

import difflib
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from callchain.ask.read import Codebase, read_codebase
from callchain.callgraph.graph import CallGraph
from callchain.callgraph.select import (
    SURE,
    Selection,
    select_callees,
    select_callers,
    select_namespace,
    select_paths,
    with_constructors,
)
from callchain.cli.settings import load_settings
from callchain.cli.terminal import Quiet, Verbose, loudness, progress
from callchain.model.errors import CallchainError
from callchain.model.symbol import last_name
from callchain.report.graph_forms import FORMS
from callchain.source.namespace import select


class Format(StrEnum):
    """The forms a graph can be printed in."""

    json = "json"
    dot = "dot"
    svg = "svg"
    mermaid = "mermaid"
    text = "text"


def graph(
    root: Annotated[Path, typer.Argument(help="The code base; only read, never imported or run.")],
    namespace: Annotated[list[str] | None, typer.Option(help="A package or path prefix; repeatable.")] = None,
    form: Annotated[Format, typer.Option("--format", help="How to print it.")] = Format.text,
    callers_of: Annotated[str, typer.Option(help="Only the calls that enter this symbol.")] = "",
    callees_of: Annotated[str, typer.Option(help="Only the calls that leave this symbol.")] = "",
    path_from: Annotated[str, typer.Option(help="Ways that begin at this symbol; with --path-to.")] = "",
    path_to: Annotated[str, typer.Option(help="Ways that end at this symbol; with --path-from.")] = "",
    most: Annotated[int, typer.Option("-k", min=1, max=50, help="How many ways to print for a pair.")] = 3,
    min_confidence: Annotated[
        float, typer.Option(min=0.0, max=1.0, help="Leave out edges below this; 0 keeps every candidate.")
    ] = SURE,
    as_json: Annotated[bool, typer.Option("--json", help="The same as --format json.")] = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> int:
    """Print the call graph of a code base as JSON, text, DOT, SVG or Mermaid."""
    settings = load_settings(root)
    with progress(loudness(quiet=quiet, verbose=verbose)) as phase:
        codebase = read_codebase(root, phase, words=False)
        paths = select(codebase.tree, tuple(namespace or settings.namespaces))
        phase("selecting")
        selection = _selected(codebase, paths, callers_of, callees_of, path_from, path_to, most, min_confidence)
        text = FORMS["json" if as_json else form.value](selection)
    sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace"))
    sys.stdout.flush()
    return 0


def _selected(
    codebase: Codebase,
    paths: frozenset[str],
    callers_of: str,
    callees_of: str,
    path_from: str,
    path_to: str,
    most: int,
    least: float,
) -> Selection:
    found = codebase.graph
    wanted = [bool(callers_of), bool(callees_of), bool(path_from or path_to)]
    if sum(wanted) > 1:
        raise CallchainError(
            "--callers-of, --callees-of and --path-from exclude each other", hint="ask one at a time"
        )
    if bool(path_from) != bool(path_to):
        raise CallchainError("--path-from and --path-to go together", hint="give both ends of the way")
    if callers_of:
        return select_callers(found, _meant(found, callers_of), least)
    if callees_of:
        return select_callees(found, _meant(found, callees_of), least)
    if path_from:
        return select_paths(found, _meant(found, path_from), _meant(found, path_to), most)
    return select_namespace(found, paths, lambda path: codebase.tree.file(path).module, least)


def _meant(found: CallGraph, name: str) -> tuple[str, ...]:
    """The symbols that a name means.

    Raises:
        CallchainError: there is none; the line names near ones.
    """
    symbols = found.find(name)
    if symbols:
        return with_constructors(found, symbols)
    last = name.replace("::", ".").rpartition(".")[2]
    names = sorted({last_name(symbol) for symbol in found.definitions})
    near = difflib.get_close_matches(last, names, n=3)
    hint = f"near names: {', '.join(near)}" if near else "write path::qualname, Class.method or a bare name"
    raise CallchainError(f"no symbol is called {name!r}", hint=hint)
