"""What a person at a terminal sees on stderr: one line for an error, never a traceback; the answer in short."""

from __future__ import annotations

import sys
import tempfile
import traceback
from collections.abc import Sequence
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from callchain.ask.digest import Line
from callchain.cli.progress import Loudness, Phases, shown_phases
from callchain.model.errors import CallchainError
from callchain.report.visible import visible

CRASHED = 70
"""The exit code of a fault that is the tool's own, as sysexits has it."""
stderr = Console(stderr=True, highlight=False)
Quiet = Annotated[bool, typer.Option("--quiet", help="Say nothing on stderr but errors.")]
Verbose = Annotated[
    bool, typer.Option("--verbose", "-v", help="Say on stderr how long each phase took, and why things are so.")
]
_COLOURS = {
    "confirmed": "green",
    "pass": "green",
    "observed-only": "cyan",
    "static-only: line ran": "red",
    "static-only: not reached": "yellow",
    "not reached": "yellow",
    "fail": "red",
    "error": "red",
}


def loudness(*, quiet: bool, verbose: bool) -> Loudness:
    """How much is said.

    Raises:
        CallchainError: both were asked for.
    """
    if quiet and verbose:
        raise CallchainError("--quiet and --verbose exclude each other", hint="leave one of them out")
    return Loudness.quiet if quiet else Loudness.verbose if verbose else Loudness.normal


def progress(loud: Loudness = Loudness.normal) -> Phases:
    """The phases of a command, shown for the length of the block: live on a terminal, else only when verbose."""
    return shown_phases(stderr, loud)


def note(text: str) -> None:
    """A line for the person, on stderr; the text is data and no markup."""
    stderr.print(text, markup=False, soft_wrap=True)


def summary(lines: Sequence[Line]) -> None:
    """The answer in short: laid out and coloured on a terminal, else one plain line each."""
    if not stderr.is_terminal:
        for line in lines:
            note(visible(str(line)))
        return
    table = Table.grid(padding=(0, 1, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for line in lines:
        style = "bold red" if line.label in ("fail", "error") else "bold"
        table.add_row(Text(line.label, style=style), _text(line))
    stderr.print(table)


def _text(line: Line) -> Text:
    text = Text(visible(line.text))
    if line.label in ("edges", "taps"):
        for words, colour in _COLOURS.items():
            text.highlight_words([f" {words}"], colour)
    return text


def fail(error: CallchainError) -> int:
    """Print the error's one line and give its exit code."""
    line = " ".join(str(error).split())
    print(f"callchain: {line}", file=sys.stderr)
    return error.exit_code


def crashed(error: Exception) -> CallchainError:
    """A fault of the tool itself: its traceback goes to a file, and the person is told which."""
    try:
        with tempfile.NamedTemporaryFile(
            "w",
            prefix="callchain-crash-",
            suffix=".txt",
            delete=False,
            encoding="utf-8",
            errors="backslashreplace",
        ) as report:
            report.writelines(traceback.format_exception(error, limit=-60))
        hint = f"please report it with {report.name}"
    except OSError:
        hint = "please report it"
    return CallchainError(
        f"internal error: {type(error).__name__}: {str(error)[:200]}", hint=hint, exit_code=CRASHED
    )
