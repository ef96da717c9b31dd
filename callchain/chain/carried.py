"""What travels along a call: its arguments as written, and whether a loop repeats it."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import msgspec

from callchain.chain.syntax import Syntax
from callchain.facts.state_calls import source_text
from callchain.model.chain import Flow, FlowEdge

_LONGEST = 90
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def with_cargo(flow: Flow, syntax: Syntax) -> Flow:
    """The flow with what each of its calls passes, and which of them run in a loop."""
    return msgspec.structs.replace(flow, edges=tuple(_loaded(edge, syntax) for edge in flow.edges))


def _loaded(edge: FlowEdge, syntax: Syntax) -> FlowEdge:
    call = syntax.call(edge.path, edge.line, edge.callee)
    return msgspec.structs.replace(
        edge,
        passes=arguments(call) if call is not None else "",
        repeats=any(first <= edge.line <= last for first, last in _loops(edge.caller, syntax)),
    )


def arguments(call: ast.Call) -> str:
    """The arguments of a call as written, cut where they are long."""
    parts = [source_text(item) for item in call.args]
    parts += [
        f"{item.arg}={source_text(item.value)}" if item.arg else f"**{source_text(item.value)}"
        for item in call.keywords
    ]
    whole = ", ".join(parts)
    return whole if len(whole) <= _LONGEST else f"{whole[: _LONGEST - 1]}…"


def _loops(symbol: str, syntax: Syntax) -> Iterator[tuple[int, int]]:
    """First and last line of what each loop of a function repeats."""
    for node in syntax.nodes(symbol):
        if isinstance(node, (ast.For, ast.AsyncFor, ast.While)):
            yield node.body[0].lineno, node.body[-1].end_lineno or node.body[-1].lineno
        elif isinstance(node, _COMPREHENSIONS):
            element = node.value if isinstance(node, ast.DictComp) else node.elt
            yield element.lineno, element.end_lineno or element.lineno
