"""The phases of a command as they go by: which one runs, how long, and what is left of its budget."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from enum import Enum

from rich.console import Console, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from callchain.ask.read import TimedPhase

Say = Callable[[str], None]
Phases = AbstractContextManager[Say]
_BAR = 16
_WORTH_A_LINE_S = 0.1
_ROOM_FOR_THE_BAR = 60


class Loudness(Enum):
    """How much a person is told."""

    quiet = 0
    normal = 1
    verbose = 2


class _Live:
    """The line at the bottom of a terminal; what is done moves up and stays."""

    def __init__(self, console: Console, least_s: float) -> None:
        self._console = console
        self._least_s = least_s
        self._spinner = Spinner("dots", style="cyan")
        self._phase = "starting"
        self._since = time.monotonic()

    def __call__(self, phase: str) -> None:
        """Show the phase that begins now."""
        self.settle()
        self._phase, self._since = phase, time.monotonic()

    def settle(self) -> None:
        """Leave a line of the phase that ends now, if it took its time."""
        spent = time.monotonic() - self._since
        if spent >= self._least_s:
            line = Text.assemble(("✓ ", "green"), self._phase, (f"  {spent:.1f} s", "dim"))
            self._console.print(line, overflow="ellipsis", no_wrap=True)

    def __rich__(self) -> RenderableType:
        spent = time.monotonic() - self._since
        budget = self._phase.budget_s if isinstance(self._phase, TimedPhase) else 0.0
        row = Table.grid(padding=(0, 1, 0, 0))
        row.add_column(no_wrap=True)
        row.add_column(overflow="ellipsis", no_wrap=True, max_width=max(self._console.width - 24, 8))
        cells: list[RenderableType] = [self._spinner, Text(self._phase)]
        if budget and self._console.width >= _ROOM_FOR_THE_BAR:
            cells.append(ProgressBar(total=budget, completed=min(spent, budget), width=_BAR))
        cells.append(Text(f"{clock(spent)} of {clock(budget)}" if budget else clock(spent), style="dim"))
        row.add_row(*cells)
        return row


class _Plain:
    """A line for each phase that has ended, with its time."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._phase = ""
        self._since = 0.0

    def __call__(self, phase: str) -> None:
        """Tell of the phase before."""
        self.settle()
        self._phase, self._since = phase, time.monotonic()

    def settle(self) -> None:
        """Tell of the last phase."""
        if self._phase:
            spent = time.monotonic() - self._since
            self._console.print(f"{self._phase}  {spent:.1f} s", markup=False, soft_wrap=True)
        self._phase = ""


@contextmanager
def shown_phases(console: Console, loud: Loudness) -> Iterator[Say]:
    """Somebody to tell of phases, for the length of the block."""
    verbose = loud is Loudness.verbose
    alive = console.is_terminal and not console.is_dumb_terminal and os.environ.get("TERM") != "dumb"
    if loud is Loudness.quiet or not (alive or verbose):
        yield _silent
    elif alive:
        line = _Live(console, 0.0 if verbose else _WORTH_A_LINE_S)
        with Live(line, console=console, transient=True, refresh_per_second=8):
            yield line
            line.settle()
    else:
        plain = _Plain(console)
        yield plain
        plain.settle()


def _silent(_phase: str) -> None:
    return


def clock(seconds: float) -> str:
    """Seconds as `m:ss`, hours before them where there are any."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
