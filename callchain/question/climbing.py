"""From a function outwards: the calls that lead to it, back to where its flow begins."""

from __future__ import annotations

from collections.abc import Collection

from callchain.callgraph.graph import CallGraph
from callchain.model.graph import Edge
from callchain.model.symbol import MODULE, split
from callchain.question.pathways import Worth
from callchain.question.plan import kind_of
from callchain.question.standing import is_public
from callchain.question.steps import steps_to
from callchain.source.tree import SourceTree

_CLIMBS = 5
_LIKELY = 0.5


def outward(symbol: str, graph: CallGraph, within: Collection[str]) -> tuple[Edge, ...]:
    """The calls that lead to a function from further out, outermost first, as long as there is but one caller."""
    found: list[Edge] = []
    seen = {symbol}
    for _ in range(_CLIMBS):
        callers: dict[str, Edge] = {}
        for edge in steps_to(graph, symbol, within):
            if edge.confidence >= _LIKELY and split(edge.caller)[1] != MODULE and not is_lambda(edge.caller):
                callers.setdefault(edge.caller, edge)
        if len(callers) != 1 or not seen.isdisjoint(callers):
            break
        ((symbol, edge),) = callers.items()
        found.append(edge)
        seen.add(symbol)
    return tuple(reversed(found))


def climb(
    symbol: str, worth: Worth, graph: CallGraph, within: Collection[str], tree: SourceTree
) -> tuple[Edge, ...]:
    """The calls that lead to `symbol` from further out, outermost first.

    A caller is followed when it matches the question or is the only one; a function with many callers is an entry.
    """
    found: list[Edge] = []
    seen = {symbol}
    here = symbol
    for _ in range(_CLIMBS):
        edge = _best_caller(here, worth, graph, within, seen, tree)
        if edge is None:
            break
        found.append(edge)
        here = edge.caller
        seen.add(here)
    return tuple(reversed(found))


def _best_caller(
    symbol: str, worth: Worth, graph: CallGraph, within: Collection[str], seen: set[str], tree: SourceTree
) -> Edge | None:
    surest: dict[str, Edge] = {}
    for edge in steps_to(graph, symbol, within):
        inside = kind_of(edge.caller, tree) != "test" and not is_lambda(edge.caller)
        inside = inside and split(edge.caller)[1] != MODULE
        if inside and edge.caller not in seen and edge.confidence >= _LIKELY:
            surest.setdefault(edge.caller, edge)
    if not surest:
        return None
    best = max(surest.values(), key=lambda edge: (_pull(edge, worth), edge.caller))
    alone = len(surest) == 1
    return best if alone or worth.prize.get(best.caller, 0.0) > 0 else None


def _pull(edge: Edge, worth: Worth) -> float:
    public = 0.1 if is_public(edge.caller) else 0.0
    return (
        worth.prize.get(edge.caller, 0.0)
        + 0.5 * worth.first.get(edge.caller, 0.0)
        + 0.2 * edge.confidence
        + public
    )


def is_lambda(symbol: str) -> bool:
    """Whether a symbol is that of a lambda."""
    return symbol.endswith("<lambda>")
