"""Running and counted calls: the nodes of a call tree, the entries of a stack, the state of a thread."""

from __future__ import annotations

from types import FrameType
from typing import Any

from .cells import Cell
from .plan import Plan

ENTERED, RETURNED, SUSPENDED = 0, 1, 2
"""A node's cells: `node.cells[node.at + ENTERED] += 1`."""
NODE_CELLS = 3
_NO_CELL = Cell(memoryview(bytearray(8 * NODE_CELLS)).cast("q"), 0, -1)


class Node:
    """A call of the tree; its counts lie in cells that outlive the process."""

    __slots__ = ("at", "cells", "children", "depth", "direct", "number", "outcomes")

    def __init__(self, number: int, depth: int, cell: Cell = _NO_CELL) -> None:
        self.number = number
        self.depth = depth
        self.children: dict[tuple[int, int, tuple[str, ...]], Node] = {}
        self.direct: dict[tuple[int, int], Node] = {}
        """Calls with nothing in between, by symbol and instruction: the line need not be looked up again."""
        self.cells = cell.view
        self.at = cell.at
        self.outcomes: dict[str, Cell] = {}
        """How calls ended otherwise."""


class Entry:
    """A running call; made for every call, so what most never need are defaults of the class."""

    line = 0
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


class ThreadState:
    """What one thread is doing."""

    __slots__ = ("busy", "number", "paused", "root", "sleeping", "stack")

    def __init__(self, number: int) -> None:
        self.number = number
        self.stack: list[Entry] = []
        self.sleeping: dict[int, Entry] = {}
        """Suspended generators and coroutines by the identity of their frame."""
        self.root = Node(0, 0)
        self.paused = 0
        self.busy = False
