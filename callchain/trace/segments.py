"""Reading the segments that the processes of a run wrote, whole or cut short."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from callchain.probe.calls import ENDED
from callchain.trace.counts import Counts
from callchain.trace.shapes import is_whole

DAMAGED = "records of the recording that cannot be read"


@dataclass
class NodeRow:
    """A node of a thread's call tree as recorded."""

    number: int
    parent: int
    symbol: int
    line: int
    via: tuple[str, ...]
    cell: int
    """The number of its first count; the others follow it."""
    first: int = 0
    """Microseconds from the opening of the segment to its first call."""
    ended: int | None = None
    """The same to the end of the first call that ended; None where it is not known."""
    entered: int = 1
    suspended: int = 0
    outcomes: dict[str, int] = field(default_factory=dict)


@dataclass
class SegmentData:
    """All that one process recorded."""

    head: dict[str, Any]
    head_at: int = 0
    """Microseconds from the opening of the segment to its head, which tells the time by two clocks."""
    last_at: int = 0
    """The same to its last record."""
    threads: dict[int, tuple[str, bool]] = field(default_factory=dict)
    symbols: dict[int, tuple[str, str, int]] = field(default_factory=dict)
    nodes: dict[int, dict[int, NodeRow]] = field(default_factory=dict)
    """Thread → node number → node, in order of first call."""
    lines: dict[str, set[int]] = field(default_factory=dict)
    hits: list[list[Any]] = field(default_factory=list)
    hit_counts: dict[str, int] = field(default_factory=dict)
    effects: dict[tuple[Any, ...], int] = field(default_factory=dict)
    mutations: list[list[Any]] = field(default_factory=list)
    exceptions: list[tuple[int, int, str, str]] = field(default_factory=list)
    dropped: dict[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    compiled: list[tuple[str, str, str]] = field(default_factory=list)
    """Functions of which a compiler made a copy: path, qualname, compiler."""
    versions: dict[str, str] = field(default_factory=dict)
    cells: dict[str, dict[Any, int]] = field(default_factory=lambda: {"o": {}, "f": {}, "k": {}, "d": {}})
    """What each count is of, by the kind of its record; the numbers are those of cells."""
    left_at: dict[int, int] = field(default_factory=dict)
    """Node → when a call of it first ended otherwise than by a return."""
    homeless: dict[int, list[int]] = field(default_factory=dict)
    """First cell → values, of counts that had no file of their own."""
    clean: bool = False
    path: str = ""
    role: str = ""


def read_all(folder: Path) -> list[SegmentData]:
    """The processes of a run, parents before children, then by the order in which they started."""
    found = [data for path in sorted(folder.glob("seg-*.jsonl")) if (data := read(path)) is not None]
    found.sort(key=lambda data: (data.head.get("start", 0), data.head.get("pid", 0)))
    return found


def read(path: Path) -> SegmentData | None:
    """One segment; None when not even its head was written. A last line that was cut is left out."""
    data: SegmentData | None = None
    damaged: list[int] = []
    for at, record in records(path, damaged):
        if record[0] == "head":
            data = SegmentData(head=record[1], head_at=at)
        elif data is not None:
            _take(data, at, record)
        if data is not None:
            data.last_at = max(data.last_at, at)
    if data is not None:
        data.path = str(path)
        resolve(data, Counts(path, data.homeless))
        if len(damaged) > (0 if data.clean else 1):  # the last record of a killed process may be cut
            data.dropped[DAMAGED] = len(damaged)
    return data


def resolve(data: SegmentData, counts: Counts) -> None:
    """Give each count its value; what was announced happened at least once."""
    rows = {number: node for thread in data.nodes.values() for number, node in thread.items()}
    for node in rows.values():
        node.entered = max(counts[node.cell], 1)
        node.suspended = counts[node.cell + 2]
        node.ended = _first_end(data, node, counts)
        returned = counts[node.cell + 1]
        node.outcomes = {"return": returned} if returned else {}
    for (number, outcome), cell in data.cells["o"].items():
        if number in rows:
            rows[number].outcomes[outcome] = max(counts[cell], 1)
    data.effects = {key: max(counts[cell], 1) for key, cell in data.cells["f"].items()}
    data.hit_counts = {key: max(counts[cell], 1) for key, cell in data.cells["k"].items()}
    data.dropped = {key: max(counts[cell], 1) for key, cell in data.cells["d"].items()}


def _first_end(data: SegmentData, node: NodeRow, counts: Counts) -> int | None:
    """When the first call ended that did; recordings of old have no cell for it."""
    found = [data.left_at[node.number]] if node.number in data.left_at else []
    if data.head.get("node_cells", 0) > ENDED and counts[node.cell + ENDED]:
        found.append((counts[node.cell + ENDED] - data.head.get("clock", 0)) // 1000 + data.head_at)
    return max(min(*found, data.last_at), node.first) if found else None


def records(path: Path, damaged: list[int] | None = None) -> Iterator[tuple[int, list[Any]]]:
    """The records of a segment, each with the microseconds since it was opened.

    Args:
        path: the segment.
        damaged: takes the numbers of the lines that are no whole record; they are left out.
    """
    decode = msgspec.json.Decoder(list[Any]).decode
    with path.open("rb") as stream:
        for number, line in enumerate(stream, 1):
            try:
                record = decode(line)
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
                record = []
            if len(record) > 1 and isinstance(record[0], int) and is_whole(record[1:]):
                yield record[0], record[1:]
            elif damaged is not None:
                damaged.append(number)


def _take(data: SegmentData, at: int, record: list[Any]) -> None:  # one short branch for each kind of record
    kind, *rest = record
    if kind == "n":
        thread, number, parent, symbol, line, via, cell = rest
        data.nodes.setdefault(thread, {})[number] = NodeRow(number, parent, symbol, line, tuple(via), cell, at)
    elif kind == "o":
        data.cells["o"][(rest[0], rest[1])] = rest[2]
        data.left_at.setdefault(rest[0], at)
    elif kind == "l":
        data.lines.setdefault(rest[0], set()).add(rest[1])
    elif kind == "s":
        data.symbols[rest[0]] = (rest[1], rest[2], rest[3])
    elif kind == "t":
        data.threads[rest[0]] = (rest[1], rest[2])
    elif kind == "h":
        data.hits.append(rest)
    elif kind in ("k", "d"):
        data.cells[kind][rest[0]] = rest[1]
    elif kind == "f":
        data.cells["f"][tuple(rest[:-1])] = rest[-1]
    elif kind == "w":
        data.mutations.append(rest)
    elif kind == "x":
        data.exceptions.append((rest[0], rest[1], rest[2], rest[3]))
    elif kind == "q":
        data.homeless[rest[0]] = rest[1]
    elif kind == "note":
        data.notes.append(rest[0])
    elif kind == "ag":
        data.compiled.append((rest[0], rest[1], rest[2]))
    elif kind == "role":
        data.role = rest[0]
    elif kind == "v":
        data.versions = rest[0]
    elif kind == "end":
        data.clean = True
