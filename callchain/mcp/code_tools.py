"""What an agent may ask of the code: an answer to a question, callers, callees, ways, one symbol."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Sequence

from callchain.ask.read import Answer, answer_question
from callchain.callgraph.select import SURE, select_callees, select_callers, select_paths, symbols_meant
from callchain.mcp.pages import Item, answer
from callchain.mcp.session import Session
from callchain.model.graph import BlindSpot, Edge
from callchain.model.symbol import Anchor, Definition
from callchain.source.tree import SourceTree

_BLOCK = 40
_MOST_WAYS = 10


def ask(
    session: Session,
    question: str,
    namespaces: Sequence[str],
    scope_hints: Sequence[str],
    contrast: str,
    cursor: str,
) -> str:
    """What reading alone answers: entry points, the stages of each flow in order, edges, effects, state, gaps."""
    defaults = session.defaults
    request = dataclasses.replace(
        defaults,
        question=question,
        namespaces=tuple(namespaces) or defaults.namespaces,
        scope_hints=tuple(scope_hints) or defaults.scope_hints,
        contrast=contrast or defaults.contrast,
    )
    codebase = session.codebase()
    asked = ("ask", question, tuple(namespaces), tuple(scope_hints), contrast, session.stamp)
    found = session.once(asked, lambda: answer_question(codebase, request, lambda _: None))
    head = {
        "question": question,
        "flows": [
            {"flow": flow.name, "order": " → ".join(stage.symbol.partition("::")[2] for stage in flow.chain)}
            for flow in found.chain.flows
        ],
        "found": bool(found.entry_points),
        "commit": codebase.tree.commit,
        "uncommitted_changes": codebase.tree.dirty,
        "known_by": "reading; nothing was run",
    }
    return answer(head, list(_answer_items(found)), cursor, asked=asked)


def _answer_items(found: Answer) -> Iterator[Item]:
    for entry in found.entry_points:
        yield {
            "kind": "entry point",
            "symbol": entry.symbol,
            "anchor": f"{entry.path}:{entry.line}",
            "role": entry.role,
            "confidence": entry.confidence,
            "why": entry.why,
        }
    chain = found.chain
    for flow in chain.flows:
        for stage in flow.chain:
            yield {
                "kind": "stage",
                "flow": flow.name,
                "stage": stage.stage,
                "symbol": stage.symbol,
                "anchor": f"{stage.path}:{stage.line}",
                "end_line": stage.end_line,
                "why": stage.why,
            }
        for edge in flow.edges:
            yield {
                "kind": "edge",
                "flow": flow.name,
                "caller": edge.caller,
                "callee": edge.callee,
                "anchor": f"{edge.path}:{edge.line}",
                "callee_anchor": f"{edge.callee_path}:{edge.callee_line}" if edge.callee_line else "",
                "rule": edge.rule,
                "confidence": edge.confidence,
            }
    for effect in chain.effects:
        yield {
            "kind": "sink" if effect.sink else "effect",
            "effect": f"{effect.kind} {effect.action}",
            "symbol": effect.symbol,
            "anchor": f"{effect.path}:{effect.line}",
            "callee": effect.callee,
            "target": effect.target,
        }
    for key in chain.state:
        places = [f"{access.kind} {access.path}:{access.line}" for access in key.accesses]
        yield {"kind": "state", "store": key.store, "key": key.key, "default": key.default, "anchors": places}
    for artefact in chain.artefacts:
        yield {
            "kind": "artefact",
            "name": artefact.name,
            "written_at": _places(artefact.writers),
            "read_at": _places(artefact.readers),
            "members": artefact.expected,
        }
    if chain.contrast is not None:
        for row in chain.contrast.rows:
            yield {
                "kind": "contrast",
                "aspect": row.aspect,
                chain.contrast.a: f"{row.a} {row.a_anchor}".strip(),
                chain.contrast.b: f"{row.b} {row.b_anchor}".strip(),
                "gap": row.gap,
            }
    yield from map(_blind, chain.blind_spots)


def _places(anchors: Iterable[Anchor]) -> list[str]:
    return [str(anchor) for anchor in anchors]


def _blind(spot: BlindSpot) -> Item:
    return {
        "kind": "blind spot",
        "anchor": f"{spot.path}:{spot.line}",
        "symbol": spot.symbol,
        "expression": spot.expression,
        "reason": spot.reason,
        "would_settle_it": spot.command,
    }


def _edge(edge: Edge) -> Item:
    return {
        "caller": edge.caller,
        "callee": edge.callee,
        "anchor": f"{edge.path}:{edge.line}",
        "rule": edge.rule,
        "confidence": edge.confidence,
    }


def callers(session: Session, symbol: str, min_confidence: float | None, cursor: str) -> str:
    """Who calls a symbol, wherever under the root."""
    codebase = session.codebase()
    meant = symbols_meant(codebase.graph, symbol)
    least = SURE if min_confidence is None else min_confidence
    found = select_callers(codebase.graph, meant, least, codebase.tree)
    items = [_edge(edge) for edge in found.edges]
    items += [{"kind": "named, not called", **_edge(edge)} for edge in found.named]
    asked = ("callers", symbol, min_confidence, session.stamp)
    return answer({"callers_of": meant}, items, cursor, asked=asked)


def callees(session: Session, symbol: str, min_confidence: float | None, cursor: str) -> str:
    """What a symbol calls, inside and outside the root, and which of its calls stayed open."""
    graph = session.codebase().graph
    meant = symbols_meant(graph, symbol)
    found = select_callees(graph, meant, SURE if min_confidence is None else min_confidence)
    items = [_edge(edge) for edge in found.edges]
    items += [{**_edge(edge), "outside": True} for edge in found.external]
    items += map(_blind, found.blind_spots)
    asked = ("callees", symbol, min_confidence, session.stamp)
    return answer({"callees_of": meant}, items, cursor, asked=asked)


def paths(session: Session, source: str, target: str, most: int, cursor: str) -> str:
    """The best explained ways from one symbol to another."""
    graph = session.codebase().graph
    sources, targets = symbols_meant(graph, source), symbols_meant(graph, target)
    asked = ("paths", source, target, most, session.stamp)
    found = session.once(asked, lambda: select_paths(graph, sources, targets, min(max(most, 1), _MOST_WAYS)))
    items = [{"way": number, **_edge(edge)} for number, way in enumerate(found.paths, 1) for edge in way]
    head = {"from": sources, "to": targets, "ways": len(found.paths)}
    return answer(head, items, cursor, asked=asked)


def symbol(session: Session, name: str, cursor: str) -> str:
    """A symbol's definition and source, with the number of its callers and callees."""
    codebase = session.codebase()
    graph = codebase.graph
    items: list[Item] = []
    for each in symbols_meant(graph, name):
        definition = graph.definitions.get(each)
        if definition is not None:
            entering = select_callers(graph, [each], tree=codebase.tree).edges
            calls = len(entering), len(graph.calls_from(each))
            items += [_definition(definition, *calls), *_source(definition, codebase.tree)]
    return answer({"symbol": name}, items, cursor, asked=("symbol", name, session.stamp))


def _definition(found: Definition, callers: int, callees: int) -> Item:
    return {
        "kind": found.kind,
        "symbol": found.symbol,
        "anchor": f"{found.path}:{found.line}",
        "end_line": found.end_line,
        "parameters": found.parameters,
        "decorators": found.decorators,
        "bases": found.bases,
        "callers": callers,
        "callees": callees,
    }


def _source(found: Definition, tree: SourceTree) -> Iterator[Item]:
    if found.kind == "module":
        return
    lines = tree.lines(found.path)
    for first in range(found.first_line or found.line, found.end_line + 1, _BLOCK):
        last = min(first + _BLOCK - 1, found.end_line)
        text = "\n".join(f"{number}: {lines[number - 1][:200]}" for number in range(first, last + 1))
        yield {"kind": "source", "anchor": f"{found.path}:{first}", "end_line": last, "source": text}
