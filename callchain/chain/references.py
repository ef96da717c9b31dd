"""What a pickle holds by reference: classes and functions, which loading must be able to import."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from callchain.callgraph.graph import CallGraph
from callchain.chain.syntax import Syntax
from callchain.chain.values import Values
from callchain.facts.state_scope import dotted_name
from callchain.model.chain import Effect
from callchain.model.symbol import split

_SHOWN = 4


def held_by_reference(
    effects: Iterable[Effect], values: Values, graph: CallGraph, syntax: Syntax
) -> dict[str, str]:
    """Anchor of a pickle's writer → which classes and functions the dict or list that it is given holds."""
    found: dict[str, str] = {}
    for effect in effects:
        if effect.kind != "pickle" or effect.action != "write":
            continue
        call = syntax.call(effect.path, effect.line, effect.callee)
        if call is None or not call.args:
            continue
        node, home = values.source(call.args[0], effect.symbol)
        names = [name for name in _references(node, home, graph) if name]
        if names:
            shown = ", ".join(names[:_SHOWN]) + (f" … {len(names)} in all" if len(names) > _SHOWN else "")
            found[f"{effect.path}:{effect.line}"] = f"holds by reference: {shown}; loading imports their modules"
    return found


def _references(node: ast.AST, home: str, graph: CallGraph) -> list[str]:
    """Names of definitions among the elements of a display, in order."""
    items = node.values if isinstance(node, ast.Dict) else getattr(node, "elts", [])
    path, qualname = split(home)
    names: list[str] = []
    for item in items:
        meant = graph.resolve_name(path, dotted_name(item), qualname) if dotted_name(item) else ""
        definition = graph.definitions.get(meant)
        if definition is not None and definition.kind in ("class", "function"):
            names.append(definition.name)
    return names
