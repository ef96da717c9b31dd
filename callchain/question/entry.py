"""Entry points: candidates judged by words and by which hits they reach, and those chosen."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

import msgspec

from callchain.callgraph.graph import CallGraph
from callchain.facts.records import FileFacts
from callchain.model.question import Caller, Candidate, EntryPoint, Question, Ranked
from callchain.model.symbol import MODULE, split
from callchain.question.found_flows import FoundFlow, find_flows
from callchain.question.mentions import NAMED
from callchain.question.overview import is_overview
from callchain.question.plan import FlowPlan, kind_of
from callchain.question.standing import is_in_front, is_public
from callchain.question.steps import Reaches
from callchain.question.trunk import Trunk
from callchain.source.tree import SourceTree

_HITS = 30
_DECAY = 0.7
_SHOWN = 12
_CALLERS = 20
_STRONG = 0.6 * NAMED
"""A score from here on counts as named: no text match and no call of something named gives it."""


_AS_SECOND = {"High": "Medium", "Medium": "Low", "Low": "Low"}
"""A second choice is seldom the true one, however well its words fit."""


class Situation(msgspec.Struct, frozen=True):
    """What candidates are judged by."""

    question: Question
    hits: Mapping[str, float]
    why: Mapping[str, tuple[str, ...]]
    graph: CallGraph
    tree: SourceTree
    paths: frozenset[str]
    reaches: Reaches


def choose(
    question: Question,
    ranking: Sequence[Ranked],
    graph: CallGraph,
    facts: Mapping[str, FileFacts],
    tree: SourceTree,
    paths: Collection[str],
    flows: Sequence[FoundFlow] | None = None,
) -> tuple[tuple[Candidate, ...], tuple[EntryPoint, ...]]:
    """The candidates, best first, and the entry points: one or two, a fallback, and that of the contrast.

    No entry point is given for a flow whose best candidate is of low confidence, the contrast's flow apart. The
    flows are found here unless they are given.
    """
    situation = Situation(
        question,
        {item.symbol: item.score for item in ranking[:_HITS]},
        {item.symbol: item.why for item in ranking},
        graph,
        tree,
        frozenset(paths),
        Reaches(graph, frozenset(paths)),
    )
    if flows is None:
        flows = find_flows(question, ranking, graph, facts, tree, paths)
    found = [(flow.plan, flow.trunks) for flow in flows]
    starts: dict[str, FlowPlan] = {}
    for flow, ways in found:
        for way in ways:
            starts.setdefault(entry_of(way, situation.paths), flow)
            for symbol in _behind_joints(way, situation.paths):
                starts.setdefault(symbol, flow)
    candidates = {symbol: _candidate(symbol, flow, situation) for symbol, flow in starts.items()}
    for flow, ways in found:
        for way in ways:
            symbol = entry_of(way, situation.paths)
            candidates[symbol] = _led_to_named(candidates[symbol], flow, way, situation)
    for item in ranking:
        if len(candidates) >= _SHOWN:
            break
        if item.symbol not in candidates and _may_be_entry(item.symbol, situation):
            candidates[item.symbol] = _candidate(item.symbol, found[0][0], situation)
    return _ordered(candidates.values()), _entries(found, candidates, situation)


def entry_of(trunk: Trunk, paths: Collection[str]) -> str:
    """The first function of a trunk that belongs to the subject; a script that joins two parts comes before it."""
    return next((symbol for symbol in trunk.symbols if split(symbol)[0] in paths), trunk.roots[0])


def _behind_joints(trunk: Trunk, paths: Collection[str]) -> list[str]:
    """What the joints of a trunk call: the subject's functions that only code outside it brings together."""
    return [edge.callee for edge in trunk.edges if edge.caller in trunk.joints and split(edge.callee)[0] in paths]


def _may_be_entry(symbol: str, situation: Situation) -> bool:
    return is_public(symbol) and kind_of(symbol, situation.tree) != "test"


def _candidate(symbol: str, flow: FlowPlan, situation: Situation) -> Candidate:
    definition = situation.graph.definitions[symbol]
    reached = situation.reaches.of(symbol)
    hits = sorted(
        (hit for hit in situation.hits if hit in reached and hit != symbol),
        key=lambda hit: (-situation.hits[hit], hit),
    )
    own = situation.hits.get(symbol, 0.0)
    score = own + sum(situation.hits[hit] * _DECAY ** reached[hit] for hit in hits)
    return Candidate(
        symbol=symbol,
        path=definition.path,
        line=definition.line,
        end_line=definition.end_line,
        score=round(score, 4),
        confidence=_confidence(symbol, own, flow, situation),
        words=situation.why.get(symbol, ()),
        reaches=tuple(hits),
        callers=callers_of(symbol, situation.graph, situation.tree, situation.paths),
    )


