"""The line of a `def` from the first line that its code object knows (a decorator's)."""

from __future__ import annotations

import ast
from pathlib import Path


class DefinitionLines:
    """Lines of definitions of the files below a root, read when they are first asked for.

    Args:
        root: the root of the code under study.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._files: dict[str, dict[int, int]] = {}

    def line(self, path: str, first_line: int) -> int:
        """The line of the `def` or `class` whose decorators start at `first_line`."""
        if path not in self._files:
            self._files[path] = _decorated(self._root / path)
        return self._files[path].get(first_line, first_line)


def _decorated(path: Path) -> dict[int, int]:
    try:
        tree = ast.parse(path.read_bytes())
    except (OSError, SyntaxError, ValueError, RecursionError):
        return {}
    found: dict[int, int] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and node.decorator_list:
            found[min(decorator.lineno for decorator in node.decorator_list)] = node.lineno
    return found
