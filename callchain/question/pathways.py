"""Ways through the call graph that collect what was asked for: the best explained path from an entry to a sink."""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterable, Mapping

import msgspec

from callchain.callgraph.graph import CallGraph
from callchain.callgraph.routes import cost
from callchain.model.graph import Edge

_STEP = 0.22
"""What a call costs against the best text match (1.0): long ways must be worth it."""
_LONGEST = 14
_DRY = 3
"""How many functions in a row may say nothing of the question."""
_KEPT = 3
"""Ways kept for each function and length."""
_FRONTIER = 3000


class Way(msgspec.Struct, frozen=True, order=True):
    """A path and what it collects; `edges` lead from `symbols[0]` to the last."""

    score: float
    symbols: tuple[str, ...]
    edges: tuple[Edge, ...] = ()


class Worth(msgspec.Struct, frozen=True):
    """What functions are worth on a way: anywhere, as its first and as its last."""

    prize: Mapping[str, float]
    first: Mapping[str, float]
    last: Mapping[str, float]


def best_ways(
    graph: CallGraph, worth: Worth, starts: Iterable[str], within: Collection[str], count: int = 5
) -> tuple[Way, ...]:
    """The ways that collect most, one for each pair of ends, best first.

    A beam search over lengths: each function keeps its best ways, each length its best functions. A function counts
    once on a way; calls that are doubtful cost more.
    """
    layer = [_begin(symbol, worth) for symbol in dict.fromkeys(starts)]
    best: dict[tuple[str, str], Way] = {}
    for _ in range(_LONGEST):
        for way in layer:
            _offer(best, _ended(way, worth))
        layer = _extended(layer, graph, worth, within)
        if not layer:
            break
    ranked = sorted(best.values(), key=lambda way: (-way.score, way.symbols))
    return tuple(ranked[:count])


def _begin(symbol: str, worth: Worth) -> Way:
    return Way(worth.prize.get(symbol, 0.0) + worth.first.get(symbol, 0.0), (symbol,))


def _ended(way: Way, worth: Worth) -> Way:
    return Way(round(way.score + worth.last.get(way.symbols[-1], 0.0), 6), way.symbols, way.edges)


def _offer(best: dict[tuple[str, str], Way], way: Way) -> None:
    ends = (way.symbols[0], way.symbols[-1])
    known = best.get(ends)
    if known is None or (way.score, known.symbols) > (known.score, way.symbols):
        best[ends] = way


def _extended(layer: list[Way], graph: CallGraph, worth: Worth, within: Collection[str]) -> list[Way]:
    """All ways one call longer, the best of each function, the best functions of the length."""
    at: dict[str, list[Way]] = {}
    for way in layer:
        for edge in _calls(graph, way.symbols[-1], within):
            if edge.callee in way.symbols or _is_dry(way, edge.callee, worth):
                continue
            score = way.score + worth.prize.get(edge.callee, 0.0) - _STEP * cost(edge)
            longer = Way(score, (*way.symbols, edge.callee), (*way.edges, edge))
            kept = at.setdefault(edge.callee, [])
            kept.append(longer)
            if len(kept) > 4 * _KEPT:
                at[edge.callee] = heapq.nsmallest(_KEPT, kept, key=_order)
    found = [way for kept in at.values() for way in heapq.nsmallest(_KEPT, kept, key=_order)]
    return heapq.nsmallest(_FRONTIER, found, key=_order)


def _order(way: Way) -> tuple[float, tuple[str, ...]]:
    return (-way.score, way.symbols)


def _is_dry(way: Way, there: str, worth: Worth) -> bool:
    recent = (*way.symbols[-_DRY:], there)
    return len(recent) > _DRY and not any(worth.prize.get(symbol) or worth.last.get(symbol) for symbol in recent)


def _calls(graph: CallGraph, symbol: str, within: Collection[str]) -> Iterable[Edge]:
    """The calls of a function, of several to one callee only the surest and then first."""
    surest: dict[str, Edge] = {}
    for edge in graph.calls_from(symbol):
        if edge.callee.partition("::")[0] in within:
            known = surest.get(edge.callee)
            if known is None or edge.confidence > known.confidence:
                surest[edge.callee] = edge
    return surest.values()
