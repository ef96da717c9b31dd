"""The Trace Event JSON that ui.perfetto.dev and chrome://tracing open.

Format: the Trace Event Format, "JSON Object Format". A slice is the first call at a place of the call tree, from
its begin to its end; where the end is not known, to where its thread was next seen elsewhere. Effects, tap hits
and changes of state are instants.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from callchain.trace.export.recordings import Run
from callchain.trace.export.rows import Row, rows

Event = dict[str, Any]
_INSTANTS: dict[str, tuple[str, Callable[[Row], str]]] = {
    "effects": ("first_ns", lambda row: f"{row['kind']} {row['action']}: {row['target']}"),
    "hits": ("at_ns", lambda row: f"tap {row['tap']} #{row['sequence']}"),
    "state": ("at_ns", lambda row: f"{row['store']}: {row['key']}"),
    "exceptions": ("first_ns", lambda row: f"{row['type']} in {row['symbol']}"),
}
_TIMES = {"first_ns", "at_ns", "run", "process", "thread"}


def render(runs: Iterable[Run]) -> str:
    """The whole document."""
    tables: dict[str, list[Row]] = {}
    for table, row in rows(runs):
        tables.setdefault(table, []).append(row)
    base = min((row["started_ns"] for row in tables.get("processes", ())), default=0)
    numbers = {(row["run"], row["process"]): at for at, row in enumerate(tables.get("processes", ()), 1)}
    events = [*_names(tables, numbers), *_slices(tables, numbers, base), *_instants(tables, numbers, base)]
    return json.dumps({"traceEvents": events, "displayTimeUnit": "ms"}, indent=None) + "\n"


def _names(tables: dict[str, list[Row]], numbers: dict[Any, int]) -> Iterator[Event]:
    for row in tables.get("processes", ()):
        number = numbers[row["run"], row["process"]]
        role = f" ({row['role']})" if row["role"] else ""
        name = f"{row['run']}: {' '.join(json.loads(row['argv'])[-3:])}{role}"
        yield {"ph": "M", "name": "process_name", "pid": number, "tid": 0, "args": {"name": name}}
        yield {"ph": "M", "name": "process_sort_index", "pid": number, "tid": 0, "args": {"sort_index": number}}
    for row in tables.get("threads", ()):
        number = numbers[row["run"], row["process"]]
        args = {"name": row["name"] or f"thread {row['thread']}"}
        yield {"ph": "M", "name": "thread_name", "pid": number, "tid": row["thread"], "args": args}


def _slices(tables: dict[str, list[Row]], numbers: dict[Any, int], base: int) -> Iterator[Event]:
    threads: dict[tuple[Any, ...], list[Row]] = {}
    for row in tables.get("calls", ()):
        threads.setdefault((row["run"], row["process"], row["thread"]), []).append(row)
    for (run, process, thread), calls in threads.items():
        ends = _ends(calls)
        for row in calls:
            args = {name: row[name] for name in ("callee", "line", "via", "entered", "outcomes") if row[name]}
            yield {
                "ph": "X",
                "name": row["callee"].rpartition("::")[2],
                "cat": "call",
                "pid": numbers[run, process],
                "tid": thread,
                "ts": (row["first_ns"] - base) / 1000,
                "dur": (ends[row["node"]] - row["first_ns"]) / 1000,
                "args": args,
            }


def _ends(calls: list[Row]) -> dict[int, int]:
    """Node → when its first call ended, so that slices nest or follow one another as the form wants them."""
    elsewhere = _seen_elsewhere(calls)
    last = max((row["first_end_ns"] or row["first_ns"] + 1000 for row in calls), default=0)
    ends: dict[int, int] = {}
    for row in calls:
        node, parent = row["node"], row["parent"]
        end = row["first_end_ns"] or elsewhere.get(node, last)
        around = ends.get(parent, end)
        ends[node] = min(end, around) if around > row["first_ns"] else end
    return ends


def _seen_elsewhere(calls: list[Row]) -> dict[int, int]:
    """Node → when its thread was next seen at a place that is not below it."""
    found: dict[int, int] = {}
    stack: list[int] = []
    for row in calls:
        while stack and stack[-1] != row["parent"]:
            found[stack.pop()] = row["first_ns"]
        stack.append(row["node"])
    return found


def _instants(tables: dict[str, list[Row]], numbers: dict[Any, int], base: int) -> Iterator[Event]:
    for table, (time, name) in _INSTANTS.items():
        for row in tables.get(table, ()):
            yield {
                "ph": "i",
                "s": "t" if "thread" in row else "p",
                "name": name(row),
                "cat": table,
                "pid": numbers[row["run"], row["process"]],
                "tid": row.get("thread", 1),
                "ts": (row[time] - base) / 1000,
                "args": {key: value for key, value in row.items() if key not in _TIMES},
            }
