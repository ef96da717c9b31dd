"""A question about the whole: the main flows from the commands of a code base and from what it offers."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from callchain.callgraph.graph import CallGraph
from callchain.model.question import Question, Ranked
from callchain.model.symbol import Definition, split
from callchain.question.commands import commands, mains
from callchain.question.effect_rules import catalogue, rule_for
from callchain.question.interface import below, interface
from callchain.question.language import language, stem
from callchain.question.pathways import Worth
from callchain.question.steps import reach, steps_from
from callchain.source.tree import SourceTree

_MOST = 4
_COMMANDS = 2
_COMMAND = 2.0
"""The score of a command; what is offered scores about 1 at most."""
_NEAR = 2
_LOOKED_AT = 30
_LEAST = 0.15
"""Below this score nothing but its place speaks for a function."""
_TOLD = 0.25
"""What a public function loses where flows of others tell all that it reaches."""
_LONG = 80
"""Lines from which on a function counts as one of those that do the work; fewer where none is so long."""
_SINK = 0.6
_OUTWARD = ("write", "send", "start", "delete")


def is_overview(question: Question) -> bool:
    """Whether nothing in the question could be found in code: it asks what the whole does."""
    named = question.identifiers or question.files or question.arrows or question.scope_hints or question.sides
    return not named and all(stem(word) in language().whole for word in question.words)


def overview_ranking(graph: CallGraph, tree: SourceTree, paths: Collection[str]) -> tuple[Ranked, ...]:
    """Commands, then the public functions, the best known first; `why` says what speaks for each."""
    within = subject_files(tree, paths)
    scores: dict[str, float] = {}
    reasons: dict[str, tuple[str, ...]] = {}
    for symbol, why in commands(graph, tree, within).items():
        scores[symbol], reasons[symbol] = _COMMAND, (why,)
    for item in interface(graph, tree, within, mains(graph, within)):
        scores[item.symbol] = max(scores.get(item.symbol, 0.0), item.score)
        reasons[item.symbol] = (*reasons.get(item.symbol, ()), *item.why)
    order = {symbol: number for number, symbol in enumerate(scores)}
    found = sorted(scores, key=lambda symbol: (-scores[symbol], order[symbol]))
    return tuple(_ranked(graph.definitions[symbol], scores[symbol], reasons[symbol]) for symbol in found)


def _ranked(item: Definition, score: float, why: tuple[str, ...]) -> Ranked:
    return Ranked(item.symbol, item.path, item.line, score, why)


def subject_files(tree: SourceTree, paths: Collection[str]) -> frozenset[str]:
    """The files that are neither tests nor scripts; with the scripts, if there is nothing else."""
    for kinds in (("subject", "stub"), ("subject", "stub", "script")):
        found = frozenset(path for path in paths if path not in tree or tree.file(path).kind in kinds)
        if found:
            return found
    return frozenset(paths)


def main_starts(ranking: Sequence[Ranked], graph: CallGraph, within: Collection[str]) -> tuple[str, ...]:
    """Where the main flows begin: two commands at most, then public functions that lead elsewhere."""
    begun = [item.symbol for item in ranking if item.score >= _COMMAND]
    offered = [item for item in ranking if item.score < _COMMAND][:_LOOKED_AT]
    found = {symbol: below(symbol, graph, within) for symbol in (*begun, *(item.symbol for item in offered))}
    taken = sorted(begun, key=lambda symbol: (symbol != begun[0], -len(found[symbol]), symbol))[:_COMMANDS]
    told: set[str] = set()
    while offered and len(taken) < _MOST:
        best = max(offered, key=lambda item: item.score - _TOLD * _covered(found[item.symbol], told))
        offered.remove(best)
        if taken and best.score < _LEAST:
            continue
        if not any(_is_near(best.symbol, start, graph, within) for start in taken):
            taken.append(best.symbol)
            told |= found[best.symbol]
    return tuple(taken)


def _covered(found: Collection[str], told: set[str]) -> float:
    """The share of what a function reaches that other flows tell already."""
    return len(told.intersection(found)) / len(found)


def _is_near(symbol: str, start: str, graph: CallGraph, within: Collection[str]) -> bool:
    """Whether two starts make one flow: one is near below the other, or they have one name, or call the same."""
    if symbol in reach(graph, start, within, _NEAR) or start in reach(graph, symbol, within, _NEAR):
        return True
    called = {edge.callee for edge in steps_from(graph, symbol, within)}
    if called and called == {edge.callee for edge in steps_from(graph, start, within)}:
        return True
    return split(symbol)[1].rpartition(".")[2] == split(start)[1].rpartition(".")[2]


def overview_worth(start: str, graph: CallGraph, within: Collection[str]) -> Worth:
    """What functions below a start are worth to its flow: long ones do the work, and effects are where it ends."""
    definitions = [graph.definitions.get(symbol) for symbol in below(start, graph, within)]
    lines = {
        item.symbol: item.end_line - item.line + 1
        for item in definitions
        if item is not None and item.kind != "module"
    }
    long = min(_LONG, max(lines.values(), default=_LONG))
    prize = {symbol: min(1.0, count / long) for symbol, count in lines.items()}
    sinks = frozenset(symbol for symbol in lines if _has_outward_effect(symbol, graph))
    return Worth(prize, {}, {symbol: _SINK if symbol in sinks else 0.0 for symbol in lines}, sinks)


def _has_outward_effect(symbol: str, graph: CallGraph) -> bool:
    rules = (rule_for(edge.callee) for edge in graph.external_from(symbol))
    sinks = (rule for rule in rules if rule is not None and rule.sink and rule.kind != "logging")
    return any(rule.mode_default or rule.action in _OUTWARD for rule in sinks)


def all_effects() -> frozenset[str]:
    """`kind:action` of everything that leaves a program."""
    rules = (*catalogue().exact.values(), *(rule for _, rule in catalogue().patterns))
    return frozenset(f"{rule.kind}:{rule.action}" for rule in rules if rule.action in _OUTWARD)
