"""The functions and classes of one file with their extents: enough to find a symbol, without a call graph."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import msgspec

from callchain.model.symbol import MODULE


class Entry(msgspec.Struct, frozen=True, order=True):
    """A definition; several may share a qualname (conditional definitions, overloads, property setters)."""

    line: int
    """The line of `def` or `class`; 1 for the module."""
    end_line: int
    first_line: int
    """The line of the first decorator."""
    qualname: str
    kind: str
    """`module`, `class` or `function`."""


def outline(text: str) -> list[Entry]:
    """The module and its definitions in source order.

    Raises:
        SyntaxError: the text does not parse.
    """
    try:
        module = ast.parse(text)
    except (ValueError, RecursionError, MemoryError) as error:
        raise SyntaxError(str(error) or "it is nested too deeply") from error
    end = max(1, text.count("\n") + (not text.endswith("\n")))
    return [Entry(1, end, 1, MODULE, "module"), *sorted(_definitions(module, ""))]


def _definitions(node: ast.AST, prefix: str) -> Iterator[Entry]:
    pending = list(ast.iter_child_nodes(node))
    while pending:
        child = pending.pop()
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            qualname = f"{prefix}{child.name}"
            first = min([child.lineno, *(decorator.lineno for decorator in child.decorator_list)])
            kind = "class" if isinstance(child, ast.ClassDef) else "function"
            yield Entry(child.lineno, child.end_lineno or child.lineno, first, qualname, kind)
            yield from _definitions(child, f"{qualname}.")
        else:
            pending.extend(ast.iter_child_nodes(child))
