"""Running and counted calls: the nodes of a call tree, the entries of a stack, the state of a thread."""

from __future__ import annotations

from types import FrameType
from typing import Any

from .plan import Plan


class Node:
    """A call of the tree with its counts."""

    __slots__ = ("children", "depth", "dirty", "entered", "number", "outcomes", "suspended")

    def __init__(self, number: int, depth: int) -> None:
        self.number = number
        self.depth = depth
        self.children: dict[tuple[int, int, tuple[str, ...]], Node] = {}
        self.entered = 0
        self.suspended = 0
        self.outcomes: dict[str, int] = {}
        self.dirty = False


class Entry:
    """A running call."""

    __slots__ = ("error", "frame", "last_error", "line", "node", "plan", "thrown", "watching")

    def __init__(self, frame: FrameType, plan: Plan, node: Node) -> None:
        self.frame = frame
        self.plan = plan
        self.node = node
        self.line = 0
        self.error: Any = None
        """The exception on its way, until a line of the frame runs."""
        self.last_error = ("", "", 0)
        """Type, message and line of the last exception: a `finally` re-raises without telling."""
        self.thrown: Any = None
        """The last exception itself, kept for a tap on the raise alone."""
        self.watching: dict[int, bool] | None = None
        """Taps after a statement that is running now, with whether an exception passed through it."""


class ThreadState:
    """What one thread is doing."""

    __slots__ = ("busy", "dirty", "flushed", "number", "paused", "root", "sleeping", "stack")

    def __init__(self, number: int) -> None:
        self.number = number
        self.stack: list[Entry] = []
        self.sleeping: dict[int, Entry] = {}
        """Suspended generators and coroutines by the identity of their frame."""
        self.root = Node(0, 0)
        self.dirty: list[Node] = []
        self.flushed = 0.0
        self.paused = 0
        self.busy = False
