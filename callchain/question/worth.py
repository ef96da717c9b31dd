"""What functions are worth to a flow: for the words they match, as its entry and as its sink."""

from __future__ import annotations

from collections.abc import Sequence

from callchain.callgraph.graph import CallGraph
from callchain.model.question import Question, Ranked
from callchain.model.symbol import MODULE, split
from callchain.question.language import language, stem
from callchain.question.pathways import Worth
from callchain.question.plan import FlowPlan, has_effect, is_opposite
from callchain.question.rank import CALLS_GIVEN
from callchain.question.standing import is_exported, is_public
from callchain.question.terms import terms

_FLOOR = 0.15
"""Text matches below this share of the best one say nothing."""
_NAMED = 1.5
_MODULE_BODY = 0.4
"""A module speaks of all that it holds; its body runs little of it."""
_EARLY = 0.5
_LATE = 0.5
_SINK = 0.6
OTHER_KIND = 0.5
"""The share that an effect counts for where the question names other kinds."""
_MUTE = 0.3
"""The share that an effect counts for in a function which matches nothing of the question."""
_UNCALLED = 0.25
_PUBLIC = 0.15
_EXPORTED = 0.2


def worth_of(question: Question, flow: FlowPlan, ranking: Sequence[Ranked], graph: CallGraph) -> Worth:
    """Prizes of the functions a flow may run through; those of the contrast's names count only in the contrast."""
    prize: dict[str, float] = {}
    first: dict[str, float] = {}
    last: dict[str, float] = {}
    for item in ranking:
        if item.path not in flow.within or item.score < _FLOOR or is_opposite(item.symbol, flow):
            continue
        value = _prize(item.score) * (_MODULE_BODY if split(item.symbol)[1] == MODULE else 1.0)
        prize[item.symbol] = value
        first[item.symbol] = _EARLY * value * (1 - item.place) + _standing(item.symbol, graph)
        last[item.symbol] = _LATE * value * item.place
    for pin in flow.pins:
        if pin.exact:
            prize[pin.symbols[0]] = max(prize.get(pin.symbols[0], 0.0), _NAMED)
    takers = {item.symbol for item in ranking if CALLS_GIVEN in item.why and item.path in flow.within}
    sinks = _sinks(flow, graph) | (takers if "callback:start" in flow.effects else set())
    named = named_kinds(question, flow)
    for symbol in sinks:
        share = 1.0 if not named or symbol in takers or has_effect(symbol, named, graph) else OTHER_KIND
        last[symbol] = last.get(symbol, 0.0) + share * _SINK * (
            _MUTE + (1 - _MUTE) * min(1.0, 2 * prize.get(symbol, 0.0))
        )
    asked = {term.word for term in terms(question)}
    words = {item.symbol: asked.intersection(item.why) for item in ranking if item.symbol in prize}
    return Worth(
        prize, first, last, frozenset(sinks), {symbol: frozenset(found) for symbol, found in words.items()}
    )


def named_kinds(question: Question, flow: FlowPlan) -> frozenset[str]:
    """The effects asked for whose kind the question names besides (`zip archive`, `csv file`)."""
    ends = [file.rpartition(".")[2] for file in question.files]
    stems = {stem(word) for word in (*question.words, *ends)}
    named = {kind for kind, words in language().kinds.items() if stems & words}
    return frozenset(effect for effect in flow.effects if effect.partition(":")[0] in named)


def _prize(score: float) -> float:
    """Scores are shares of the best text match; what names add beyond it counts little more."""
    return min(score, 1.0) + 0.25 * max(0.0, min(score, 3.0) - 1.0)


def _standing(symbol: str, graph: CallGraph) -> float:
    """What speaks for a function as an entry by its place alone."""
    uncalled = _UNCALLED if not graph.calls_to(symbol) else 0.0
    exported = _EXPORTED if is_exported(symbol, graph) else 0.0
    return uncalled + exported + (_PUBLIC if is_public(symbol) else -_PUBLIC)


def _sinks(flow: FlowPlan, graph: CallGraph) -> set[str]:
    if not flow.effects:
        return set()
    callers = {edge.caller for edge in graph.external if edge.path in flow.within}
    return {caller for caller in callers if has_effect(caller, flow.effects, graph)}
