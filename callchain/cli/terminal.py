"""What a person at a terminal sees: progress on stderr, one line for an error, never a traceback."""

from __future__ import annotations

import os
import sys
import tempfile
import traceback
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.status import Status

from callchain.model.errors import CallchainError

CRASHED = 70
"""The exit code of a fault that is the tool's own, as sysexits has it."""
stderr = Console(stderr=True, highlight=False)


class Progress:
    """Says which phase is running; on anything but a terminal it is silent."""

    def __init__(self, status: Status | None) -> None:
        self._status = status

    def __call__(self, phase: str) -> None:
        """Show the phase that begins now."""
        if self._status is not None:
            self._status.update(f"{phase} …")


@contextmanager
def progress() -> Iterator[Progress]:
    """A progress line for the length of the block."""
    if not stderr.is_terminal or os.environ.get("TERM") == "dumb":
        yield Progress(None)
        return
    with stderr.status("starting …") as status:
        yield Progress(status)


def note(text: str) -> None:
    """A line for the person, on stderr; the text is data and no markup."""
    stderr.print(text, markup=False, soft_wrap=True)


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
