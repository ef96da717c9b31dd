"""Recordings as tables: the same columns for Parquet, for SQL, and for what is drawn from them.

Times are nanoseconds since the epoch, worked out from the start of each process and the steps of its own clock. A
call's times are those of the first call at its place; later ones are counted, not timed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from callchain.model.symbol import symbol
from callchain.trace.export.recordings import Run
from callchain.trace.segments import NodeRow, SegmentData, records

Row = dict[str, Any]
_ID = {"run": "VARCHAR", "process": "INTEGER"}
_PLACE = {"path": "VARCHAR", "line": "INTEGER", "symbol": "VARCHAR"}
TABLES: dict[str, dict[str, str]] = {
    "processes": {
        **_ID,
        "pid": "BIGINT",
        "parent_pid": "BIGINT",
        "role": "VARCHAR",
        "argv": "VARCHAR",
        "python": "VARCHAR",
        "engine": "VARCHAR",
        "started_ns": "BIGINT",
        "clean": "BOOLEAN",
    },
    "threads": {**_ID, "thread": "INTEGER", "name": "VARCHAR", "main": "BOOLEAN"},
    "calls": {
        **_ID,
        "thread": "INTEGER",
        "node": "INTEGER",
        "parent": "INTEGER",
        "caller": "VARCHAR",
        "line": "INTEGER",
        "callee": "VARCHAR",
        "via": "VARCHAR",
        "first_ns": "BIGINT",
        "first_end_ns": "BIGINT",
        "entered": "BIGINT",
        "returned": "BIGINT",
        "suspended": "BIGINT",
        "raised": "BIGINT",
        "outcomes": "VARCHAR",
    },
    "lines": {**_ID, "path": "VARCHAR", "line": "INTEGER"},
    "effects": {
        **_ID,
        "first_ns": "BIGINT",
        "kind": "VARCHAR",
        "action": "VARCHAR",
        "target": "VARCHAR",
        "event": "VARCHAR",
        **_PLACE,
        "count": "BIGINT",
    },
    "hits": {
        **_ID,
        "thread": "INTEGER",
        "tap": "VARCHAR",
        "sequence": "BIGINT",
        "at_ns": "BIGINT",
        "captured": "VARCHAR",
        "stack": "VARCHAR",
    },
    "state": {
        **_ID,
        "at_ns": "BIGINT",
        "store": "VARCHAR",
        "key": "VARCHAR",
        "before": "VARCHAR",
        "after": "VARCHAR",
        **_PLACE,
    },
    "exceptions": {**_ID, "first_ns": "BIGINT", "symbol": "VARCHAR", "line": "INTEGER"}
    | {"type": "VARCHAR", "message": "VARCHAR"},
    "dropped": {**_ID, "reason": "VARCHAR", "count": "BIGINT"},
}
"""Table → column → SQL type. `captured`, `before` and `after` hold snapshots as JSON."""


def rows(runs: Iterable[Run]) -> Iterator[tuple[str, Row]]:
    """Every row of every table, with the name of its table."""
    for run in runs:
        for number, data in enumerate(run.processes):
            ids = {"run": run.name, "process": number}
            for table, row in _rows_of(data):
                yield table, ids | row


def _rows_of(data: SegmentData) -> Iterator[tuple[str, Row]]:
    head = data.head
    yield (
        "processes",
        {
            "pid": head.get("pid"),
            "parent_pid": head.get("parent"),
            "role": data.role,
            "argv": _json(head.get("argv", [])),
            "python": head.get("python"),
            "engine": head.get("engine"),
            "started_ns": head.get("start", 0),
            "clean": data.clean,
        },
    )
    for number, (name, main) in sorted(data.threads.items()):
        yield "threads", {"thread": number, "name": name, "main": main}
    yield from _timed(data)
    for path, lines in sorted(data.lines.items()):
        yield from (("lines", {"path": path, "line": line}) for line in sorted(lines))
    for reason, count in sorted(data.dropped.items()):
        yield "dropped", {"reason": reason, "count": count}


def _timed(data: SegmentData) -> Iterator[tuple[str, Row]]:
    """The rows of records that carry a time, in the order in which they were written."""
    start = int(data.head.get("start", 0))
    makers: dict[str, Callable[[SegmentData, int, list[Any]], tuple[str, Row] | None]] = {
        "n": _call,
        "f": _effect,
        "h": _hit,
        "w": _change,
        "x": _exception,
    }
    for at, (kind, *rest) in records(Path(data.path)):
        made = makers[kind](data, start + at * 1000, rest) if kind in makers else None
        if made is not None:
            yield made


def name_of(data: SegmentData, number: int) -> str:
    """The symbol of a number, empty for one that is not known."""
    if number not in data.symbols:
        return ""
    path, qualname, _ = data.symbols[number]
    return symbol(path, qualname)


def caller_of(data: SegmentData, row: NodeRow) -> str:
    """The symbol of the call above a node; one that was given no place in the tree names it itself."""
    if row.parent < -1:
        return name_of(data, -row.parent - 2)
    for nodes in data.nodes.values():
        if row.parent in nodes:
            return name_of(data, nodes[row.parent].symbol)
    return ""


def _call(data: SegmentData, at: int, rest: list[Any]) -> tuple[str, Row] | None:
    row = data.nodes.get(rest[0], {}).get(rest[1])
    if row is None:
        return None
    raised = sum(count for outcome, count in row.outcomes.items() if outcome.startswith("raise"))
    return "calls", {
        "thread": rest[0],
        "node": row.number,
        "parent": max(row.parent, 0),
        "caller": caller_of(data, row),
        "line": row.line,
        "callee": name_of(data, row.symbol),
        "via": ", ".join(row.via),
        "first_ns": at,
        "first_end_ns": None if row.ended is None else at + (row.ended - row.first) * 1000,
        "entered": row.entered,
        "returned": row.outcomes.get("return", 0),
        "suspended": row.suspended,
        "raised": raised,
        "outcomes": _json(row.outcomes),
    }


def _effect(data: SegmentData, at: int, rest: list[Any]) -> tuple[str, Row]:
    kind, action, target, event, path, line, qualname = rest[:7]
    place = {"path": path, "line": int(line), "symbol": symbol(path, qualname)}
    count = data.effects.get(tuple(rest[:-1]), 1)
    told = {"first_ns": at, "kind": kind, "action": action, "target": target, "event": event}
    return "effects", {**told, **place, "count": count}


def _hit(_: SegmentData, at: int, rest: list[Any]) -> tuple[str, Row]:
    tap, sequence, thread, values, stack = rest
    place = {"thread": thread, "tap": tap, "sequence": sequence, "at_ns": at}
    return "hits", {**place, "captured": _json(values), "stack": _json(stack)}


def _change(_: SegmentData, at: int, rest: list[Any]) -> tuple[str, Row]:
    store, key, path, line, qualname, before, after = rest
    place = {"path": path, "line": line, "symbol": symbol(path, qualname)}
    return "state", {
        "at_ns": at,
        "store": store,
        "key": key,
        "before": _json(before),
        "after": _json(after),
        **place,
    }


def _exception(data: SegmentData, at: int, rest: list[Any]) -> tuple[str, Row]:
    number, line, name, message = rest
    return "exceptions", {
        "first_ns": at,
        "symbol": name_of(data, number),
        "line": line,
        "type": name,
        "message": message,
    }


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode("utf-8")
