"""How a call came about that reading did not find."""

from __future__ import annotations

import ast

from callchain.evidence.sources import Sources
from callchain.model.recording import ObservedEdge
from callchain.model.symbol import MODULE, last_name, split

_OPERATORS = (ast.BinOp, ast.UnaryOp, ast.Compare, ast.AugAssign, ast.Subscript, ast.BoolOp)


def mechanism(edge: ObservedEdge, sources: Sources) -> tuple[str, ...]:
    """What the run and the call line say: outside packages first, then the form of the call.

    Nothing is guessed about *why* the call was missed; each word names something that can be seen at the line.
    """
    outside = tuple("AutoGraph" if "autograph" in name.lower() else name for name in edge.via)
    form = _form(edge, sources)
    return tuple(dict.fromkeys((*outside, *((form,) if form else ()))))


def _form(edge: ObservedEdge, sources: Sources) -> str:
    path, qualname = split(edge.caller)
    name = last_name(edge.callee)
    if split(edge.callee)[1] == MODULE:
        return "import"
    if name.startswith("__") and name.endswith("__") and name not in {"__init__", "__new__"}:
        return name if not edge.via else ""
    if edge.via:
        return ""
    names, attributes = _written(sources, path, edge.line)
    written = names | attributes
    if qualname == MODULE:
        return "import-time call" if name in written else "import-time callback"
    if name in names:
        return "call by name"
    if name in attributes:
        return "method of an untyped value"
    return _unwritten(sources, path, edge.line)


def _written(sources: Sources, path: str, line: int) -> tuple[frozenset[str], frozenset[str]]:
    """The plain names that the statement at the line mentions, and the attributes."""
    names, attributes = set(), set()
    for statement in sources.structure(path).statements.get(line, ()):
        for node in statement.walk():
            if isinstance(node, ast.Name):
                names.add(node.id)
            elif isinstance(node, ast.alias):
                names.add(node.asname or node.name)
            elif isinstance(node, ast.Attribute):
                attributes.add(node.attr)
    return frozenset(names), frozenset(attributes)


def _unwritten(sources: Sources, path: str, line: int) -> str:
    """The callee's name is not at the line: what there is that can have called it."""
    statements = sources.structure(path).statements.get(line, ())
    nodes = [node for statement in statements for node in statement.walk()]
    if any(isinstance(node, ast.Call) for node in nodes):
        return "callback"
    if any(isinstance(node, ast.Attribute) for node in nodes):
        return "attribute access"
    if any(isinstance(node, _OPERATORS) for node in nodes):
        return "operator"
    return "implicit call" if nodes else ""
