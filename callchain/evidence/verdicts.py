"""The verdict of each edge: what was read against what ran."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import msgspec

from callchain.evidence.sources import Sources
from callchain.model.chain import FlowEdge
from callchain.model.recording import ObservedEdge, ObservedEffect, RunRecord
from callchain.model.symbol import MODULE, split

CONFIRMED = "confirmed"
OBSERVED_ONLY = "observed-only"
NOT_REACHED = "static-only: not reached"
LINE_RAN = "static-only: line ran"
NOT_RUN = "not run"
SILENT = "line ran"
"""Of an effect: its line ran, and an act of this kind leaves no event of its own."""
IMPORTED = "imported before"
"""The mechanism beside an import that entered nothing, because the module was there already."""
VERDICTS = (CONFIRMED, OBSERVED_ONLY, LINE_RAN, NOT_REACHED, NOT_RUN)
_MADE_BY_CLASS = ("__init__", "__new__", "__post_init__")


@dataclass(frozen=True)
class Observation:
    """All that the runs showed, merged and indexed; `traced` holds the files that were under the tracer."""

    ran: bool
    edges: Mapping[tuple[str, str], tuple[ObservedEdge, ...]]
    from_caller: Mapping[str, tuple[ObservedEdge, ...]]
    effects: tuple[ObservedEffect, ...]
    lines: Mapping[str, frozenset[int]]
    entered: Mapping[str, int]
    """How often each function was entered, from wherever."""
    traced: frozenset[str] | None

    def line_ran(self, path: str, first: int, last: int) -> bool:
        """Whether any line of the extent was executed."""
        seen = self.lines.get(path, frozenset())
        return any(line in seen for line in range(first, last + 1))


def observe(runs: Sequence[RunRecord], traced: Iterable[str] | None = None) -> Observation:
    """Merge the runs: counts of equal edges and effects add up, executed lines unite."""
    edges = merge_edges(edge for run in runs for edge in run.edges)
    pairs: dict[tuple[str, str], list[ObservedEdge]] = {}
    callers: dict[str, list[ObservedEdge]] = {}
    for edge in edges:
        pairs.setdefault((edge.caller, edge.callee), []).append(edge)
        callers.setdefault(edge.caller, []).append(edge)
    lines: dict[str, set[int]] = {}
    for run in runs:
        for path, numbers in run.lines.items():
            lines.setdefault(path, set()).update(numbers)
    for edge in edges:
        lines.setdefault(split(edge.caller)[0], set()).add(edge.line)
    return Observation(
        ran=bool(runs),
        edges={pair: tuple(found) for pair, found in pairs.items()},
        from_caller={caller: tuple(found) for caller, found in callers.items()},
        effects=tuple(sorted(effect for run in runs for effect in run.effects)),
        lines={path: frozenset(numbers) for path, numbers in lines.items()},
        entered=_entries(runs, edges),
        traced=None if traced is None else frozenset(traced),
    )


def _entries(runs: Sequence[RunRecord], edges: Sequence[ObservedEdge]) -> dict[str, int]:
    """Entries by observed edges, and by the roots of the trees, which have no caller under the tracer."""
    counts: Counter[str] = Counter()
    for edge in edges:
        counts[edge.callee] += edge.count
    for run in runs:
        for root in (root for process in run.processes for thread in process.threads for root in thread.roots):
            counts[root.symbol] += root.count
    return dict(counts)


def merge_edges(edges: Iterable[ObservedEdge]) -> tuple[ObservedEdge, ...]:
    """Equal edges (caller, line, callee) become one: their counts added, their `via` united in order."""
    merged: dict[tuple[str, int, str], ObservedEdge] = {}
    for edge in sorted(edges):
        key = (edge.caller, edge.line, edge.callee)
        known = merged.get(key)
        if known is not None:
            via = tuple(dict.fromkeys((*known.via, *edge.via)))
            edge = msgspec.structs.replace(known, count=known.count + edge.count, via=via)
        merged[key] = edge
    return tuple(merged[key] for key in sorted(merged))


def judge_edge(edge: FlowEdge, seen: Observation, sources: Sources) -> FlowEdge:
    """The edge with its verdict, the number of times it ran, and what it went through."""
    if not seen.ran:
        return edge
    if seen.traced is not None and edge.path not in seen.traced:
        return _noted(edge, NOT_RUN, _untraced(edge, seen))
    matches = matching(edge, seen, sources)
    if matches:
        via = tuple(dict.fromkeys(name for match in matches for name in match.via))
        count = sum(match.count for match in matches)
        return msgspec.structs.replace(edge, verdict=CONFIRMED, count=count, via=via)
    first, last = sources.statement(edge.path, edge.line)
    if "::" not in edge.callee:
        return _judge_outside(edge, seen, first, last)
    if not seen.line_ran(edge.path, first, last):
        return _noted(edge, NOT_REACHED, entered_elsewhere(edge.callee, seen))
    if edge.callee.endswith(f"::{MODULE}") and edge.callee in seen.entered:
        return _noted(edge, LINE_RAN, "the module had been imported before", (IMPORTED,))
    between = _between(edge, seen, first, last)
    if between:
        return _noted(edge, LINE_RAN, f"the run entered it through {', '.join(between)}", between)
    return _noted(edge, LINE_RAN, entered_elsewhere(edge.callee, seen))


def matching(edge: FlowEdge, seen: Observation, sources: Sources) -> tuple[ObservedEdge, ...]:
    """The observed edges that are this one: same ends, and a line inside the same statement."""
    ends = [edge.callee, *(f"{edge.callee}.{name}" for name in _MADE_BY_CLASS)]
    first, last = sources.statement(edge.path, edge.line)
    return tuple(
        observed
        for callee in ends
        for observed in seen.edges.get((edge.caller, callee), ())
        if first <= observed.line <= last
    )


def _untraced(edge: FlowEdge, seen: Observation) -> str:
    note = "the caller's file was not under the tracer"
    count = _entries_of(edge.callee, seen)
    return f"{note}; the callee was entered {_often(count)}" if count else note


def entered_elsewhere(callee: str, seen: Observation) -> str:
    """That a callee ran although this statement did not enter it; empty where it did not run."""
    count = _entries_of(callee, seen)
    return f"the callee was entered {_often(count)} from elsewhere" if count else ""


def _entries_of(callee: str, seen: Observation) -> int:
    """How often a function was entered; a class as often as the most entered of its constructors."""
    return max(seen.entered.get(name, 0) for name in (callee, *(f"{callee}.{made}" for made in _MADE_BY_CLASS)))


def _often(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _judge_outside(edge: FlowEdge, seen: Observation, first: int, last: int) -> FlowEdge:
    """A call that leaves the traced files is known by its effect, or by its line alone."""
    events = [e for e in seen.effects if e.symbol == edge.caller and first <= e.line <= last]
    if events:
        via = tuple(dict.fromkeys(event.event or event.kind for event in events))
        count = sum(event.count for event in events)
        return msgspec.structs.replace(edge, verdict=CONFIRMED, count=count, via=via)
    if seen.line_ran(edge.path, first, last):
        return _noted(edge, LINE_RAN, "the entry of code outside the namespace is not recorded")
    return msgspec.structs.replace(edge, verdict=NOT_REACHED)


def _between(edge: FlowEdge, seen: Observation, first: int, last: int) -> tuple[str, ...]:
    """Functions that the statement entered and that entered the callee in turn: wrappers, adapters."""
    entered = (e.callee for e in seen.from_caller.get(edge.caller, ()) if first <= e.line <= last)
    return tuple(dict.fromkeys(middle for middle in entered if (middle, edge.callee) in seen.edges))


def _noted(edge: FlowEdge, verdict: str, note: str, via: tuple[str, ...] = ()) -> FlowEdge:
    why = "; ".join(part for part in (edge.why, note) if part)
    return msgspec.structs.replace(edge, verdict=verdict, why=why, via=via or edge.via)
