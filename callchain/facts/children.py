"""The child nodes of any node."""

from __future__ import annotations

import ast
from typing import Any


def children(node: Any) -> list[Any]:
    """All nodes right below a node, in the order of the source's fields; faster than `ast.iter_child_nodes`."""
    found: list[Any] = []
    for field in node._fields:
        value = getattr(node, field, None)
        if value.__class__ is list:
            found.extend(child for child in value if isinstance(child, ast.AST))
        elif isinstance(value, ast.AST):
            found.append(value)
    return found
