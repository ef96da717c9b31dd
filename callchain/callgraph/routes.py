"""The best explained ways between two symbols: fewest doubtful calls, then fewest calls, then order."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable

from callchain.model.graph import Edge

Outgoing = Callable[[str], Iterable[Edge]]
_CALL = 1.0
_DOUBT = 6.0
_MOST = 20_000


def cost(edge: Edge) -> float:
    """A call costs one; doubt in it costs up to six more, so that a sure detour beats a guess."""
    return _CALL + _DOUBT * (1.0 - edge.confidence)


def best_paths(outgoing: Outgoing, source: str, target: str, k: int) -> tuple[tuple[Edge, ...], ...]:
    """Up to `k` loopless ways by Yen's method over `cost`; ties go to the smaller sequence of edges."""
    first = _cheapest(outgoing, source, target, frozenset(), frozenset())
    if first is None or k < 1:
        return ()
    found = [first]
    offered: list[tuple[float, tuple[Edge, ...]]] = []
    known = {first}
    while len(found) < k:
        for way in _detours(outgoing, found, target):
            if way not in known:
                known.add(way)
                heapq.heappush(offered, (_total(way), way))
        if not offered:
            break
        found.append(heapq.heappop(offered)[1])
    return tuple(found)


def _detours(outgoing: Outgoing, found: list[tuple[Edge, ...]], target: str) -> Iterable[tuple[Edge, ...]]:
    last = found[-1]
    for index, edge in enumerate(last):
        head = last[:index]
        taken = frozenset(
            (way[index].caller, way[index].callee) for way in found if way[:index] == head and len(way) > index
        )
        visited = frozenset(step.caller for step in head)
        tail = _cheapest(outgoing, edge.caller, target, visited, taken)
        if tail is not None:
            yield head + tail


def _cheapest(
    outgoing: Outgoing, source: str, target: str, avoid: frozenset[str], taken: frozenset[tuple[str, str]]
) -> tuple[Edge, ...] | None:
    """Dijkstra from `source` to `target` without the symbols of `avoid` and the pairs of `taken`."""
    if source == target:
        return ()
    best = {source: 0.0}
    arrived: dict[str, Edge] = {}
    pending: list[tuple[float, int, str]] = [(0.0, 0, source)]
    done: set[str] = set()
    while pending and len(done) < _MOST:
        spent, hops, here = heapq.heappop(pending)
        if here in done:
            continue
        if here == target:
            return _walked(arrived, source, target)
        done.add(here)
        for edge in outgoing(here):
            there, price = edge.callee, spent + cost(edge)
            if there in avoid or (here, there) in taken:
                continue
            if there not in best or price < best[there]:
                best[there], arrived[there] = price, edge
                heapq.heappush(pending, (price, hops + 1, there))
    return None


def _walked(arrived: dict[str, Edge], source: str, target: str) -> tuple[Edge, ...]:
    steps: list[Edge] = []
    here = target
    while here != source:
        steps.append(arrived[here])
        here = arrived[here].caller
    return tuple(reversed(steps))


def _total(way: tuple[Edge, ...]) -> float:
    return round(sum(cost(edge) for edge in way), 6)
