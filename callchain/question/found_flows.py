"""The flows of a question with the ways found for each: what entry points and the answer both rest on."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

import msgspec

from callchain.callgraph.graph import CallGraph
from callchain.facts.records import FileFacts
from callchain.model.graph import Edge
from callchain.model.question import Question, Ranked
from callchain.model.symbol import split
from callchain.question.language import pieces
from callchain.question.overview import is_overview, overview_worth
from callchain.question.pathways import Worth, best_ways
from callchain.question.plan import FlowPlan, plan
from callchain.question.rank import rank
from callchain.question.sides import Side, sides_of
from callchain.question.trunk import Trunk, look, trunks
from callchain.question.worth import worth_of
from callchain.source.tree import SourceTree

_WAYS = 3
_SIDE_WAYS = 8
"""Of a side more ways are looked at, since some run through the other's functions."""
SIZE = 12
"""About how many functions a flow shows."""


class FoundFlow(msgspec.Struct, frozen=True):
    """A flow that the question asks for, what functions are worth to it, and its ways, the best first."""

    plan: FlowPlan
    worth: Worth
    trunks: tuple[Trunk, ...]


def find_flows(
    question: Question,
    ranking: Sequence[Ranked],
    graph: CallGraph,
    facts: Mapping[str, FileFacts],
    tree: SourceTree,
    paths: Collection[str],
    size: int = SIZE,
) -> tuple[FoundFlow, ...]:
    """The ways of each flow, in the order of the question; of a question that compares, those of either side."""
    sides = sides_of(question, graph, facts, tree, paths)
    if sides:
        found = [_of_side(own, other, graph, facts, tree, paths, size) for own, other in _both(sides)]
        return tuple(_matched(found, sides))
    return _found(question, ranking, graph, facts, tree, paths, size)


def _found(
    question: Question,
    ranking: Sequence[Ranked],
    graph: CallGraph,
    facts: Mapping[str, FileFacts],
    tree: SourceTree,
    paths: Collection[str],
    size: int,
    count: int = _WAYS,
) -> tuple[FoundFlow, ...]:
    if is_overview(question):
        return tuple(_main_flow(flow, graph) for flow in plan(question, ranking, graph, tree, paths))
    seen = look(question, ranking, graph, facts, tree, paths, size)
    found = []
    for flow in plan(question, ranking, graph, tree, paths):
        worth = worth_of(question, flow, ranking, graph)
        found.append(FoundFlow(flow, worth, trunks(flow, worth, seen, count)))
    return tuple(found)


def _main_flow(flow: FlowPlan, graph: CallGraph) -> FoundFlow:
    """The way from a start, which is known, to the end below it that tells most of what is done."""
    start = flow.pins[0].symbols[0]
    worth = overview_worth(start, graph, flow.within)
    ways = best_ways(graph, worth, [start], flow.within, 1)
    return FoundFlow(flow, worth, (Trunk((start,), ways[0].edges if ways else ()),))


def _both(sides: Sequence[Side]) -> Iterator[tuple[Side, Side]]:
    return zip(sides, reversed(sides), strict=True)


def _of_side(
    own: Side,
    other: Side,
    graph: CallGraph,
    facts: Mapping[str, FileFacts],
    tree: SourceTree,
    paths: Collection[str],
    size: int,
) -> tuple[FoundFlow, ...]:
    """The flows of one side, outside the other's files; none where nothing says what this side alone says."""
    open_to = frozenset(paths) - other.files
    ranking = rank(own.question, graph, facts, tree, open_to)
    if not any(own.is_told_by(item) for item in ranking):
        return ()
    flows = _found(own.question, ranking, graph, facts, tree, open_to, size, _SIDE_WAYS)
    names = [own.label if len(flows) == 1 else f"{own.label}: {flow.plan.name}" for flow in flows]
    return tuple(
        msgspec.structs.replace(flow, plan=msgspec.structs.replace(flow.plan, name=name))
        for name, flow in zip(names, flows, strict=True)
        if flow.trunks
    )


def _matched(found: Sequence[tuple[FoundFlow, ...]], sides: Sequence[Side]) -> Iterator[FoundFlow]:
    """Both sides' flows, each with a way of its own in front; those ways begin alike, where two do."""
    alike = _common_form(
        [_forms(flows, own, other) for flows, (own, other) in zip(found, _both(sides), strict=True)]
    )
    for flows, (own, other), role in zip(found, _both(sides), ("answer", "contrast"), strict=True):
        for flow in flows:
            own_first = sorted(flow.trunks, key=lambda way: _is_foreign(way, own, other))
            ways = sorted(own_first, key=lambda way: _is_foreign(way, own, other) or _form(way, own) != alike)
            plan = msgspec.structs.replace(flow.plan, role=role)
            first = _own_ways(ways[0], own, other)
            yield msgspec.structs.replace(flow, plan=plan, trunks=(first, *ways[1:_WAYS]))


def _forms(flows: Sequence[FoundFlow], own: Side, other: Side) -> dict[tuple[str, ...], int]:
    """How the ways begin that are a side's own, with the place of the best that begins so."""
    found: dict[tuple[str, ...], int] = {}
    for flow in flows:
        for place, way in enumerate(flow.trunks):
            if not _is_foreign(way, own, other):
                found.setdefault(_form(way, own), place)
    return found


def _common_form(forms: Sequence[Mapping[tuple[str, ...], int]]) -> tuple[str, ...] | None:
    left, right = forms
    return min(left.keys() & right.keys(), key=lambda form: (left[form] + right[form], form), default=None)


def _form(way: Trunk, own: Side) -> tuple[str, ...]:
    """The name of a way's first function without what only the side says: `to_csv` and `to_json` begin alike."""
    name = split(way.symbols[0])[1].rpartition(".")[2]
    return tuple(piece for piece in pieces(name) if piece not in own.stems)


def _is_foreign(way: Trunk, own: Side, other: Side) -> bool:
    """Whether no more of a way's functions are the side's own than are the other side's."""
    return sum(own.owns(symbol) - other.owns(symbol) for symbol in way.symbols) <= 0


def _own_ways(trunk: Trunk, own: Side, other: Side) -> Trunk:
    """A trunk with those of its further ways alone that lead to something which only this side has."""
    following: dict[str, list[Edge]] = {}
    for edge in trunk.others:
        following.setdefault(edge.caller, []).append(edge)
    kept: dict[Edge, None] = {}
    roots = []
    for root in trunk.other_roots:
        edges = _led_from(root, following)
        symbols = {root, *(edge.callee for edge in edges)}
        if any(map(own.owns, symbols)) and not any(map(other.owns, symbols)):
            roots.append(root)
            kept.update(dict.fromkeys(edges))
    return msgspec.structs.replace(trunk, others=tuple(kept), other_roots=tuple(roots))


def _led_from(root: str, following: Mapping[str, Sequence[Edge]]) -> list[Edge]:
    found: dict[Edge, None] = {}
    pending = [root]
    while pending:
        for edge in following.get(pending.pop(), ()):
            if edge not in found:
                found[edge] = None
                pending.append(edge.callee)
    return list(found)
