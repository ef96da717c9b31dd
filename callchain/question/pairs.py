"""The ways of a flow, found by their two ends: an entry that users call, a sink that does what was asked."""

from __future__ import annotations

import heapq
import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from types import MappingProxyType

from callchain.callgraph.graph import CallGraph
from callchain.callgraph.routes import cost
from callchain.model.graph import Edge
from callchain.model.symbol import MODULE, split
from callchain.question.branches import Branches
from callchain.question.ends import Ends
from callchain.question.matching import Matches
from callchain.question.pathways import Way
from callchain.question.steps import steps_to

_BY_FAR = 0.3
"""From this lead on the first function of the best way is taken for certain."""
_TOO_FAR = 0.6
"""From this lead on another way from there tells nothing more."""
_ANOTHER = 0.2
"""How much better a way must be to be taken before others, if it brings another beginning."""
_SINKS = 60
_ENTRIES = 25
_STEP = 0.05
"""What a call costs: a way is no better for being long."""
_DISCOUNT = 2.0
_CHEAPEST = 0.3
_LONGEST = 14.0
_DOUBT = 0.11
"""What a way loses for being unlikely to run: by this times the natural logarithm of how likely it is."""
_AGREEMENT = 0.3
"""How much worse than the best way of its beginning another may be and still speak for that beginning."""
_SHORT = 0.3
"""What ways of one function lose, and ways of one call lose half of."""


def ways_between(
    graph: CallGraph,
    matched: Matches,
    ends: Ends,
    within: Collection[str],
    branches: Branches,
    through: Mapping[str, float] = MappingProxyType({}),
    count: int = 200,
) -> tuple[Way, ...]:
    """The ways that answer best, best first.

    A way is worth what its functions say of the question together, and what its ends are worth. From each of the
    best sinks the cheapest ways back to all entries are found at once (Dijkstra over reversed calls); functions
    that say something of the question make a way cheaper, doubtful calls make it dearer.

    Args:
        graph: the call graph.
        matched: what functions say of the question.
        ends: what functions are worth as ends.
        within: the files that a way may run through.
        branches: where calls stand; a way of calls that seldom run is worth less.
        through: what passing functions that the question names is worth.
        count: how many ways at most.
    """
    sinks = heapq.nsmallest(_SINKS, ends.sink, key=lambda symbol: (-ends.sink[symbol], symbol))
    steps = _Steps(graph, matched, within)
    found: list[Way] = []
    for sink in sinks:
        following, spent = _backwards(steps, sink)
        starts = heapq.nsmallest(
            _ENTRIES,
            (symbol for symbol in spent if symbol in ends.entry),
            key=lambda symbol, spent=spent: (_STEP * spent[symbol] - ends.entry[symbol], symbol),  # type: ignore[misc] # bound now
        )
        found.extend(_way(start, sink, following, spent, matched, ends, branches, through) for start in starts)
    return tuple(heapq.nsmallest(count, by_starts(found), key=lambda way: (-way.score, way.symbols)))


def by_starts(ways: Sequence[Way]) -> Iterator[Way]:
    """The ways with what speaks for where they begin: that many good ones do (as the logarithm of a sum tells)."""
    scores: dict[str, list[float]] = {}
    for way in ways:
        scores.setdefault(way.symbols[0], []).append(way.score)
    gain = {}
    for start, all_of_it in scores.items():
        best = max(all_of_it)
        gain[start] = _AGREEMENT * math.log(sum(math.exp((score - best) / _AGREEMENT) for score in all_of_it))
    for way in ways:
        yield Way(round(way.score + gain[way.symbols[0]], 6), way.symbols, way.edges)


