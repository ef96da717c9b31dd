"""Recordings over time: each process and thread as a lane of its first calls, with when they began and ended.

A call's times are those of the first call at its place; later ones are counted, not timed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from callchain.model.symbol import symbol
from callchain.trace.export.recordings import Run
from callchain.trace.segments import NodeRow, SegmentData, records


@dataclass(frozen=True)
class TimedCall:
    """The first call at a place; times are microseconds since the run began."""

    depth: int
    symbol: str
    path: str
    line: int
    """The line of the `def`."""
    call_line: int
    count: int
    start: int
    end: int
    is_open: bool
    """It had not ended when the recording did; then its end is that."""
    until: int
    """The end of the last first call below it: it was called again where this is later than its end."""


@dataclass(frozen=True)
class Lane:
    """A thread: its calls in the order of the tree, and the taps that were hit in it, with their times."""

    name: str
    calls: tuple[TimedCall, ...]
    hits: tuple[tuple[int, str], ...]


@dataclass(frozen=True)
class Process:
    """A process of a run; times are microseconds since the run began."""

    role: str
    start: int
    end: int
    lanes: tuple[Lane, ...]
    effects: tuple[tuple[int, str], ...]


def processes_of(run: Run) -> tuple[Process, ...]:
    """The processes of a run, each with the lanes of its threads."""
    base = min((_opened(data) for data in run.processes), default=0)
    return tuple(_process(data, (_opened(data) - base) // 1000) for data in run.processes)


def _opened(data: SegmentData) -> int:
    """When the segment was opened, in nanoseconds since the epoch."""
    return int(data.head.get("start", 0)) - data.head_at * 1000


def _process(data: SegmentData, shift: int) -> Process:
    hits: dict[int, list[tuple[int, str]]] = {}
    effects: list[tuple[int, str]] = []
    for at, (kind, *rest) in records(Path(data.path)):
        if kind == "h":
            hits.setdefault(rest[2], []).append((at + shift, rest[0]))
        elif kind == "f":
            effects.append((at + shift, f"{rest[1]} {rest[2]}"))
    lanes = [
        Lane(
            data.threads.get(number, ("", False))[0] or f"Thread-{number}",
            tuple(_calls(data, number, shift)),
            tuple(hits.get(number, ())),
        )
        for number in sorted(data.nodes, key=lambda number: (not data.threads.get(number, ("", False))[1], number))
    ]
    return Process(data.role, shift, data.last_at + shift, tuple(lanes), tuple(effects))


def _calls(data: SegmentData, thread: int, shift: int) -> Iterator[TimedCall]:
    nodes = data.nodes[thread]
    children: dict[int, list[NodeRow]] = {}
    for node in nodes.values():
        children.setdefault(node.parent if node.parent in nodes else 0, []).append(node)
    until = _untils(data, nodes)
    waiting = [(node, 0) for node in reversed(children.get(0, []))]
    while waiting:
        node, depth = waiting.pop()
        waiting += [(child, depth + 1) for child in reversed(children.get(node.number, []))]
        path, qualname, line = data.symbols.get(node.symbol, ("", "?", 0))
        yield TimedCall(
            depth,
            symbol(path, qualname),
            path,
            1 if qualname == "<module>" else line,
            node.line,
            node.entered,
            node.first + shift,
            _end(data, node) + shift,
            node.ended is None,
            until[node.number] + shift,
        )


def _end(data: SegmentData, node: NodeRow) -> int:
    return data.last_at if node.ended is None else node.ended


def _untils(data: SegmentData, nodes: dict[int, NodeRow]) -> dict[int, int]:
    """A parent is told before its children: from the last to the first each hands its end up."""
    found = {number: _end(data, node) for number, node in nodes.items()}
    for number in sorted(nodes, reverse=True):
        parent = nodes[number].parent
        if parent in found:
            found[parent] = max(found[parent], found[number])
    return found
