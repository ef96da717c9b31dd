"""The names that are called on a line, as a second reader sees them."""

from __future__ import annotations

from collections import defaultdict

import libcst as cst
from libcst.metadata import MetadataWrapper, PositionProvider


def calls_on(wrapper: MetadataWrapper, lines: tuple[int, ...]) -> dict[int, tuple[str, ...]]:
    """Line → the dotted names called there, sorted; see `callchain.source.reprove.call_names`."""
    collector = _Calls()
    wrapper.visit(collector)
    return {line: tuple(sorted(collector.names.get(line, ()))) for line in lines}


class _Calls(cst.CSTVisitor):
    METADATA_DEPENDENCIES = (PositionProvider,)

    def __init__(self) -> None:
        super().__init__()
        self.names: dict[int, set[str]] = defaultdict(set)

    def visit_Call(self, node: cst.Call) -> None:  # noqa: N802 - the name is LibCST's
        self._note(node, node.func)

    def visit_Decorator(self, node: cst.Decorator) -> None:  # noqa: N802 - the name is LibCST's
        self._note(node, node.decorator)

    def _note(self, site: cst.CSTNode, called: cst.BaseExpression) -> None:
        """A call counts on the line where it begins and on the line of the name that is called."""
        name = dotted(called)
        last = called.attr if isinstance(called, cst.Attribute) else called
        for node in (site, last):
            self.names[self.get_metadata(PositionProvider, node).start.line].add(name)


def dotted(node: cst.CSTNode) -> str:
    """An expression as a dotted name; calls and items on the way are `()` and `[]`, anything else is `…`."""
    if isinstance(node, cst.Name):
        return node.value
    if isinstance(node, cst.Attribute):
        return f"{dotted(node.value)}.{node.attr.value}"
    if isinstance(node, cst.Call):
        return f"{dotted(node.func)}()"
    if isinstance(node, cst.Subscript):
        return f"{dotted(node.value)}[]"
    return "…"
