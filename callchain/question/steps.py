"""The calls that a flow may follow: those of running code; what an import runs is no step of a flow."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterator

from callchain.callgraph.graph import CallGraph
from callchain.callgraph.routes import best_paths
from callchain.model.graph import Edge

_IMPORT = "import"


def steps_from(graph: CallGraph, symbol: str, within: Collection[str] | None = None) -> Iterator[Edge]:
    """The calls that leave a function for files of `within`, imports left out."""
    for edge in graph.calls_from(symbol):
        if edge.rule != _IMPORT and (within is None or edge.callee.partition("::")[0] in within):
            yield edge


def steps_to(graph: CallGraph, symbol: str, within: Collection[str] | None = None) -> Iterator[Edge]:
    """The calls that enter a function from files of `within`, imports left out."""
    for edge in graph.calls_to(symbol):
        if edge.rule != _IMPORT and (within is None or edge.path in within):
            yield edge


def way(graph: CallGraph, source: str, target: str, within: Collection[str] | None = None) -> tuple[Edge, ...]:
    """The best explained way between two functions; empty where there is none, or they are the same."""
    found = best_paths(lambda symbol: steps_from(graph, symbol, within), source, target, 1)
    return found[0] if found else ()


class Reaches:
    """What functions reach inside some files; the calls are looked through once for all of them."""

    def __init__(self, graph: CallGraph, within: Collection[str]) -> None:
        self._graph = graph
        self._within = within
        self._callees: dict[str, tuple[str, ...]] = {}

    def of(self, symbol: str) -> dict[str, int]:
        """As `reach` gives it, however far."""
        callees = self._callees
        distance = {symbol: 0}
        pending = deque([symbol])
        while pending:
            here = pending.popleft()
            following = callees.get(here)
            if following is None:
                steps = steps_from(self._graph, here, self._within)
                following = callees[here] = tuple({edge.callee: None for edge in steps})
            further = distance[here] + 1
            for callee in following:
                if callee not in distance:
                    distance[callee] = further
                    pending.append(callee)
        return distance


def reach(
    graph: CallGraph, symbol: str, within: Collection[str] | None = None, farthest: int = 99
) -> dict[str, int]:
    """The functions that a function reaches and the least number of calls; itself at 0."""
    distance = {symbol: 0}
    pending = deque([symbol])
    while pending:
        here = pending.popleft()
        if distance[here] >= farthest:
            continue
        for edge in steps_from(graph, here, within):
            if edge.callee not in distance:
                distance[edge.callee] = distance[here] + 1
                pending.append(edge.callee)
    return distance


def above(graph: CallGraph, symbol: str, farthest: int, least: float = 0.5) -> dict[str, int]:
    """Who reaches a function within some calls of at least some confidence, and how far away they are."""
    distance = {symbol: 0}
    pending = deque([symbol])
    while pending:
        here = pending.popleft()
        if distance[here] >= farthest:
            continue
        for edge in steps_to(graph, here):
            if edge.caller not in distance and edge.confidence >= least:
                distance[edge.caller] = distance[here] + 1
                pending.append(edge.caller)
    return distance
