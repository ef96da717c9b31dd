"""Class bodies as callers: the product gives their calls to the scope that runs them, some suites to the class."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from callchain.facts.records import FileFacts
from callchain.model.symbol import MODULE, Definition, split, symbol


class ClassBodies:
    """Finds the class whose body holds a line of a scope."""

    def __init__(self, facts: Mapping[str, FileFacts]) -> None:
        self._classes: dict[str, list[Definition]] = {}
        for path, each in facts.items():
            self._add(path, each.definitions)

    def _add(self, path: str, definitions: Iterable[Definition]) -> None:
        classes = {each.qualname: each for each in definitions if each.kind == "class"}
        for qualname, each in classes.items():
            scope = qualname.rpartition(".")[0]
            while scope in classes:
                scope = scope.rpartition(".")[0]
            self._classes.setdefault(symbol(path, scope or MODULE), []).append(each)

    def caller(self, scope: str, line: int) -> str:
        """The innermost class of `scope` whose body holds `line`, else the scope itself; both as symbols."""
        inside = [each for each in self._classes.get(scope, ()) if each.line < line <= each.end_line]
        innermost = max(inside, key=lambda each: each.line, default=None)
        return scope if innermost is None else symbol(split(scope)[0], innermost.qualname)
