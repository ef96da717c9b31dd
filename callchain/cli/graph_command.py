"""`callchain graph`: the call graph, or the part of it that was asked for."""

from __future__ import annotations

import sys
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from callchain.ask.read import Codebase, read_codebase
from callchain.ask.settings import load_settings
from callchain.callgraph.org_store import OrgStore
from callchain.callgraph.select import (
    SURE,
    Selection,
    select_callees,
    select_callers,
    select_namespace,
    select_paths,
    symbols_meant,
)
from callchain.cli.progress import Loudness
from callchain.cli.terminal import Quiet, Verbose, loudness, note, progress
from callchain.model.errors import CallchainError
from callchain.report import org_calls
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
    root: Annotated[
        Path | None, typer.Argument(help="The code base; only read, never imported or run.", show_default=False)
    ] = None,
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
    store: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="In place of ROOT: what `index --store` wrote; with --callers-of."),
    ] = None,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> int:
    """Print the call graph of a code base as JSON, text, DOT, SVG or Mermaid."""
    if store is not None:
        others = (root, namespace, callees_of, path_from, path_to)
        return _print(_stored(store, callers_of, Format.json if as_json else form, min_confidence, any(others)))
    if root is None:
        raise CallchainError("Missing argument 'ROOT'", hint="name the code base, or a store with --store")
    settings = load_settings(root)
    loud = loudness(quiet=quiet, verbose=verbose)
    with progress(loud) as phase:
        codebase = read_codebase(root, phase, words=False)
        paths = select(codebase.tree, tuple(namespace or settings.namespaces))
        phase("selecting")
        selection = _selected(codebase, paths, callers_of, callees_of, path_from, path_to, most, min_confidence)
        text = FORMS["json" if as_json else form.value](selection)
    if not (selection.edges or selection.external or selection.paths) and loud is not Loudness.quiet:
        note(_nothing(selection, callers_of, callees_of, path_from, path_to, min_confidence))
    return _print(text)


def _nothing(
    selection: Selection, callers_of: str, callees_of: str, path_from: str, path_to: str, least: float
) -> str:
    """Why nothing was printed, and how to ask for more."""
    weaker = "; --min-confidence 0 shows weaker candidates" if least > 0 and not path_from else ""
    if path_from:
        return f"no way from {path_from} to {path_to} was read; `callchain run` shows those that only a run takes"
    if selection.named:
        count = len(selection.named)
        places = "1 place names it" if count == 1 else f"{count} places name it"
        return f"nothing read under the root calls {callers_of}; {places}"
    if callers_of:
        return f"no call of {callers_of} was read under the root{weaker}"
    if callees_of:
        return f"no call in {callees_of} was read{weaker}"
    return f"no call was read there{weaker}"


def _print(text: str) -> int:
    sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace"))
    sys.stdout.flush()
    return 0


def _stored(store: Path, name: str, form: Format, least: float, more: bool) -> str:
    """Who in any repository of the store calls `name`."""
    if not name or more:
        raise CallchainError("--store answers --callers-of alone", hint="leave ROOT and the other selections out")
    if form not in (Format.json, Format.text):
        raise CallchainError(f"--store has no form {form.value!r}", hint="choose json or text")
    calls = OrgStore(store).callers_of(name, least)
    return org_calls.as_json(calls) if form is Format.json else org_calls.as_text(calls)


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
        return select_callers(found, symbols_meant(found, callers_of), least, codebase.tree)
    if callees_of:
        return select_callees(found, symbols_meant(found, callees_of), least)
    if path_from:
        return select_paths(found, symbols_meant(found, path_from), symbols_meant(found, path_to), most)
    whole = select_namespace(found, paths, lambda path: codebase.tree.file(path).module, least)
    return replace(whole, skipped=codebase.tree.skipped)
