"""Flows as records: the functions in order with their roles, the calls among them with what explains them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

import msgspec

from callchain.callgraph.graph import CallGraph
from callchain.chain.growth import DEPTH, grown
from callchain.chain.roles import role_of
from callchain.model.chain import Effect, Flow, FlowEdge, Stage, StateAccess
from callchain.model.graph import BlindSpot, Edge
from callchain.model.symbol import split
from callchain.question.pathways import Worth
from callchain.question.plan import FlowPlan
from callchain.question.trunk import Trunk


class Draft(msgspec.Struct, frozen=True):
    """A flow before its functions have roles."""

    plan: FlowPlan
    trunk: Trunk
    symbols: tuple[str, ...]
    edges: tuple[FlowEdge, ...]


def draft(
    plan: FlowPlan,
    trunk: Trunk,
    worth: Worth,
    graph: CallGraph,
    size: int,
    noted: Collection[str],
    depth: int = DEPTH,
) -> Draft:
    """A trunk grown to a flow of about `size` functions, its branches at most `depth` calls long."""
    symbols, edges = grown(trunk, worth, graph, plan.within, size, noted, depth)
    on_way = {(edge.caller, edge.callee) for edge in trunk.edges}
    return Draft(plan, trunk, symbols, tuple(_edge(edge, graph, on_way) for edge in edges))


def _edge(edge: Edge, graph: CallGraph, on_way: Collection[tuple[str, str]]) -> FlowEdge:
    callee = graph.definitions.get(edge.callee)
    return FlowEdge(
        caller=edge.caller,
        callee=edge.callee,
        path=edge.path,
        line=edge.line,
        rule=edge.rule,
        confidence=edge.confidence,
        why="on the main way" if (edge.caller, edge.callee) in on_way else "branch",
        callee_path=callee.path if callee else "",
        callee_line=callee.line if callee else 0,
    )


def finish(
    made: Draft,
    graph: CallGraph,
    effects: Mapping[str, Collection[Effect]],
    accesses: Mapping[str, Collection[StateAccess]],
    scaling: Collection[str],
) -> Flow:
    """The flow with the role of each function."""
    chain: list[Stage] = []
    called = {edge.callee for edge in made.edges}
    starts = {symbol for symbol in made.trunk.roots if symbol not in called or symbol == made.symbols[0]}
    for symbol in made.symbols:
        definition = graph.definitions[symbol]
        role, why = role_of(symbol, symbol in starts, effects, accesses, scaling)
        if symbol in made.trunk.joints:
            why = "joins what no call of the subject joins"
        elif symbol in made.trunk.other_roots and symbol not in starts | called:
            why = f"another way in; {why}" if why else "another way in"
        chain.append(Stage(symbol, definition.path, definition.line, definition.end_line, role, why))
    return Flow(made.plan.name, _title(made), tuple(chain), made.edges, made.plan.role)


def _title(made: Draft) -> str:
    """The flow in one line: from where to where, through which named steps."""
    if not made.symbols:
        return made.plan.name
    on_way = [symbol for symbol in made.trunk.symbols if symbol in made.symbols]
    named = [pin.symbols[0] for pin in made.plan.pins if pin.exact and pin.symbols[0] in on_way]
    steps = dict.fromkeys((on_way[0], *named, on_way[-1]))
    return " → ".join(_short(symbol) for symbol in steps)


def _short(symbol: str) -> str:
    path, qualname = split(symbol)
    return path if qualname == "<module>" else qualname


def breaks_of(made: Draft, graph: CallGraph) -> Iterable[BlindSpot]:
    """Steps that nothing in the code base joins, as blind spots."""
    for left, right in made.trunk.breaks:
        definition = graph.definitions[right]
        yield BlindSpot(
            path=definition.path,
            line=definition.line,
            symbol=right,
            kind="call",
            reason=f"nothing that was read calls both {_short(left)} and {_short(right)}",
            command=f"callchain graph . --callers-of {right!r}",
        )