def _led_to_named(candidate: Candidate, flow: FlowPlan, way: Trunk, situation: Situation) -> Candidate:
    """A candidate whose flow passes a function that was named is of medium confidence at least."""
    pinned = {symbol for pin in flow.pins if pin.exact for symbol in pin.symbols[:1]}
    named = any(situation.hits.get(symbol, 0.0) >= _STRONG or symbol in pinned for symbol in way.symbols)
    if candidate.confidence == "Low" and named:
        return msgspec.structs.replace(candidate, confidence="Medium")
    return candidate


def _confidence(symbol: str, own: float, flow: FlowPlan, situation: Situation) -> str:
    """How often such an entry is the true one; how well a method's words fit tells nearly nothing of that.

    High: the question names it. Medium: a special method that users run without naming it, or a function that the
    outermost package itself offers, of which there are few. `docs/answers.md` has the figures.
    """
    if own >= _STRONG:
        return "High"
    qualname = split(symbol)[1]
    if qualname.rpartition(".")[2].startswith("__"):
        return "Medium"
    offered = "." not in qualname and is_in_front(symbol, flow.within, situation.graph)
    return "Medium" if offered else "Low"


def callers_of(symbol: str, graph: CallGraph, tree: SourceTree, paths: Collection[str]) -> tuple[Caller, ...]:
    """Who really calls a function, the subject first, then scripts and tests; at most 20."""
    order = {"subject": 0, "outside": 1, "script": 2, "test": 3}
    found: dict[str, Caller] = {}
    for edge in graph.calls_to(symbol):
        kind = kind_of(edge.caller, tree)
        if kind == "subject" and edge.path not in paths:
            kind = "outside"
        found.setdefault(
            edge.caller, Caller(edge.caller, edge.path, edge.line, kind if kind in order else "outside")
        )
    ranked = sorted(found.values(), key=lambda caller: (order[caller.kind], caller.path, caller.line))
    return tuple(ranked[:_CALLERS])


def _ordered(candidates: Iterable[Candidate]) -> tuple[Candidate, ...]:
    return tuple(sorted(candidates, key=lambda item: (-item.score, item.symbol)))


def _entries(
    found: Sequence[tuple[FlowPlan, tuple[Trunk, ...]]], candidates: Mapping[str, Candidate], situation: Situation
) -> tuple[EntryPoint, ...]:
    entries: list[EntryPoint] = []
    for flow, ways in found:
        for number, way in enumerate(ways[:2]):
            candidate = candidates[entry_of(way, situation.paths)]
            role = "contrast" if flow.role == "contrast" else ("primary" if number == 0 else "fallback")
            sure = candidate.confidence if role != "fallback" else _AS_SECOND[candidate.confidence]
            if (role == "primary" and sure == "Low") or (number and role == "contrast"):
                break
            if any(entry.symbol == candidate.symbol for entry in entries) or (number and _has_fallback(entries)):
                continue
            why = _why(candidate, way, situation)
            entries.append(
                EntryPoint(candidate.symbol, candidate.path, candidate.line, role, sure, why, flow.name)
            )
    return tuple(entries)


def _has_fallback(entries: Iterable[EntryPoint]) -> bool:
    return any(entry.role == "fallback" for entry in entries)


def _why(candidate: Candidate, way: Trunk, situation: Situation) -> str:
    """Why this entry, from the facts it was chosen by."""
    reasons: list[str] = []
    if candidate.words:
        told = ", ".join(candidate.words[:4])
        reasons.append(told if is_overview(situation.question) else f"matches {told}")
    on_way = [symbol for symbol in way.symbols if symbol in situation.hits and symbol != candidate.symbol]
    if on_way:
        names = ", ".join(split(symbol)[1] for symbol in on_way[:4])
        reasons.append(f"its way passes {names}")
    elif candidate.reaches:
        reasons.append(f"reaches {len(candidate.reaches)} of {len(situation.hits)} hits")
    reasons.append(_called_by(candidate))
    joints = [symbol for symbol in way.joints if symbol != candidate.symbol]
    if joints:
        reasons.append(f"joined with the next step only by {', '.join(joints)}")
    return "; ".join(reasons)


def _called_by(candidate: Candidate) -> str:
    if not candidate.callers:
        return (
            "runs when the module does"
            if split(candidate.symbol)[1] == MODULE
            else "no code that was read calls it"
        )
    kinds: dict[str, int] = {}
    for caller in candidate.callers:
        kinds[caller.kind] = kinds.get(caller.kind, 0) + 1
    counted = ", ".join(f"{count} {kind}{'s' if count > 1 else ''}" for kind, count in kinds.items())
    return f"called by {counted}"
