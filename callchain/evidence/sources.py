"""The structure of source files, read once more for proofs: definition extents and statement extents.

This reading is apart from the one that found the facts, so that a fault there is not repeated here.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from callchain.model.errors import CallchainError
from callchain.model.symbol import MODULE, split


class SourceLines(Protocol):
    """Whatever can give a file's decoded lines, the first at index 0."""

    def lines(self, path: str) -> list[str]:
        """The lines of the file `path`, relative to the root."""


@dataclass(frozen=True)
class Extent:
    """Where a definition stands: from its first decorator, over its `def` or `class` line, to its last line."""

    first_line: int
    line: int
    end_line: int
    kind: str

    def holds(self, line: int) -> bool:
        """Whether the line lies inside, decorators included."""
        return self.first_line <= line <= self.end_line


@dataclass(frozen=True)
class Statement:
    """A simple statement, or the header of a compound one; both ends included."""

    line: int
    end_line: int
    nodes: tuple[ast.AST, ...]
    """The nodes that belong to the header itself, without the bodies of a compound statement."""

    def walk(self) -> Iterator[ast.AST]:
        """Every node of the statement's own code."""
        for node in self.nodes:
            yield from ast.walk(node)


@dataclass(frozen=True)
class Structure:
    """What one file holds, by line; empty where the file cannot be parsed."""

    definitions: Mapping[str, tuple[Extent, ...]] = field(default_factory=dict)
    statements: Mapping[int, tuple[Statement, ...]] = field(default_factory=dict)

    def extent_of(self, line: int) -> tuple[int, int]:
        """The first and last line of the statements at `line`; the line itself where there is none."""
        here = self.statements.get(line, ())
        return min((s.line for s in here), default=line), max((s.end_line for s in here), default=line)


class Sources:
    """A source tree whose files are parsed when first asked for."""

    def __init__(self, tree: SourceLines) -> None:
        self._tree = tree
        self._lines: dict[str, tuple[str, ...] | None] = {}
        self._structures: dict[str, Structure] = {}

    def lines(self, path: str) -> tuple[str, ...] | None:
        """The file's lines; None when there is no such file in the tree."""
        if path not in self._lines:
            self._lines[path] = self._read(path)
        return self._lines[path]

    def _read(self, path: str) -> tuple[str, ...] | None:
        if not path:
            return None
        try:
            return tuple(self._tree.lines(path))
        except (KeyError, OSError, ValueError, CallchainError):
            return None

    def structure(self, path: str) -> Structure:
        """The file's structure; an empty one when it is missing or no Python."""
        if path not in self._structures:
            lines = self.lines(path)
            self._structures[path] = structure_of("\n".join(lines)) if lines is not None else Structure()
        return self._structures[path]

    def extents(self, symbol: str) -> tuple[Extent, ...]:
        """All extents of a symbol: several where a name is defined more than once."""
        path, qualname = split(symbol)
        if qualname == MODULE:
            lines = self.lines(path)
            return () if lines is None else (Extent(1, 1, max(len(lines), 1), "module"),)
        return self.structure(path).definitions.get(qualname, ())

    def statement(self, path: str, line: int) -> tuple[int, int]:
        """The extent of the statement at a line of a file."""
        return self.structure(path).extent_of(line)


def structure_of(text: str) -> Structure:
    """The structure of a module's source; empty when it does not parse."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return Structure()
    definitions: dict[str, list[Extent]] = {}
    for qualname, extent in _definitions(tree):
        definitions.setdefault(qualname, []).append(extent)
    statements: dict[int, list[Statement]] = {}
    for statement in _statements(tree):
        for line in range(statement.line, statement.end_line + 1):
            statements.setdefault(line, []).append(statement)
    return Structure(
        {name: tuple(sorted(extents, key=_by_line)) for name, extents in definitions.items()},
        {line: tuple(found) for line, found in statements.items()},
    )


def _by_line(extent: Extent) -> tuple[int, int]:
    return extent.line, extent.end_line


_Scope = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def _definitions(tree: ast.Module) -> Iterator[tuple[str, Extent]]:
    waiting: list[tuple[ast.AST, str]] = [(tree, "")]
    while waiting:
        node, prefix = waiting.pop()
        if isinstance(node, _Scope):
            name = prefix + node.name
            first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
            kind = "class" if isinstance(node, ast.ClassDef) else "function"
            yield name, Extent(first, node.lineno, node.end_lineno or node.lineno, kind)
            waiting += [(child, f"{name}.") for child in node.body]
            # Decorators, defaults and bases are evaluated in the scope around the definition.
            waiting += [(child, prefix) for child in ast.iter_child_nodes(node) if child not in node.body]
        elif isinstance(node, ast.Lambda):
            name = f"{prefix}<lambda>"
            yield name, Extent(node.lineno, node.lineno, node.end_lineno or node.lineno, "lambda")
            waiting += [(node.args, prefix), (node.body, f"{name}.")]
        else:
            waiting += [(child, prefix) for child in ast.iter_child_nodes(node)]


def _statements(tree: ast.Module) -> Iterator[Statement]:
    waiting: list[ast.AST] = list(tree.body)
    while waiting:
        node = waiting.pop()
        bodies = _bodies(node)
        inner = [child for body in bodies for child in body]
        own = tuple(child for child in ast.iter_child_nodes(node) if not _is_among(child, inner))
        first, last = _header(node, own, bodies)
        yield Statement(first, last, own if bodies else (node,))
        waiting += inner


def _bodies(node: ast.AST) -> list[list[ast.AST]]:
    """The statement lists of a compound statement, its handlers and its cases."""
    names = ("body", "handlers", "orelse", "finalbody", "cases")
    found = [getattr(node, name, None) for name in names]
    return [body for body in found if isinstance(body, list) and body]


def _is_among(node: ast.AST, others: list[ast.AST]) -> bool:
    return any(node is other for other in others)


def _header(node: ast.AST, own: tuple[ast.AST, ...], bodies: list[list[ast.AST]]) -> tuple[int, int]:
    lines = [child.lineno for child in (node, *own) if hasattr(child, "lineno")]
    if not bodies:
        return _line(node), _end(node)
    # A `case` has no line of its own; its pattern has.
    first = min(lines, default=_line(bodies[0][0]))
    before_body = min((_line(child) for body in bodies for child in body), default=first) - 1
    own_end = max((_end(part) for child in own for part in ast.walk(child)), default=first)
    return first, max(first, own_end, before_body)


def _line(node: ast.AST) -> int:
    if isinstance(node, ast.match_case):
        first: int = node.pattern.lineno
        return first
    lines: list[int] = [getattr(node, "lineno", 0)]
    lines += [decorator.lineno for decorator in getattr(node, "decorator_list", [])]
    return min(lines)


def _end(node: ast.AST) -> int:
    end: int | None = getattr(node, "end_lineno", None)
    return end if end is not None else _line(node)
