"""How well functions stand as the first and the last of a flow: by their place in the code and by what they do."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import msgspec

from callchain.callgraph.graph import CallGraph
from callchain.facts.records import FileFacts
from callchain.model.question import Question
from callchain.model.symbol import split
from callchain.question.brought import calls_given, calls_overridden
from callchain.question.language import language, pieces, stem
from callchain.question.matching import Matches
from callchain.question.phrasing import act_of, does, handed_over
from callchain.question.plan import FlowPlan, has_effect, is_opposite
from callchain.question.spelled import spelled_out
from callchain.question.standing import fronts, is_exported, is_public, offers
from callchain.question.steps import steps_to
from callchain.question.worth import OTHER_KIND, named_kinds

CALLBACK = "callback:start"
_ENTRY_WORDS = 0.7
_EXPORTED = 0.1
_FRONT = 0.15
"""The package's outermost module offers it."""
_PUBLIC = 0.12
_UNCALLED = 0.15
_MAIN = 0.15
"""A method of the class that the package is named after."""
_SPECIAL = 0.1
_ASKED_FOR = 0.3
"""A special method that a word of the question runs."""
_PREPARES = 0.25
_ACT = 0.4
"""Its name begins with the act that the question is about."""
_NAMED = 0.3
_SPELLED = 0.5
"""The question writes its whole name as words; counts for the end of the question that it stands nearer to."""
_SURE_CALL = 0.5
_SINK_WORDS = 0.9
_SINK = 0.4
_MUTE = 0.3
"""The share that an effect counts for in a function which says nothing of the question."""
_BY_NAME = 0.6
"""An effect that only a method's name tells of."""
_ENOUGH_WORDS = 0.25


class Ends(msgspec.Struct, frozen=True):
    """Symbol → what it is worth as an entry; symbol → what it is worth as a sink."""

    entry: Mapping[str, float]
    sink: Mapping[str, float]


class _Asked(msgspec.Struct, frozen=True):
    """What of the question decides on sinks."""

    effects: frozenset[str]
    methods: frozenset[str]
    given: frozenset[str]
    """Stems of what is handed over to be called; none where the question asks for other ends."""
    brought: frozenset[str] = frozenset()
    """Those of them that the asker calls the own, or wrote, registered, passed."""
    sole: bool = False
    """Whether nothing but who calls such a thing may end the flow."""
    kinds: frozenset[str] = frozenset()
    """Those of the effects whose kind the question names besides."""


def ends(
    question: Question,
    flow: FlowPlan,
    matched: Matches,
    named: Mapping[str, float],
    graph: CallGraph,
    facts: Mapping[str, FileFacts],
) -> Ends:
    """The functions of a flow's files that may begin it and that may end it.

    Args:
        question: what was asked.
        flow: which flow, through which files, to which effects.
        matched: what functions say of the question.
        named: what being named by the question is worth to a symbol.
        graph: the call graph.
        facts: the facts of all files.
    """
    stems = {stem(word) for word in question.words}
    asked = _asked(question, flow, stems)
    act = act_of(question.text)
    owners = _Owners(flow.within, graph)
    entry: dict[str, float] = {}
    sink: dict[str, float] = {}
    doing = _doing(flow, asked, graph, facts)
    spelled = spelled_out(question.text, graph)
    for symbol, definition in graph.definitions.items():
        if definition.kind not in ("function", "method") or definition.path not in flow.within:
            continue
        if is_opposite(symbol, flow):
            continue
        if symbol in named or _may_begin(symbol, definition.kind, stems):
            entry[symbol] = _as_entry(symbol, matched, named, owners, flow, graph, stems, act)
            entry[symbol] += _SPELLED * (1 - spelled.get(symbol, 1.0))
        if symbol in doing or (symbol in matched.strength and not (asked.sole and doing)):
            sink[symbol] = _as_sink(symbol, matched, doing.get(symbol, 0.0))
        if symbol in spelled:
            sink[symbol] = sink.get(symbol, 0.0) + _SPELLED * spelled[symbol]
    return Ends(entry, sink)


def _asked(question: Question, flow: FlowPlan, stems: Collection[str]) -> _Asked:
    """A question that names code handed over ends at who calls it, unless its verbs ask for other effects."""
    others = flow.effects - {CALLBACK}
    brought = handed_over(question.text) if CALLBACK in flow.effects or not others else frozenset()
    sole = bool(language().given & set(stems)) and (CALLBACK in flow.effects or not others)
    given = brought | (language().given if sole else frozenset())
    methods = frozenset(name for words, names in language().methods if words & set(stems) for name in names)
    return _Asked(frozenset(others), methods, given, brought, sole, named_kinds(question, flow))


