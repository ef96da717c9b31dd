"""What functions are worth to a flow: for the words they match, as its entry and as its sink."""

from __future__ import annotations

from collections.abc import Iterable

from callchain.callgraph.graph import CallGraph
from callchain.model.question import Ranked
from callchain.model.symbol import MODULE, split
from callchain.question.pathways import Worth
from callchain.question.plan import FlowPlan, has_effect

_FLOOR = 0.15
"""Text matches below this share of the best one say nothing."""
_NAMED = 1.5
_EARLY = 0.5
_LATE = 0.5
_SINK = 0.6
_UNCALLED = 0.25
_PUBLIC = 0.15


def worth_of(flow: FlowPlan, ranking: Iterable[Ranked], graph: CallGraph) -> Worth:
    """Prizes of the functions a flow may run through; those of the contrast's names count only in the contrast."""
    prize: dict[str, float] = {}
    first: dict[str, float] = {}
    last: dict[str, float] = {}
    for item in ranking:
        if item.path not in flow.within or item.score < _FLOOR:
            continue
        value = _prize(item.score)
        prize[item.symbol] = value
        first[item.symbol] = _EARLY * value * (1 - item.place) + _standing(item.symbol, graph)
        last[item.symbol] = _LATE * value * item.place
    for pin in flow.pins:
        if pin.exact:
            prize[pin.symbols[0]] = max(prize.get(pin.symbols[0], 0.0), _NAMED)
    for symbol in _sinks(flow, graph):
        last[symbol] = last.get(symbol, 0.0) + _SINK
    return Worth(prize, first, last)


def _prize(score: float) -> float:
    """Scores are shares of the best text match; what names add beyond it counts little more."""
    return min(score, 1.0) + 0.25 * max(0.0, min(score, 3.0) - 1.0)


def _standing(symbol: str, graph: CallGraph) -> float:
    """What speaks for a function as an entry by its place alone."""
    uncalled = _UNCALLED if not graph.calls_to(symbol) else 0.0
    return uncalled + (_PUBLIC if is_public(symbol) else -_PUBLIC)


def is_public(symbol: str) -> bool:
    """Whether no part of the name is private; the dunders that make an object callable are public."""
    qualname = split(symbol)[1]
    if qualname == MODULE:
        return False
    return all(not part.startswith("_") or part == "__call__" for part in qualname.split("."))


def _sinks(flow: FlowPlan, graph: CallGraph) -> set[str]:
    if not flow.effects:
        return set()
    callers = {edge.caller for edge in graph.external if edge.path in flow.within}
    return {caller for caller in callers if has_effect(caller, flow.effects, graph)}
