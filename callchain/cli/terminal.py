"""What a person at a terminal sees: progress on stderr, one line for an error, never a traceback."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.status import Status

from callchain.model.errors import CallchainError

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
