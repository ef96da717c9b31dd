"""`callchain trace export` and `callchain trace query`: recordings in the forms of other tools, and in SQL."""

from __future__ import annotations

import sys
from contextlib import suppress
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from callchain.ask.timed_page import timed_page
from callchain.cli.terminal import note
from callchain.model.errors import CallchainError
from callchain.trace.export import perfetto, speedscope
from callchain.trace.export.parts import is_parts, query_parts
from callchain.trace.export.recordings import newest_package, runs_in
from callchain.trace.export.tables import as_json as json_of
from callchain.trace.export.tables import as_text, query, write_parquet

_Place = Annotated[
    Path | None, typer.Argument(metavar="[PKG]", help="A package or a recording; else the newest below reports/.")
]


class Format(StrEnum):
    """What a recording is written as."""

    perfetto = "perfetto"
    speedscope = "speedscope"
    parquet = "parquet"
    page = "page"


_RENDERERS = {Format.perfetto: perfetto.render, Format.speedscope: speedscope.render}
_OPENED_IN = {
    Format.perfetto: "https://ui.perfetto.dev",
    Format.speedscope: "https://speedscope.app",
    Format.page: "a browser",
}


def export(
    place: _Place = None,
    form: Annotated[Format, typer.Option("--format", help="The tool it is for.")] = Format.perfetto,
    out: Annotated[
        Path | None, typer.Option(help="The file to write, a folder for parquet; else standard output.")
    ] = None,
) -> int:
    """Write a recording for ui.perfetto.dev or speedscope.app, as Parquet tables, or into its package's page."""
    place = place or newest_package(Path("reports"))
    runs = runs_in(place)
    if form is Format.parquet:
        if out is None:
            raise CallchainError("Parquet is several files", hint="name a folder with --out")
        for file in write_parquet(runs, out):
            print(file)
        return 0
    text = timed_page(place) if form is Format.page else _RENDERERS[form](runs)
    if out is None:
        sys.stdout.write(text)
        return 0
    _put(out, text)
    note(f"{out}: open it in {_OPENED_IN[form]}")
    return 0


def _put(out: Path, text: str) -> None:
    """The whole text or nothing; a device or a pipe is written to as it is."""
    draft = out.with_name(f".{out.name}.new")
    try:
        if out.exists() and not out.is_file():
            out.write_text(text, encoding="utf-8")
        else:
            draft.write_text(text, encoding="utf-8")
            draft.replace(out)
    except OSError as error:
        with suppress(OSError):  # it may be in a folder that cannot be written to
            draft.unlink()
        raise CallchainError(f"{out} cannot be written: {error.strerror}", hint="choose another --out") from None


def ask(
    sql: Annotated[str, typer.Argument(metavar="SQL", help="One statement; docs/exports.md names the tables.")],
    place: _Place = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print a list of objects.")] = False,
) -> int:
    """Ask the recordings of all processes, or a folder of exported Parquet parts, in SQL, through DuckDB."""
    if place is not None and is_parts(place):
        answer = query_parts(place, sql)
    else:
        answer = query(runs_in(place or newest_package(Path("reports"))), sql)
    sys.stdout.buffer.write(json_of(answer) if as_json else as_text(answer).encode("utf-8", "backslashreplace"))
    sys.stdout.flush()
    return 0
