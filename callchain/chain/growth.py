"""From a trunk to a flow: branches that matter are added, and all is put in the order in which it would run."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from callchain.callgraph.graph import CallGraph
from callchain.callgraph.routes import cost
from callchain.model.graph import Edge
from callchain.model.symbol import last_name
from callchain.question.pathways import Worth
from callchain.question.steps import steps_from
from callchain.question.trunk import Trunk

_STEP = 0.18
_LEAST = 0.45
DEPTH = 3
"""How many calls a branch may go away from the flow."""
_CERTAIN = 0.9
_NOTED = 0.7


def grown(
    trunk: Trunk,
    worth: Worth,
    graph: CallGraph,
    within: Collection[str],
    size: int,
    noted: Collection[str] = frozenset(),
    depth: int = DEPTH,
) -> tuple[tuple[str, ...], tuple[Edge, ...]]:
    """The functions in order of the run and the calls among them.

    Branches of at most `depth` calls are added while they earn more than their calls cost, the best first, up to
    `size` functions.
    Functions in `noted`, which change global state, count as matching where the trunk itself calls them.
    """
    edges = [*trunk.edges, *trunk.others]
    if not trunk.others:
        edges += alternatives(trunk.edges, worth, graph, within)
    roots = (*trunk.roots, *trunk.other_roots)
    members = dict.fromkeys((*trunk.symbols, *roots, *(edge.callee for edge in edges)))
    while len(members) < size:
        branch = _best_branch(members, worth, graph, within, min(depth, size - len(members)), noted)
        if not branch:
            break
        edges.extend(branch)
        members.update(dict.fromkeys(edge.callee for edge in branch))
    order = in_order(roots, edges)
    return order, calls_among(order, graph)


def alternatives(
    edges: Iterable[Edge], worth: Worth, graph: CallGraph, within: Collection[str]
) -> tuple[Edge, ...]:
    """What else a doubtful call of the trunk may reach under its name: the best other one of each site."""
    found: list[Edge] = []
    taken = {edge.callee for edge in edges}
    for edge in edges:
        if edge.confidence >= _CERTAIN:
            continue
        others = [
            other
            for other in steps_from(graph, edge.caller, within)
            if other.line == edge.line
            and last_name(other.callee) == last_name(edge.callee)
            and other.callee not in taken
        ]
        if others:
            best = min(others, key=lambda other: (-_value(worth, other.callee), other.callee))
            taken.add(best.callee)
            found.append(best)
    return tuple(found)


def _value(worth: Worth, symbol: str) -> float:
    return worth.prize.get(symbol, 0.0) + worth.last.get(symbol, 0.0)


def _best_branch(
    members: Collection[str],
    worth: Worth,
    graph: CallGraph,
    within: Collection[str],
    longest: int,
    noted: Collection[str],
) -> tuple[Edge, ...]:
    """The short way out of the flow that gains most, or none that is worth it."""
    best: tuple[float, tuple[str, ...], tuple[Edge, ...]] | None = None
    border: list[tuple[float, tuple[Edge, ...], str]] = [(0.0, (), symbol) for symbol in members]
    seen = set(members)
    said = frozenset(word for symbol in members for word in worth.words.get(symbol, ()))
    for _ in range(longest):
        following: dict[str, tuple[float, tuple[Edge, ...], str]] = {}
        for gained, way, here in border:
            for edge in steps_from(graph, here, within):
                there = edge.callee
                if there in seen:
                    continue
                value = gained + 0.5 * (worth.gain(there, said) + worth.prize.get(there, 0.0)) - _STEP * cost(edge)
                value += _NOTED if not way and there in noted else 0.0
                total = value + 0.6 * worth.last.get(there, 0.0)
                longer = (*way, edge)
                if there not in following or value > following[there][0]:
                    following[there] = (value, longer, there)
                offer = (-total, tuple(step.callee for step in longer), longer)
                if total >= _LEAST and (best is None or offer[:2] < best[:2]):
                    best = offer
        seen.update(following)
        border = list(following.values())
    return best[2] if best else ()


def in_order(roots: Iterable[str], edges: Iterable[Edge]) -> tuple[str, ...]:
    """Each function once, a callee after its first caller, callees of one function by the line that calls them."""
    children: dict[str, list[Edge]] = {}
    for edge in dict.fromkeys(edges):
        children.setdefault(edge.caller, []).append(edge)
    found: dict[str, None] = {}
    for root in roots:
        pending = [root]
        while pending:
            here = pending.pop()
            if here not in found:
                found[here] = None
                below = sorted(children.get(here, ()), key=lambda edge: (edge.line, edge.callee), reverse=True)
                pending.extend(edge.callee for edge in below)
    return tuple(found)


def calls_among(symbols: Collection[str], graph: CallGraph) -> tuple[Edge, ...]:
    """All calls between some functions, in their order; of calls to one callee on one line, the surest."""
    found: dict[tuple[str, str, int], Edge] = {}
    for symbol in symbols:
        for edge in graph.calls_from(symbol):
            key = (edge.caller, edge.callee, edge.line)
            if edge.callee in symbols and (key not in found or edge.confidence > found[key].confidence):
                found[key] = edge
    return tuple(found.values())
