"""Running and counted calls: the places of a call tree, the entries of tapped calls, the state of a thread."""

from __future__ import annotations

import time
from types import FrameType
from typing import Any

from .cells import Cell
from .plan import Plan

BASE_BITS = 24
"""A place's number above the bits of an instruction's offset makes one key of both."""
ENTERED, RETURNED, SUSPENDED, ENDED = 0, 1, 2, 3
"""A node's cells: `node.cells[node.at + ENTERED] += 1`; `ENDED` holds when the first call returned, by `clock`."""
NODE_CELLS = 4
clock = time.monotonic_ns  # bound at import: the target may replace it
_NO_CELL = Cell(memoryview(bytearray(8 * NODE_CELLS)).cast("q"), 0, -1)


class Node:
    """A place of the call tree; it stands for a running call of which nothing more is asked.

    Its counts lie in cells that outlive the process.
    """

    __slots__ = ("at", "base", "cells", "children", "depth", "number", "outcomes", "plan")

    def __init__(self, number: int, depth: int, cell: Cell = _NO_CELL, plan: Plan | None = None) -> None:
        self.number = number
        self.base = number << BASE_BITS
        self.plan = plan
        self.depth = depth
        self.children: dict[tuple[int, int, tuple[str, ...]], Node] = {}
        self.cells = cell.view
        self.at = cell.at
        self.outcomes: dict[str, Cell] = {}
        """How calls ended otherwise."""

    def returned(self) -> None:
        """A call returned; of the first it is told when."""
        cells, at = self.cells, self.at
        if not cells[at + RETURNED]:
            cells[at + ENDED] = clock()
        cells[at + RETURNED] += 1

    @property
    def node(self) -> Node:
        """The place of the call, as an entry has it."""
        return self


class Entry:
    """A running call of which more is asked: taps, watched state, errors told before its end."""

    line = 0
    at = 0
    """The line that the frame is at, where the frame itself cannot say."""
    error: Any = None
    """The exception on its way, until a line of the frame runs."""
    last_error = ("", "", 0)
    """Type, message and line of the last exception: a `finally` re-raises without telling."""
    thrown: Any = None
    """The last exception itself, kept for a tap on the raise alone."""
    watching: dict[int, bool] | None = None
    """Taps after a statement that is running now, with whether an exception passed through it."""

    def __init__(self, frame: FrameType, plan: Plan, node: Node) -> None:
        self.frame = frame
        self.plan = plan
        self.node = node
        self.base = node.base


class ThreadState:
    """What one thread is doing."""

    __slots__ = ("busy", "number", "paused", "root")

    def __init__(self, number: int) -> None:
        self.number = number
        self.root = Node(0, 0)
        self.paused = 0
        self.busy = False
