"""Ways through the call graph: from an entry that reaches the hits to a sink, by the best explained calls."""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterable, Iterator, Mapping

import msgspec

from callchain.callgraph.graph import CallGraph
from callchain.callgraph.routes import cost
from callchain.model.graph import Edge
from callchain.question.steps import reach, steps_from

_REACH = 0.8
"""What reaching as many hits as the best start does is worth, in units of the best text match."""
_DECAY = 0.7
_FAR = 8
_STARTS = 24
_ENDS = 40
_STEP = 0.05
"""What a call costs: a way is no better for being long."""
_CHEAPEST = 0.3
_BETWEEN = 0.4
"""What a function between the ends adds of what it is worth."""
_AGAIN = 0.4
_LONGEST = 12.0


class Way(msgspec.Struct, frozen=True):
    """A path and how well it answers; `edges` lead from `symbols[0]` to the last."""

    score: float
    symbols: tuple[str, ...]
    edges: tuple[Edge, ...] = ()


class Worth(msgspec.Struct, frozen=True):
    """What functions are worth on a way: anywhere, as its first and as its last."""

    prize: Mapping[str, float]
    first: Mapping[str, float]
    last: Mapping[str, float]
    sinks: frozenset[str] = frozenset()
    """Functions with an effect that was asked for."""
    words: Mapping[str, frozenset[str]] = {}
    """The words of the question that a function matches."""

    def gain(self, symbol: str, said: frozenset[str]) -> float:
        """What a function adds to a way that already says some words: repeating them counts little."""
        prize = self.prize.get(symbol, 0.0)
        words = self.words.get(symbol)
        if not prize or not words:
            return prize
        return prize * (_AGAIN + (1 - _AGAIN) * len(words - said) / len(words))


def best_ways(
    graph: CallGraph, worth: Worth, starts: Iterable[str], within: Collection[str], count: int = 5
) -> tuple[Way, ...]:
    """The best way of each of the best starts, best first.

    A start is worth what it reaches; an end what it matches and does; between them goes the cheapest way, where
    calls of matching functions are cheap and doubtful calls dear.
    """
    reached = {symbol: _reached(graph, worth, symbol, within) for symbol in dict.fromkeys(starts)}
    most = max(reached.values(), default=0.0) or 1.0
    value = {symbol: worth.first.get(symbol, 0.0) + _REACH * reached[symbol] / most for symbol in reached}
    chosen = heapq.nsmallest(_STARTS, value, key=lambda symbol: (-value[symbol], symbol))
    ways = [way for symbol in chosen for way in _from(graph, worth, symbol, value[symbol], within)]
    ways.sort(key=lambda way: (-way.score, way.symbols))
    return tuple(ways[:count])


def _reached(graph: CallGraph, worth: Worth, symbol: str, within: Collection[str]) -> float:
    near = reach(graph, symbol, within, _FAR)
    return sum(worth.prize[there] * _DECAY**calls for there, calls in near.items() if there in worth.prize)


def _from(graph: CallGraph, worth: Worth, start: str, value: float, within: Collection[str]) -> Iterator[Way]:
    """The best way that begins at `start`; of the ends it may have, the one that earns most."""
    arrived, spent = _cheapest(graph, worth, start, within)
    ends = [symbol for symbol in spent if symbol in worth.last and symbol != start] or [start]
    ends = heapq.nsmallest(_ENDS, ends, key=lambda symbol: (-_end(worth, symbol), symbol))
    offers = []
    for end in ends:
        edges = _walked(arrived, start, end)
        symbols = (start, *(edge.callee for edge in edges))
        score = value + _end(worth, end) + _between(worth, symbols) - _STEP * spent[end]
        offers.append(Way(round(score, 6), symbols, edges))
    if offers:
        yield min(offers, key=lambda way: (-way.score, way.symbols))


def _end(worth: Worth, symbol: str) -> float:
    return worth.last.get(symbol, 0.0) + worth.prize.get(symbol, 0.0)


def _between(worth: Worth, symbols: tuple[str, ...]) -> float:
    said: frozenset[str] = worth.words.get(symbols[-1], frozenset())
    total = 0.0
    for symbol in symbols[:-1]:
        total += worth.gain(symbol, said)
        said |= worth.words.get(symbol, frozenset())
    return _BETWEEN * total


def _cheapest(
    graph: CallGraph, worth: Worth, start: str, within: Collection[str]
) -> tuple[dict[str, Edge], dict[str, float]]:
    """Dijkstra from `start`: the last call of the cheapest way to each function and the way's cost."""
    best = {start: 0.0}
    arrived: dict[str, Edge] = {}
    pending: list[tuple[float, str]] = [(0.0, start)]
    while pending:
        spent, here = heapq.heappop(pending)
        if spent > best[here] or spent > _LONGEST:
            continue
        for edge in steps_from(graph, here, within):
            price = spent + max(_CHEAPEST, cost(edge) - worth.prize.get(edge.callee, 0.0))
            if price < best.get(edge.callee, price + 1):
                best[edge.callee], arrived[edge.callee] = price, edge
                heapq.heappush(pending, (price, edge.callee))
    return arrived, best


def _walked(arrived: Mapping[str, Edge], start: str, end: str) -> tuple[Edge, ...]:
    edges: list[Edge] = []
    here = end
    while here != start:
        edges.append(arrived[here])
        here = arrived[here].caller
    return tuple(reversed(edges))
