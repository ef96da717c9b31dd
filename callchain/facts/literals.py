"""Constants, displays, comprehensions and f-strings."""

from __future__ import annotations

import ast
from typing import Any

from callchain.facts import ir
from callchain.facts.emitting import build, implicit, iterate
from callchain.facts.reader import Reader
from callchain.facts.unit import Narrowed, Unit, is_naming, widen

_NUMBERS = 64


def constant(_low: Reader, unit: Unit, node: Any) -> int:
    """A text, bytes or number that stands for itself."""
    value = node.value
    if value.__class__ is str:
        found = unit.node()
        if is_naming(value):
            unit.emit(ir.TEXT, found, value)
        else:
            unit.plain.add(found)
            unit.emit(ir.CONSTANT, found, "builtins.str")
        return found
    if value.__class__ is bytes:
        found = unit.node()
        unit.plain.add(found)
        unit.emit(ir.CONSTANT, found, "builtins.bytes")
        return found
    return 0


def handed_on(low: Reader, unit: Unit, node: Any) -> int:
    """An expression whose value goes elsewhere by a name: there a whole number may serve as an index or a key."""
    if node.__class__ is not ast.Constant or node.value.__class__ is not int:
        return low.expression(unit, node)
    found = unit.node()
    if 0 <= node.value < _NUMBERS:
        unit.emit(ir.NUMBER, found, node.value)
    else:
        unit.emit(ir.CONSTANT, found, "builtins.int")
    return found


def key_of(low: Reader, unit: Unit, node: Any) -> tuple[Any, int]:
    """The constant key of a subscript, or the node of a computed one; a slice reads as the key `:`."""
    if node.__class__ is ast.Constant and node.value.__class__ in (int, str):
        return node.value, 0
    if node.__class__ is ast.UnaryOp and node.operand.__class__ is ast.Constant:
        value = node.operand.value
        return (-value, 0) if node.op.__class__ is ast.USub and value.__class__ is int else (None, 0)
    if node.__class__ is ast.Slice:
        for part in (node.lower, node.upper, node.step):
            if part is not None:
                low.expression(unit, part)
        start = node.lower.value if node.lower.__class__ is ast.Constant else None
        return f":{start}" if start.__class__ is int else ":", 0
    return None, low.expression(unit, node)


def sequence(low: Reader, unit: Unit, node: Any) -> int:
    """A list, tuple or set display."""
    kind = {ast.List: "list", ast.Tuple: "tuple", ast.Set: "set"}[node.__class__]
    items: list[Any] = []
    stars: list[int] = []
    for position, element in enumerate(node.elts):
        if element.__class__ is ast.Starred:
            stars.append(low.expression(unit, element.value))
        else:
            value = low.expression(unit, element)
            if value and kind == "set":
                implicit(unit, value, "__hash__", element.lineno)
            if value:
                key = position if kind != "set" and not stars and len(node.elts) <= _KEYED else None
                items.append((key, value))
    return build(unit, kind, items, stars, node.lineno if node.elts else -node.lineno)


_KEYED = 24


def dictionary(low: Reader, unit: Unit, node: Any) -> int:
    """A dict display."""
    items: list[Any] = []
    stars: list[int] = []
    keys: list[int] = []
    for key, value in zip(node.keys, node.values, strict=True):
        if key is None:
            stars.append(low.expression(unit, value))
            continue
        literal, key_node = key_of(low, unit, key)
        held = low.expression(unit, value)
        if key_node:
            keys.append(key_node)
            implicit(unit, key_node, "__hash__", key.lineno)
        elif literal.__class__ is str and len(node.keys) <= _KEYED:
            keys.append(constant(low, unit, key))
        if held:
            items.append((literal, held))
    items.extend(("*keys", key) for key in keys)
    return build(unit, "dict", items, stars, node.lineno if node.keys else -node.lineno)


def comprehension(low: Reader, unit: Unit, node: Any) -> int:
    """A comprehension or generator expression, read where it stands."""
    before: dict[str, int] = {}
    bound: list[str] = []
    narrowed: list[Narrowed] = []
    for generator in node.generators:
        source = low.expression(unit, generator.iter)
        element = iterate(unit, source, generator.iter.lineno, bool(generator.is_async))
        for name in ast.walk(generator.target):
            if name.__class__ is ast.Name:
                bound.append(name.id)
                if name.id in unit.env:
                    before.setdefault(name.id, unit.env[name.id])
        low.bind(unit, generator.target, element, True)
        for condition in generator.ifs:
            low.test(unit, condition)
            narrowed.extend(low.assume(unit, condition, True))
    if node.__class__ is ast.DictComp:
        key = low.expression(unit, node.key)
        items = [(None, low.expression(unit, node.value)), ("*keys", key)]
    else:
        items = [(None, low.expression(unit, node.elt))]
    widen(unit, narrowed)
    for target in bound:
        unit.env.pop(target, None)
    unit.env.update(before)
    kinds = {ast.ListComp: "list", ast.SetComp: "set", ast.DictComp: "dict", ast.GeneratorExp: "generator"}
    return build(unit, kinds[node.__class__], [item for item in items if item[1]], [], node.lineno)


def joined(low: Reader, unit: Unit, node: Any) -> int:
    """An f-string."""
    for part in node.values:
        if part.__class__ is ast.FormattedValue:
            formatted(low, unit, part)
    found = unit.node()
    first = node.values[0] if node.values else None
    if isinstance(first, ast.Constant) and isinstance(first.value, str) and is_naming(first.value):
        unit.emit(ir.PREFIX, found, first.value)
    else:
        unit.emit(ir.CONSTANT, found, "builtins.str")
    return found


def formatted(low: Reader, unit: Unit, node: Any) -> int:
    """A value inside an f-string."""
    value = low.expression(unit, node.value)
    if value:
        method = {114: "__repr__", 115: "__str__"}.get(node.conversion, "__format__")
        implicit(unit, value, method, node.lineno)
    if node.format_spec is not None:
        low.expression(unit, node.format_spec)
    return 0
