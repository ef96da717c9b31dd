"""Targets: what assignments, annotations and `del` bind and unbind."""

from __future__ import annotations

import ast
from typing import Any

from callchain.facts import ir
from callchain.facts.annotations import declared
from callchain.facts.emitting import implicit, operator
from callchain.facts.expressions import OPERATORS, expression, item_path
from callchain.facts.literals import key_of
from callchain.facts.reader import Reader
from callchain.facts.unit import Unit, forget_attributes, store


def assign(low: Reader, unit: Unit, target: Any, value: int, local: bool = False) -> None:
    """Bind a target to a node."""
    kind = target.__class__
    if kind is ast.Name:
        store(unit, target.id, value, local)
        if not local:
            low.bound_name(unit, target.id, "V:")
    elif kind is ast.Attribute:
        _assign_attribute(low, unit, target, value)
    elif kind is ast.Subscript:
        base = expression(low, unit, target.value)
        key, key_node = key_of(low, unit, target.slice)
        if base:
            unit.emit(ir.SET_ITEM, base, key, key_node, value, target.lineno)
        path = item_path(target)
        if path and value and not unit.frames:
            unit.env[path] = value
            unit.has_items = True
    elif kind is ast.Tuple or kind is ast.List:
        _unpack(low, unit, target, value, local)
    elif kind is ast.Starred:
        assign(low, unit, target.value, value, local)


def _assign_attribute(low: Reader, unit: Unit, target: Any, value: int) -> None:
    base = expression(low, unit, target.value)
    if base:
        unit.emit(ir.SET_ATTR, base, target.attr, value, target.lineno)
    if target.value.__class__ is ast.Name:
        key = f"{target.value.id}.{target.attr}"
        if unit.env.pop(key, None) is not None:
            forget_attributes(unit, key)


def _unpack(low: Reader, unit: Unit, target: Any, value: int, local: bool) -> None:
    after = -1
    count = len(target.elts)
    for position, element in enumerate(target.elts):
        if element.__class__ is ast.Starred:
            after = 0
            part = unit.node() if value else 0
            if value:
                unit.emit(ir.UNPACK, part, value, f"*{position}", count, target.lineno)
            assign(low, unit, element.value, part, local)
            continue
        part = unit.node() if value else 0
        if value:
            unit.emit(ir.UNPACK, part, value, position if after < 0 else position - count, count, target.lineno)
        assign(low, unit, element, part, local)


def annotated(low: Reader, unit: Unit, node: Any) -> None:
    """`target: declared = value`."""
    kind = declared(node.annotation)
    value = expression(low, unit, node.value) if node.value is not None else 0
    target = node.target
    if target.__class__ is ast.Name and unit.frames:
        if kind is not None:
            unit.frames[-1].annotations[target.id] = kind
        if node.value is None:
            low.bound_name(unit, target.id, "V:")
            return
    if kind is not None:
        typed = unit.node()
        unit.emit(ir.DECLARE, typed, kind, unit.here())
        if value:
            unit.emit(ir.COPY, typed, value)
        value = typed
    if node.value is not None or target.__class__ is not ast.Name or kind is not None:
        assign(low, unit, target, value)


def augmented(low: Reader, unit: Unit, node: Any) -> None:
    """`target op= value`."""
    target = node.target
    reading = _as_load(target)
    before = expression(low, unit, reading)
    value = expression(low, unit, node.value)
    name = OPERATORS[node.op.__class__]
    result = operator(unit, before, value, f"__i{name}__", f"__r{name}__", node.lineno)
    assign(low, unit, target, result)


def _as_load(target: Any) -> Any:
    if target.__class__ is ast.Name:
        return ast.copy_location(ast.Name(target.id, ast.Load()), target)
    return target


def delete(low: Reader, unit: Unit, node: Any) -> None:
    """`del target`: of items and attributes, which may run code."""
    for target in node.targets:
        if target.__class__ is ast.Subscript:
            base = expression(low, unit, target.value)
            _, key_node = key_of(low, unit, target.slice)
            implicit(unit, base, "__delitem__", target.lineno, [key_node])
        elif target.__class__ is ast.Attribute:
            base = expression(low, unit, target.value)
            implicit(unit, base, "__delattr__", target.lineno)
            if base:
                unit.emit(ir.DELETE_ATTR, base, target.attr, target.lineno)
