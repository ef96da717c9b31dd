"""Calls as they are written: arguments, stars, keywords, and in which manner the callee is named."""

from __future__ import annotations

import ast
from typing import Any

from callchain.facts import ir
from callchain.facts.literals import handed_on
from callchain.facts.reader import Reader
from callchain.facts.templates import formatted, is_template
from callchain.facts.unit import Unit, forget_items

_SEPARATING = frozenset({"partition", "rpartition", "split", "rsplit"})


def call_line(node: Any) -> int:
    """The line that the interpreter says is running while this call is made."""
    function = node.func
    if isinstance(function, ast.Attribute) and function.end_lineno not in (None, function.lineno):
        return function.end_lineno or function.lineno
    return int(node.lineno)


def call(low: Reader, unit: Unit, node: Any) -> int:
    """A call: its callee, what it is given, and what comes back."""
    found = _call_with(low, unit, node)
    if unit.has_items and unit.index == 0:
        forget_items(unit, "")  # whatever runs may change what the module's variables hold
    return found


def _call_with(low: Reader, unit: Unit, node: Any) -> int:
    function = low.expression(unit, node.func)
    arguments: list[int] = []
    stars: list[Any] = []
    separates = node.func.__class__ is ast.Attribute and node.func.attr in _SEPARATING
    for argument in node.args:
        if argument.__class__ is ast.Starred:
            stars.append((len(arguments), low.expression(unit, argument.value)))
        elif separates and argument.__class__ is ast.Constant and argument.value.__class__ is str:
            arguments.append(unit.node())
            unit.emit(ir.TEXT, arguments[-1], argument.value)
        else:
            arguments.append(handed_on(low, unit, argument))
    keywords: list[Any] = []
    doubles: list[int] = []
    for keyword in node.keywords:
        value = handed_on(low, unit, keyword.value)
        if keyword.arg is None:
            doubles.append(value)
        else:
            keywords.append((keyword.arg, value))
    if not function and not any(arguments) and not keywords and not stars:
        low.unknown_call(unit, node)
        return 0
    if (
        node.func.__class__ is ast.Attribute
        and node.func.attr == "format"
        and is_template(node.func.value)
        and not stars
    ):
        formatted(unit, node, arguments, keywords)
    found = unit.node()
    column, kind = node.func.end_col_offset, _manner(node.func)
    unit.emit(ir.CALL, found, function, arguments, keywords, stars, doubles, call_line(node), column, kind)
    if function:
        unit.called.append(function)
    return found


def _manner(function: Any) -> str:
    """How the callee is written: `name`, `self`, `super`, `attribute` or `value`."""
    kind = function.__class__
    if kind is ast.Name:
        return "name"
    if kind is not ast.Attribute:
        return "value"
    base = function.value
    if base.__class__ is ast.Name:
        return "self" if base.id in ("self", "cls") else "attribute"
    if base.__class__ is ast.Call and base.func.__class__ is ast.Name and base.func.id == "super":
        return "super"
    return "attribute"
