"""Strings that are templates: which values `%` and `format` turn into text, and by which method."""

from __future__ import annotations

import ast
import re
import string
from typing import Any

from callchain.facts import ir
from callchain.facts.emitting import implicit, operator
from callchain.facts.reader import Reader
from callchain.facts.unit import Unit

_CONVERSION = re.compile(
    r"%(?:\((?P<key>[^)]*)\))?[#0\- +]*(?P<width>\*|\d*)(?:\.(?P<digits>\*|\d*))?[hlL]?(?P<kind>.)"
)
_METHODS = {"s": "__str__", "r": "__repr__", "a": "__repr__"}


def is_template(node: Any) -> bool:
    """Whether an expression is a constant text."""
    return node.__class__ is ast.Constant and node.value.__class__ is str


def percent_methods(text: str) -> list[str]:
    """The method that each conversion of a `%` template asks its value for; empty for one that takes numbers.

    Nothing for templates that name their values or take widths from them.
    """
    found: list[str] = []
    for match in _CONVERSION.finditer(text):
        if match["key"] is not None or "*" in (match["width"], match["digits"]):
            return []
        if match["kind"] != "%":
            found.append(_METHODS.get(match["kind"], ""))
    return found


def format_methods(text: str) -> list[tuple[int | str, str]]:
    """Position or name, and method, of each value that a `format` template names whole."""
    found: list[tuple[int | str, str]] = []
    try:
        parts = list(string.Formatter().parse(text))
    except ValueError:
        return []
    automatic = 0
    for _, name, _, conversion in parts:
        if name is None:
            continue
        method = _METHODS.get(conversion or "", "__format__")
        if name == "":
            found.append((automatic, method))
            automatic += 1
        elif name.isdigit():
            found.append((int(name), method))
        elif name.isidentifier():
            found.append((name, method))
    return found


def percent(low: Reader, unit: Unit, node: Any) -> int:
    """`"…%s…" % values`."""
    left = low.expression(unit, node.left)
    methods = percent_methods(node.left.value)
    if node.right.__class__ is ast.Tuple and len(node.right.elts) == len(methods):
        for element, method in zip(node.right.elts, methods, strict=True):
            value = low.expression(unit, element)
            if method:
                implicit(unit, value, method, node.lineno)
        right = 0
    else:
        right = low.expression(unit, node.right)
        if len(methods) == 1 and methods[0]:
            implicit(unit, right, methods[0], node.lineno)
    return operator(unit, left, right, "__mod__", "__rmod__", node.lineno)


def formatted(unit: Unit, node: Any, arguments: list[int], keywords: list[tuple[str, int]]) -> None:
    """The calls that `"…{}…".format(…)` makes, its arguments read already."""
    given = dict(keywords)
    for place, method in format_methods(node.func.value.value):
        value = given.get(place, 0) if isinstance(place, str) else 0
        if isinstance(place, int) and place < len(arguments):
            value = arguments[place]
        if value:
            unit.emit(ir.IMPLICIT, unit.node(), value, method, [], node.lineno)
