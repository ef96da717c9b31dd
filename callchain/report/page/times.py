"""The page with the times of a recording: they differ from run to run, so the package's own page has none."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from callchain.report.page.embedding import embeddable
from callchain.report.visible import visible
from callchain.trace.export.recordings import Run
from callchain.trace.export.timeline import Lane, Process, processes_of

PLACE = "<!-- times -->"
"""Where they come into the page; no text of a package can look like it, since its brackets are escaped."""
MOST_CALLS = 40_000
"""Calls of one thread; the exports have all."""
MOST_MARKS = 2_000
"""Tap hits of one thread, and effects of one process."""


def with_times(page: str, runs: Iterable[Run]) -> str:
    """The page with the time lines of the runs; as it was where it has no place for them."""
    if PLACE not in page:
        return page
    times = f'<script type="application/json" id="times">{embeddable(times_of(runs))}</script>'
    return page.replace(PLACE, times)


def times_of(runs: Iterable[Run]) -> dict[str, object]:
    """`functions` (symbol, path, line) and for each run its processes, threads and calls.

    A call is depth, function, call line, count, start, duration, duration with later calls, and whether it was
    left open. Times are microseconds; a start counts from the beginning of the run.
    """
    functions: dict[tuple[str, str, int], int] = {}
    found = [
        {"name": visible(run.name), "processes": [_process(process, functions) for process in processes_of(run)]}
        for run in runs
    ]
    return {"functions": [(visible(name), visible(path), line) for name, path, line in functions], "runs": found}


def _process(process: Process, functions: dict[tuple[str, str, int], int]) -> dict[str, object]:
    return {
        "role": visible(process.role),
        "start": process.start,
        "end": process.end,
        "threads": [_lane(lane, functions) for lane in process.lanes],
        "effects": [(at, visible(what)) for at, what in process.effects[:MOST_MARKS]],
    }


def _lane(lane: Lane, functions: dict[tuple[str, str, int], int]) -> dict[str, object]:
    calls: list[int] = []
    for call in islice(lane.calls, MOST_CALLS):
        function = functions.setdefault((call.symbol, call.path, call.line), len(functions))
        durations = (max(call.end - call.start, 0), max(call.until - call.start, 0))
        calls += (call.depth, function, call.call_line, call.count, call.start, *durations, int(call.is_open))
    return {
        "name": visible(lane.name),
        "calls": calls,
        "hits": [(at, visible(tap)) for at, tap in lane.hits[:MOST_MARKS]],
        "cut": max(len(lane.calls) - MOST_CALLS, 0),
    }
