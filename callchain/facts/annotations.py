"""Declared types as small lists: `"a.B"`, `["a.B", arguments…]`, `["|", alternatives…]`, None for the rest."""

from __future__ import annotations

import ast
from typing import Any

_TRANSPARENT = frozenset({"Optional", "Annotated", "ClassVar", "Final", "Required", "NotRequired", "ReadOnly"})
_LONGEST = 300


def declared(node: ast.expr | None, depth: int = 0) -> Any:
    """The declared type that an annotation expression says."""
    if node is None or depth > 12:
        return None
    handler = _FORMS.get(node.__class__)
    return handler(node, depth) if handler else None


def _name(node: Any, _depth: int) -> Any:
    return node.id


def _attribute(node: Any, _depth: int) -> Any:
    return dotted(node) or None


def dotted(node: Any) -> str:
    """`a.b.c` of a chain of attributes on a name, or empty."""
    parts: list[str] = []
    while node.__class__ is ast.Attribute:
        parts.append(node.attr)
        node = node.value
    if node.__class__ is not ast.Name:
        return ""
    parts.append(node.id)
    return ".".join(reversed(parts))


def _constant(node: Any, depth: int) -> Any:
    if node.value.__class__ is not str or len(node.value) > _LONGEST:
        return None
    try:
        inner = ast.parse(node.value.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return declared(inner, depth + 1)


def _union(node: Any, depth: int) -> Any:
    if node.op.__class__ is not ast.BitOr:
        return None
    return _either([declared(node.left, depth + 1), declared(node.right, depth + 1)])


def _either(parts: list[Any]) -> Any:
    kept: list[Any] = []
    for part in parts:
        if isinstance(part, list) and part and part[0] == "|":
            kept.extend(part[1:])
        elif part is not None:
            kept.append(part)
    return ["|", *kept] if len(kept) > 1 else kept[0] if kept else None


def _subscript(node: Any, depth: int) -> Any:
    base = declared(node.value, depth + 1)
    if not isinstance(base, str):
        return base
    last = base.rpartition(".")[2]
    inside = node.slice
    parts = inside.elts if inside.__class__ is ast.Tuple else [inside]
    if last == "Literal":
        return (
            "str"
            if any(part.__class__ is ast.Constant and isinstance(part.value, str) for part in parts)
            else None
        )
    if last in _TRANSPARENT:
        return declared(parts[0], depth + 1)
    if last == "Union":
        return _either([declared(part, depth + 1) for part in parts])
    return [base, *(_argument(part, depth + 1) for part in parts)]


def _argument(node: Any, depth: int) -> Any:
    if node.__class__ is ast.List:
        return ["[]", *(declared(part, depth + 1) for part in node.elts)]
    return declared(node, depth)


_FORMS: dict[type, Any] = {
    ast.Name: _name,
    ast.Attribute: _attribute,
    ast.Constant: _constant,
    ast.BinOp: _union,
    ast.Subscript: _subscript,
}
