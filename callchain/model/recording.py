"""What a run left behind, merged over its processes and threads."""

from __future__ import annotations

from typing import Any

import msgspec

from callchain.model.chain import Mutation
from callchain.model.tap import Hit


class CallNode(msgspec.Struct, frozen=True, omit_defaults=True):
    """A call in the namespace; equal siblings are folded into one node with their `count`."""

    symbol: str
    path: str
    line: int
    """The line of the `def`."""
    call_line: int = 0
    """The line in the nearest namespace caller that was running; 0 at a root."""
    count: int = 1
    via: tuple[str, ...] = ()
    """Outside packages between the caller and this call, outermost first."""
    outcome: str = "return"
    """`return`, `raise TypeName`, `yield` or `open` (never left)."""
    children: tuple[CallNode, ...] = ()


class ThreadTree(msgspec.Struct, frozen=True, omit_defaults=True):
    """The call tree of one thread."""

    name: str
    roots: tuple[CallNode, ...]


class ProcessRecord(msgspec.Struct, frozen=True, omit_defaults=True):
    """One process of a run."""

    pid: int
    parent: int
    argv: tuple[str, ...]
    python: str
    engine: str
    clean: bool
    """Whether the recording was closed; a killed process leaves it open and what was recorded stays."""
    threads: tuple[ThreadTree, ...] = ()
    notes: tuple[str, ...] = ()
    role: str = ""
    """What it is among its like: `rank 0 of 2`, `pytest-xdist gw1`, `DataLoader worker 0`."""


class ObservedEdge(msgspec.Struct, frozen=True, order=True, omit_defaults=True):
    """A call that ran: `line` is the line of the caller that was running; `via` as in `CallNode`."""

    caller: str
    line: int
    callee: str
    count: int = 1
    via: tuple[str, ...] = ()


class ObservedEffect(msgspec.Struct, frozen=True, order=True, omit_defaults=True):
    """A side effect that ran, with the namespace line that caused it."""

    kind: str
    action: str
    target: str
    path: str
    line: int
    symbol: str
    event: str = ""
    """The audit event or the wrapped writer that told of it."""
    count: int = 1
    real: str = ""
    """The absolute path, for reading artefacts after the run; never printed in a report."""


class RunRecord(msgspec.Struct, frozen=True, omit_defaults=True):
    """One traced command and all that was recorded of it."""

    name: str
    command: tuple[str, ...]
    exit_code: int | None
    engine: str
    reason: str = ""
    """Why this engine and not another."""
    ended: str = "exit"
    """`exit`, `signal N`, `time budget`, `process limit` or `interrupted`."""
    processes: tuple[ProcessRecord, ...] = ()
    edges: tuple[ObservedEdge, ...] = ()
    lines: dict[str, tuple[int, ...]] = {}
    """Path → the lines that ran, ascending."""
    hits: dict[str, tuple[Hit, ...]] = {}
    """Tap key → its hits in order."""
    effects: tuple[ObservedEffect, ...] = ()
    mutations: tuple[Mutation, ...] = ()
    exceptions: tuple[str, ...] = ()
    """`symbol:line TypeName: message`, redacted, for exceptions that left a namespace function."""
    dropped: dict[str, int] = {}
    """What was not recorded, by reason."""
    environment: dict[str, Any] = {}
    """Interpreter, platform and package versions of the target's process."""
    cwd: str = ""
    output: str = ""
    """The file that holds what the program printed, relative to the package."""
    hits_total: dict[str, int] = {}
    """Tap key → how often it was hit in all processes; the values of hits beyond a limit are not in `hits`."""
    tap_notes: dict[str, str] = {}
    """Tap key → what must be said of its hits, or of their absence, where a compiler ran the tap's function."""
