"""Expressions to nodes and constraints."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from callchain.facts import absence, ir
from callchain.facts.call_syntax import call
from callchain.facts.emitting import implicit, iterate, operator
from callchain.facts.literals import comprehension, constant, dictionary, formatted, joined, key_of, sequence
from callchain.facts.reader import Reader
from callchain.facts.templates import is_template, percent
from callchain.facts.unit import Narrowed, Unit, forget_items, join, load, store, widen

OPERATORS = {
    ast.Add: "add",
    ast.Sub: "sub",
    ast.Mult: "mul",
    ast.MatMult: "matmul",
    ast.Div: "truediv",
    ast.FloorDiv: "floordiv",
    ast.Mod: "mod",
    ast.Pow: "pow",
    ast.LShift: "lshift",
    ast.RShift: "rshift",
    ast.BitAnd: "and",
    ast.BitOr: "or",
    ast.BitXor: "xor",
}
_COMPARISONS = {
    ast.Eq: ("__eq__", "__eq__"),
    ast.NotEq: ("__ne__", "__ne__"),
    ast.Lt: ("__lt__", "__gt__"),
    ast.LtE: ("__le__", "__ge__"),
    ast.Gt: ("__gt__", "__lt__"),
    ast.GtE: ("__ge__", "__le__"),
}
_UNARY = {ast.USub: "__neg__", ast.UAdd: "__pos__", ast.Invert: "__invert__"}


def expression(low: Reader, unit: Unit, node: Any) -> int:
    """The node that holds what an expression yields; 0 when nothing can be said of it."""
    kind = node.__class__
    if kind is ast.Name:
        if unit.has_items:
            forget_items(unit, node.id)
        return load(unit, node.id)
    handler = _EXPRESSIONS.get(kind)
    return handler(low, unit, node) if handler is not None else 0


def _attribute(low: Reader, unit: Unit, node: Any) -> int:
    value = node.value
    if value.__class__ is ast.Name and unit.has_attributes:
        known = unit.env.get(f"{value.id}.{node.attr}")
        if known is not None:
            return known
    base = expression(low, unit, value)
    if not base:
        return 0
    found = unit.node()
    unit.emit(ir.ATTR, found, base, node.attr, node.end_lineno)
    return found


def _binary(low: Reader, unit: Unit, node: Any) -> int:
    if node.op.__class__ is ast.Mod and is_template(node.left):
        return percent(low, unit, node)
    left = expression(low, unit, node.left)
    right = expression(low, unit, node.right)
    name = OPERATORS[node.op.__class__]
    return operator(unit, left, right, f"__{name}__", f"__r{name}__", node.lineno)


def _compare(low: Reader, unit: Unit, node: Any) -> int:
    left = expression(low, unit, node.left)
    found = 0
    for sign, comparator in zip(node.ops, node.comparators, strict=True):
        right = expression(low, unit, comparator)
        kind = sign.__class__
        if kind in _COMPARISONS:
            method, reflected = _COMPARISONS[kind]
            found = operator(unit, left, right, method, reflected, node.lineno)
        elif kind is ast.In or kind is ast.NotIn:
            implicit(unit, right, "__contains__", node.lineno, [left])
        left = right
    return found


def _unary(low: Reader, unit: Unit, node: Any) -> int:
    operand = expression(low, unit, node.operand)
    if node.op.__class__ is ast.Not:
        implicit(unit, operand, "__bool__", node.lineno)
        return 0
    return implicit(unit, operand, _UNARY[node.op.__class__], node.lineno)


def _boolean(low: Reader, unit: Unit, node: Any) -> int:
    found: list[int] = []
    narrowed: list[Narrowed] = []
    for position, value in enumerate(node.values):
        result = expression(low, unit, value)
        last = position == len(node.values) - 1
        if result and not last:
            implicit(unit, result, "__bool__", value.lineno)
        if node.op.__class__ is ast.Or or last:
            found.append(result)
        if not last:
            narrowed.extend(low.assume(unit, value, node.op.__class__ is ast.And))
    widen(unit, narrowed)
    return join(unit, found)


def _conditional(low: Reader, unit: Unit, node: Any) -> int:
    low.test(unit, node.test)
    parameter, absent = absence.asked(unit, node.test)
    found = []
    for branch, holds in ((node.body, True), (node.orelse, False)):
        start = len(unit.code)
        narrowed = low.assume(unit, node.test, holds)
        value = expression(low, unit, branch)
        widen(unit, narrowed)
        if parameter:
            value = absence.copied(unit, value)
            absence.only_where(unit, parameter, holds is not absent, start)
        found.append(value)
    return join(unit, found)


def item_path(node: Any) -> str:
    """`name[key][key]` for constant keys of a variable, empty for anything else."""
    keys = ""
    while node.__class__ is ast.Subscript:
        key = node.slice
        if key.__class__ is not ast.Constant or key.value.__class__ not in (int, str):
            return ""
        keys = f".[{key.value!r}]{keys}"
        node = node.value
    return node.id + keys if keys and node.__class__ is ast.Name else ""


def _subscript(low: Reader, unit: Unit, node: Any) -> int:
    if unit.has_items:
        known = unit.env.get(item_path(node))
        if known is not None:
            return known
    base = expression(low, unit, node.value)
    key, key_node = key_of(low, unit, node.slice)
    if not base:
        return 0
    found = unit.node()
    unit.emit(ir.ITEM, found, base, key, key_node, node.lineno)
    return found


def _lambda(low: Reader, unit: Unit, node: Any) -> int:
    return low.function(unit, node, "<lambda>")


def _named(low: Reader, unit: Unit, node: Any) -> int:
    value = expression(low, unit, node.value)
    store(unit, node.target.id, value)
    return value


def _await(low: Reader, unit: Unit, node: Any) -> int:
    source = expression(low, unit, node.value)
    if not source:
        return 0
    found = unit.node()
    unit.emit(ir.AWAIT, found, source, node.lineno)
    return found


def _yield(low: Reader, unit: Unit, node: Any) -> int:
    value = expression(low, unit, node.value) if node.value is not None else 0
    if value:
        unit.emit(ir.COPY, ir.YIELD, value)
    if ir.SENT not in unit.cells and unit.scope.kind == "module":
        return 0
    return unit.cell(ir.SENT)


def _yield_from(low: Reader, unit: Unit, node: Any) -> int:
    source = expression(low, unit, node.value)
    if not source:
        return 0
    element = iterate(unit, source, node.lineno)
    unit.emit(ir.COPY, ir.YIELD, element)
    found = unit.node()
    unit.emit(ir.AWAIT, found, source, node.lineno)
    return found


def _starred(low: Reader, unit: Unit, node: Any) -> int:
    return expression(low, unit, node.value)


_EXPRESSIONS: dict[type, Callable[[Any, Unit, Any], int]] = {
    ast.Constant: constant,
    ast.Attribute: _attribute,
    ast.Call: call,
    ast.BinOp: _binary,
    ast.Compare: _compare,
    ast.UnaryOp: _unary,
    ast.BoolOp: _boolean,
    ast.IfExp: _conditional,
    ast.Subscript: _subscript,
    ast.List: sequence,
    ast.Tuple: sequence,
    ast.Set: sequence,
    ast.Dict: dictionary,
    ast.ListComp: comprehension,
    ast.SetComp: comprehension,
    ast.GeneratorExp: comprehension,
    ast.DictComp: comprehension,
    ast.Lambda: _lambda,
    ast.NamedExpr: _named,
    ast.JoinedStr: joined,
    ast.FormattedValue: formatted,
    ast.Await: _await,
    ast.Yield: _yield,
    ast.YieldFrom: _yield_from,
    ast.Starred: _starred,
}
