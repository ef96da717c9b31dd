"""The statement at a line of a function, as the code that a tap names."""

from __future__ import annotations

import ast

from callchain.chain.syntax import Syntax
from callchain.source.statements import search
from callchain.source.tree import SourceTree

_SUITES = ("body", "orelse", "finalbody", "handlers", "cases")


def innermost_statement(syntax: Syntax, symbol: str, line: int) -> ast.stmt | None:
    """The smallest statement of the symbol's own frame that runs something on the line."""
    found: ast.stmt | None = None
    for node in syntax.nodes(symbol):
        if isinstance(node, ast.stmt) and node.lineno <= line <= header_end(node):
            found = node
    return found


def header_end(node: ast.stmt) -> int:
    """The last line of what runs as part of the statement itself, without what it holds."""
    inner = [child.lineno for name in _SUITES for child in _held(node, name)]
    if not inner:
        return node.end_lineno or node.lineno
    parts = [child for child in ast.iter_child_nodes(node) if isinstance(child, ast.expr | ast.withitem)]
    ends = [getattr(part, "end_lineno", None) or node.lineno for part in parts]
    ends += [inner.context_expr.end_lineno or 0 for inner in parts if isinstance(inner, ast.withitem)]
    return min(max([node.lineno, *ends]), min(inner))


def _held(node: ast.stmt, name: str) -> list[ast.stmt]:
    value = getattr(node, name, None)
    return [child for child in value if hasattr(child, "lineno")] if isinstance(value, list) else []


def code_of(node: ast.stmt, text: str) -> str:
    """The source of a statement; of a compound one the header, up to its colon."""
    lines = text.split("\n")
    body = getattr(node, "body", None)
    if not isinstance(body, list) or not body or isinstance(node, ast.Expr):
        return ast.get_source_segment(text, node) or ""
    first = lines[node.lineno - 1 : header_end(node)]
    first[0] = first[0].encode()[node.col_offset :].decode("utf-8", "replace")
    head = "\n".join(first)
    return head[: head.rindex(":") + 1] if ":" in head else head


def occurrence_of(tree: SourceTree, path: str, qualname: str, code: str, line: int) -> int | None:
    """Which of the equal statements begins at the line: 0 where it is the only one, None where none does."""
    found = search(tree.text(path), [(qualname, code)], where=path)[0]
    lines = [span.line for span in found.spans]
    if line not in lines:
        return None
    return 0 if len(lines) == 1 else lines.index(line) + 1