def _may_begin(symbol: str, kind: str, stems: Collection[str]) -> bool:
    """Whether users may call it: a public function or method, or a special method that the question speaks of."""
    qualname = split(symbol)[1]
    *owners, last = qualname.split(".")
    if kind == "function" and owners:
        return False
    if last.startswith("__"):
        wanted = last == "__call__" or bool(language().special.get(last, frozenset()) & set(stems))
        return wanted and not any(owner.startswith("_") for owner in owners)
    return is_public(symbol)


def _as_entry(
    symbol: str,
    matched: Matches,
    named: Mapping[str, float],
    owners: _Owners,
    flow: FlowPlan,
    graph: CallGraph,
    stems: Collection[str],
    act: str,
) -> float:
    last = split(symbol)[1].rpartition(".")[2]
    callers = (edge for edge in steps_to(graph, symbol, flow.within) if edge.caller != symbol)
    value = _ENTRY_WORDS * matched.early(symbol) + _PUBLIC + _NAMED * named.get(symbol, 0.0)
    value += owners.rank(symbol) + (_ACT if does(last, act) else 0.0)
    if not any(edge.confidence >= _SURE_CALL for edge in callers):
        value += _UNCALLED
    if last.startswith("__"):
        value += _ASKED_FOR if language().special.get(last, frozenset()) & set(stems) else _SPECIAL
    first = pieces(last)[:1]
    if (first and first[0] in language().preparing and first[0] not in stems) or _makes_decorators(symbol, graph):
        value -= _PREPARES
    return value


class _Owners:
    """What the places of functions add: their modules and outermost classes, each looked at once."""

    def __init__(self, within: Collection[str], graph: CallGraph) -> None:
        self._fronts = fronts(within)
        self._graph = graph
        names = (front.removesuffix("/__init__.py").removesuffix(".py") for front in self._fronts)
        self._package = {piece for name in names for piece in pieces(name)}
        self._known: dict[str, float] = {}

    def rank(self, symbol: str) -> float:
        """What the place of a function's module and class adds."""
        path, qualname = split(symbol)
        outer = qualname.partition(".")[0]
        home = f"{path}::{outer}"
        value = self._known.get(home)
        if value is None:
            value = self._known[home] = self._offered(symbol, path, outer)
        return value + (_MAIN if outer != qualname and set(pieces(outer)) <= self._package else 0.0)

    def _offered(self, symbol: str, path: str, outer: str) -> float:
        value = _EXPORTED if is_exported(symbol, self._graph) else 0.0
        if any(offers(front, path, outer, self._graph) for front in self._fronts):
            value += _FRONT
        return value


def _makes_decorators(symbol: str, graph: CallGraph) -> bool:
    return any(f"{symbol}.{name}" in graph.definitions for name in ("decorator", "wrapper", "decorate", "deco"))


def _as_sink(symbol: str, matched: Matches, does: float) -> float:
    said = min(1.0, matched.all(symbol) / _ENOUGH_WORDS)
    return _SINK_WORDS * matched.late(symbol) + _SINK * does * (_MUTE + (1 - _MUTE) * said)


def _doing(flow: FlowPlan, asked: _Asked, graph: CallGraph, facts: Mapping[str, FileFacts]) -> dict[str, float]:
    """Function → how sure it does what was asked for, from 0 to 1."""
    found: dict[str, float] = {}
    if asked.effects:
        for caller in {edge.caller for edge in graph.external if edge.path in flow.within}:
            if has_effect(caller, asked.effects, graph):
                found[caller] = 1.0 if not asked.kinds or has_effect(caller, asked.kinds, graph) else OTHER_KIND
    for path in flow.within:
        for fact in facts[path].texts if path in facts else ():
            symbol = f"{path}::{fact.qualname}"
            if fact.kind == "name" and asked.methods.intersection(fact.text.split()):
                found[symbol] = max(found.get(symbol, 0.0), _BY_NAME)
            elif fact.kind == "callback" and asked.given:
                fits = calls_given(symbol, fact.text, asked.given, graph, strict=not asked.sole)
                found[symbol] = max(found.get(symbol, 0.0), fits)
    for symbol, fits in calls_overridden(asked.brought, graph, flow.within).items():
        found[symbol] = max(found.get(symbol, 0.0), fits)
    return {symbol: value for symbol, value in found.items() if value}
