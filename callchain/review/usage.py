"""Names that a definition's own code uses, for calls that the graph does not know."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from callchain.callgraph.graph import CallGraph
from callchain.evidence.sources import Sources
from callchain.model.symbol import last_name, split


def names_used(symbol: str, sources: Sources) -> Mapping[tuple[str, bool], tuple[int, ...]]:
    """Name and whether it stands alone (no attribute) → the lines of the symbol's code that use it."""
    path, _ = split(symbol)
    statements = sources.structure(path).statements
    found: dict[tuple[str, bool], set[int]] = {}
    for extent in sources.extents(symbol):
        for line in range(extent.first_line, extent.end_line + 1):
            for statement in statements.get(line, ()):
                if statement.line == line:
                    for node in statement.walk():
                        _note(node, found)
    return {key: tuple(sorted(lines)) for key, lines in found.items()}


def _note(node: ast.AST, found: dict[tuple[str, bool], set[int]]) -> None:
    if isinstance(node, ast.Name):
        found.setdefault((node.id, True), set()).add(node.lineno)
    elif isinstance(node, ast.Attribute):
        found.setdefault((node.attr, False), set()).add(node.end_lineno or node.lineno)


def is_accounted(graph: CallGraph, symbol: str, line: int, name: str) -> bool:
    """Whether the graph says what `name` at a line of the symbol is."""
    known = (*graph.calls_from(symbol), *graph.external_from(symbol))
    return any(abs(edge.line - line) <= 1 and _ends_in(edge.callee, name) for edge in known)


def _ends_in(callee: str, name: str) -> bool:
    parts = (split(callee)[1] if "::" in callee else callee).split(".")
    return name in parts[-2:] or last_name(callee) == name
