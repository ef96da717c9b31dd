"""The syntax of the slice's files: calls at a line, statements of a function, read once when needed."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cached_property

from callchain.facts.state_scope import dotted_name
from callchain.model.symbol import MODULE, split
from callchain.source.tree import SourceTree

_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


class FileSyntax:
    """One parsed file."""

    def __init__(self, module: ast.Module) -> None:
        self.module = module

    @cached_property
    def definitions(self) -> dict[str, Definition]:
        """Functions and classes by qualname; of several with one name, the last."""
        found: dict[str, Definition] = {}
        pending: list[tuple[str, ast.AST]] = [("", self.module)]
        while pending:
            prefix, node = pending.pop()
            for child in ast.iter_child_nodes(node):
                if isinstance(child, _DEFINITIONS):
                    found[f"{prefix}{child.name}"] = child
                    pending.append((f"{prefix}{child.name}.", child))
                else:
                    pending.append((prefix, child))
        return found

    @cached_property
    def calls(self) -> dict[int, list[ast.Call]]:
        """Calls by each line that they cover with their callee, outermost first."""
        found: dict[int, list[ast.Call]] = {}
        for node in ast.walk(self.module):
            if isinstance(node, ast.Call):
                first, last = node.lineno, node.func.end_lineno or node.lineno
                for line in range(first, last + 1):
                    found.setdefault(line, []).append(node)
        return found


class Syntax:
    """All files of a slice; a file that does not parse is empty."""

    def __init__(self, tree: SourceTree) -> None:
        self._tree = tree
        self._files: dict[str, FileSyntax] = {}

    def file(self, path: str) -> FileSyntax:
        """The parsed file."""
        if path not in self._files:
            try:
                module = ast.parse(self._tree.data(path))
            except (SyntaxError, ValueError, RecursionError):
                module = ast.Module(body=[], type_ignores=[])
            self._files[path] = FileSyntax(module)
        return self._files[path]

    def line(self, path: str, number: int) -> str:
        """One source line without blanks around it; empty past the end."""
        lines = self._tree.lines(path)
        return lines[number - 1].strip() if 0 < number <= len(lines) else ""

    def call(self, path: str, line: int, callee: str) -> ast.Call | None:
        """The call at `line` whose last name is that of `callee`; else the only call there, if it is one."""
        wanted = {part for part in callee.replace("::", ".").split(".")[-2:] if part not in ("__init__", MODULE)}
        calls = self.file(path).calls.get(line, [])
        for call in calls:
            name = call.func.attr if isinstance(call.func, ast.Attribute) else dotted_name(call.func)
            if name.rpartition(".")[2] in wanted:
                return call
        return calls[0] if len(calls) == 1 else None

    def body(self, symbol: str) -> list[ast.stmt]:
        """The statements of a function, or of a module without its functions' bodies."""
        path, qualname = split(symbol)
        file = self.file(path)
        if qualname == MODULE:
            return file.module.body
        node = file.definitions.get(qualname)
        return node.body if node is not None else []

    def nodes(self, symbol: str) -> Iterator[ast.AST]:
        """All nodes that run as part of a symbol, in order of the source; inner functions are left out."""
        stack: list[ast.AST] = list(reversed(self.body(symbol)))
        while stack:
            node = stack.pop()
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
                continue
            yield node
            stack.extend(reversed(list(ast.iter_child_nodes(node))))