class _Steps:
    """The calls that lead to a function, with what each costs; worked out once for all sinks."""

    def __init__(self, graph: CallGraph, matched: Matches, within: Collection[str]) -> None:
        self._graph = graph
        self._matched = matched
        self._within = within
        self._known: dict[str, list[tuple[float, str, Edge]]] = {}

    def to(self, symbol: str) -> list[tuple[float, str, Edge]]:
        """The price, the caller and the call of the cheapest call of each caller."""
        found = self._known.get(symbol)
        if found is None:
            found = self._known[symbol] = list(self._cheapest(symbol).values())
        return found

    def _cheapest(self, symbol: str) -> dict[str, tuple[float, str, Edge]]:
        discount = _DISCOUNT * self._matched.all(symbol)
        found: dict[str, tuple[float, str, Edge]] = {}
        for edge in steps_to(self._graph, symbol, self._within):
            caller = edge.caller
            price = max(_CHEAPEST, cost(edge) - discount)
            if caller in found:
                if price < found[caller][0]:
                    found[caller] = (price, caller, edge)
            elif split(caller)[1] != MODULE:
                found[caller] = (price, caller, edge)
        return found


def _backwards(steps: _Steps, sink: str) -> tuple[dict[str, Edge], dict[str, float]]:
    """From a sink to all that reaches it: the next call of the cheapest way, and the way's cost."""
    spent = {sink: 0.0}
    following: dict[str, Edge] = {}
    done: dict[str, float] = {}
    pending: list[tuple[float, str]] = [(0.0, sink)]
    while pending:
        price, here = heapq.heappop(pending)
        if here in done or price > _LONGEST:
            continue
        done[here] = price
        for more, caller, edge in steps.to(here):
            total = price + more
            if caller not in spent or total < spent[caller]:
                spent[caller], following[caller] = total, edge
                heapq.heappush(pending, (total, caller))
    return following, done


def _way(
    entry: str,
    sink: str,
    following: Mapping[str, Edge],
    spent: Mapping[str, float],
    matched: Matches,
    ends: Ends,
    branches: Branches,
    named: Mapping[str, float],
) -> Way:
    edges = tuple(_walk(entry, sink, following))
    symbols = (entry, *(edge.callee for edge in edges))
    short = _SHORT * max(0, 2 - len(edges)) / 2
    score = matched.covered(symbols) + ends.entry.get(entry, 0.0) + ends.sink[sink] - _STEP * spent[entry] - short
    score += _DOUBT * sum(math.log(branches.likely(edge)) for edge in edges)
    score += max((named[symbol] for symbol in symbols if symbol in named), default=0.0)
    return Way(round(score, 6), symbols, edges)


def _walk(here: str, sink: str, following: Mapping[str, Edge]) -> Iterator[Edge]:
    while here != sink:
        edge = following[here]
        yield edge
        here = edge.callee


def gathered(ways: Sequence[Way], size: int, through: Collection[str] = (), most: int = 40) -> tuple[Way, ...]:
    """The best way and those of the next ones that add functions, up to `size` functions in all.

    Where the best way passes a function that the question names, so do the others; where it begins with one, or is
    better by far than another that begins elsewhere, they begin there too. A way that brings one more beginning
    waits for those that do not.
    """
    taken = list(ways[:1])
    symbols = {symbol for way in taken for symbol in way.symbols}
    named = symbols.intersection(through)
    others = [way for way in ways[1 : most + 1] if _may_be_meant(way, ways[0], through)]
    if named:
        others = [way for way in others if not named.isdisjoint(way.symbols)]
    while True:
        fitting = [
            way for way in others if 0 < len(symbols.union(way.symbols)) - len(symbols) <= size - len(symbols)
        ]
        if not fitting:
            return tuple(taken)
        chosen = max(fitting, key=lambda way: way.score - (0.0 if way.symbols[0] in symbols else _ANOTHER))
        taken.append(chosen)
        symbols.update(chosen.symbols)


def _may_be_meant(way: Way, best: Way, named: Collection[str]) -> bool:
    """Whether a way is good enough beside the best one, and begins where the question may mean."""
    worse = best.score - way.score
    if way.symbols[0] == best.symbols[0]:
        return worse < _TOO_FAR
    return worse < _BY_FAR and best.symbols[0] not in named
