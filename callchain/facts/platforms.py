"""Tests of the interpreter or the platform, answered as on Linux with any supported Python.

Both branches of such a test are read; what stands in the one that is not taken there is less sure. The answer does
not depend on the machine that reads.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from typing import Any

Answer = bool | None
_PLATFORM = "linux"
_VERSIONS = ((3, 11), (3, 15))
_FACTS: dict[str, Any] = {"sys.platform": _PLATFORM, "os.name": "posix", "sys.implementation.name": "cpython"}
_SIGNS: dict[type, Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.In: lambda left, right: left in right,
    ast.NotIn: lambda left, right: left not in right,
}


def platform_test(test: Any, known: Mapping[str, Answer]) -> tuple[bool, Answer]:
    """Whether `test` speaks of the interpreter or platform, and whether it holds; None where that is open.

    Args:
        test: the condition.
        known: names that stand for such tests, with their answers.
    """
    kind = test.__class__
    if kind is ast.Name:
        return test.id in known, known.get(test.id)
    if kind is ast.UnaryOp and test.op.__class__ is ast.Not:
        speaks, holds = platform_test(test.operand, known)
        return speaks, None if holds is None else not holds
    if kind is ast.BoolOp:
        return _combined(test, known)
    if kind is ast.Compare:
        return _compared(test)
    if kind is ast.Call and test.func.__class__ is ast.Attribute and test.func.attr in ("startswith", "endswith"):
        return _affix(test)
    return _speaks(test), None


def _combined(test: Any, known: Mapping[str, Answer]) -> tuple[bool, Answer]:
    answers = [platform_test(value, known) for value in test.values]
    if not any(speaks for speaks, _ in answers):
        return False, None
    decisive = test.op.__class__ is ast.Or
    if any(holds is decisive for _, holds in answers):
        return True, decisive
    return True, (not decisive) if all(holds is not None for _, holds in answers) else None


def _compared(test: Any) -> tuple[bool, Answer]:
    if not _speaks(test.left):
        return False, None
    sign = _SIGNS.get(test.ops[0].__class__)
    try:
        wanted = ast.literal_eval(test.comparators[0])
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return True, None
    if sign is None or len(test.ops) > 1:
        return True, None
    name = _dotted(test.left)
    try:
        if name == "sys.version_info":
            first, last = (sign(version, wanted) for version in _VERSIONS)
            return True, first if first is last else None
        return True, sign(_FACTS[name], wanted) if name in _FACTS else None
    except TypeError:
        return True, None


def _affix(test: Any) -> tuple[bool, Answer]:
    name = _dotted(test.func.value)
    given = test.args[0].value if len(test.args) == 1 and test.args[0].__class__ is ast.Constant else None
    if name not in _FACTS:
        return _speaks(test.func.value), None
    if not isinstance(given, str):
        return True, None
    return True, bool(getattr(_FACTS[name], test.func.attr)(given))


def _speaks(node: Any) -> bool:
    """Whether an expression is an attribute, item or call of what tells platforms apart."""
    while node is not None:
        if _dotted(node) in ("sys.version_info", "sys.platform", "sys.implementation", "os.name"):
            return True
        kind = node.__class__
        node = node.func if kind is ast.Call else node.value if kind in (ast.Attribute, ast.Subscript) else None
    return False


def _dotted(node: Any) -> str:
    parts: list[str] = []
    while node.__class__ is ast.Attribute:
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if node.__class__ is ast.Name else ""
