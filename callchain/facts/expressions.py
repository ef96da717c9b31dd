"""Expressions to nodes and constraints."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from callchain.facts import ir
from callchain.facts.templates import formatted, is_template, percent
from callchain.facts.unit import Unit, forget_items, is_naming, join, load, store

if TYPE_CHECKING:
    from callchain.facts.lowering import Lowering

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
_NUMBERS = 64
_SEPARATING = frozenset({"partition", "rpartition", "split", "rsplit"})
_UNARY = {ast.USub: "__neg__", ast.UAdd: "__pos__", ast.Invert: "__invert__"}


def expression(low: Lowering, unit: Unit, node: Any) -> int:
    """The node that holds what an expression yields; 0 when nothing can be said of it."""
    kind = node.__class__
    if kind is ast.Name:
        if unit.has_items:
            forget_items(unit, node.id)
        return load(unit, node.id)
    handler = _EXPRESSIONS.get(kind)
    return handler(low, unit, node) if handler is not None else 0


def _constant(_low: Lowering, unit: Unit, node: Any) -> int:
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


def handed_on(low: Lowering, unit: Unit, node: Any) -> int:
    """An expression whose value goes elsewhere by a name: there a whole number may serve as an index or a key."""
    if node.__class__ is not ast.Constant or node.value.__class__ is not int:
        return expression(low, unit, node)
    found = unit.node()
    if 0 <= node.value < _NUMBERS:
        unit.emit(ir.NUMBER, found, node.value)
    else:
        unit.emit(ir.CONSTANT, found, "builtins.int")
    return found


def _attribute(low: Lowering, unit: Unit, node: Any) -> int:
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


def call_line(node: Any) -> int:
    """The line that the interpreter says is running while this call is made."""
    function = node.func
    if isinstance(function, ast.Attribute) and function.end_lineno not in (None, function.lineno):
        return function.end_lineno or function.lineno
    return int(node.lineno)


def _call(low: Lowering, unit: Unit, node: Any) -> int:
    found = _call_with(low, unit, node)
    if unit.has_items and unit.index == 0:
        forget_items(unit, "")  # whatever runs may change what the module's variables hold
    return found


def _call_with(low: Lowering, unit: Unit, node: Any) -> int:
    function = expression(low, unit, node.func)
    arguments: list[int] = []
    stars: list[Any] = []
    separates = node.func.__class__ is ast.Attribute and node.func.attr in _SEPARATING
    for argument in node.args:
        if argument.__class__ is ast.Starred:
            stars.append((len(arguments), expression(low, unit, argument.value)))
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


def _binary(low: Lowering, unit: Unit, node: Any) -> int:
    if node.op.__class__ is ast.Mod and is_template(node.left):
        return percent(low, unit, node)
    left = expression(low, unit, node.left)
    right = expression(low, unit, node.right)
    name = OPERATORS[node.op.__class__]
    return operator(unit, left, right, f"__{name}__", f"__r{name}__", node.lineno)


def operator(unit: Unit, left: int, right: int, method: str, reflected: str, line: int) -> int:
    """`left op right`."""
    if not left and not right:
        return 0
    found = unit.node()
    unit.emit(ir.OPERATOR, found, left, right, method, reflected, line)
    return found


def _compare(low: Lowering, unit: Unit, node: Any) -> int:
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


def implicit(unit: Unit, source: int, method: str, line: int, arguments: list[int] | None = None) -> int:
    """A method that the language calls on a value without its name being written."""
    if not source:
        return 0
    found = unit.node()
    unit.emit(ir.IMPLICIT, found, source, method, arguments or [], line)
    return found


def _unary(low: Lowering, unit: Unit, node: Any) -> int:
    operand = expression(low, unit, node.operand)
    if node.op.__class__ is ast.Not:
        implicit(unit, operand, "__bool__", node.lineno)
        return 0
    return implicit(unit, operand, _UNARY[node.op.__class__], node.lineno)


def _boolean(low: Lowering, unit: Unit, node: Any) -> int:
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


Narrowed = tuple[str, int | None, int]
"""A name, its node before a test was assumed, and the narrowed one."""


def widen(unit: Unit, narrowed: list[Narrowed]) -> None:
    """Forget what tests said of names that were not bound anew since."""
    for name, before, after in reversed(narrowed):
        if unit.env.get(name) != after:
            continue
        if before is None:
            del unit.env[name]
        else:
            unit.env[name] = before


def _conditional(low: Lowering, unit: Unit, node: Any) -> int:
    low.test(unit, node.test)
    narrowed = low.assume(unit, node.test, True)
    first = expression(low, unit, node.body)
    widen(unit, narrowed)
    narrowed = low.assume(unit, node.test, False)
    second = expression(low, unit, node.orelse)
    widen(unit, narrowed)
    return join(unit, [first, second])


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


def _subscript(low: Lowering, unit: Unit, node: Any) -> int:
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


def key_of(low: Lowering, unit: Unit, node: Any) -> tuple[Any, int]:
    """The constant key of a subscript, or the node of a computed one; a slice reads as the key `:`."""
    if node.__class__ is ast.Constant and node.value.__class__ in (int, str):
        return node.value, 0
    if node.__class__ is ast.UnaryOp and node.operand.__class__ is ast.Constant:
        value = node.operand.value
        return (-value, 0) if node.op.__class__ is ast.USub and value.__class__ is int else (None, 0)
    if node.__class__ is ast.Slice:
        for part in (node.lower, node.upper, node.step):
            if part is not None:
                expression(low, unit, part)
        start = node.lower.value if node.lower.__class__ is ast.Constant else None
        return f":{start}" if start.__class__ is int else ":", 0
    return None, expression(low, unit, node)


def _sequence(low: Lowering, unit: Unit, node: Any) -> int:
    kind = {ast.List: "list", ast.Tuple: "tuple", ast.Set: "set"}[node.__class__]
    items: list[Any] = []
    stars: list[int] = []
    for position, element in enumerate(node.elts):
        if element.__class__ is ast.Starred:
            stars.append(expression(low, unit, element.value))
        else:
            value = expression(low, unit, element)
            if value and kind == "set":
                implicit(unit, value, "__hash__", element.lineno)
            if value:
                key = position if kind != "set" and not stars and len(node.elts) <= _KEYED else None
                items.append((key, value))
    return build(unit, kind, items, stars, node.lineno if node.elts else -node.lineno)


_KEYED = 24


def build(unit: Unit, kind: str, items: list[Any], stars: list[int], line: int) -> int:
    """A new container; one of plain data alone is told apart from others by its type only."""
    found = unit.node()
    if not stars and line > 0 and all(key == "*keys" or node in unit.plain for key, node in items):
        unit.plain.add(found)
        unit.emit(ir.CONSTANT, found, f"builtins.{kind}")
        return found
    line = abs(line)
    unit.emit(ir.BUILD, found, kind, items, [star for star in stars if star], line)
    return found


def _dictionary(low: Lowering, unit: Unit, node: Any) -> int:
    items: list[Any] = []
    stars: list[int] = []
    keys: list[int] = []
    for key, value in zip(node.keys, node.values, strict=True):
        if key is None:
            stars.append(expression(low, unit, value))
            continue
        literal, key_node = key_of(low, unit, key)
        held = expression(low, unit, value)
        if key_node:
            keys.append(key_node)
            implicit(unit, key_node, "__hash__", key.lineno)
        elif literal.__class__ is str and len(node.keys) <= _KEYED:
            keys.append(_constant(low, unit, key))
        if held:
            items.append((literal, held))
    items.extend(("*keys", key) for key in keys)
    return build(unit, "dict", items, stars, node.lineno if node.keys else -node.lineno)


def _comprehension(low: Lowering, unit: Unit, node: Any) -> int:
    before: dict[str, int] = {}
    bound: list[str] = []
    narrowed: list[Narrowed] = []
    for generator in node.generators:
        source = expression(low, unit, generator.iter)
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
        key = expression(low, unit, node.key)
        items = [(None, expression(low, unit, node.value)), ("*keys", key)]
    else:
        items = [(None, expression(low, unit, node.elt))]
    widen(unit, narrowed)
    for target in bound:
        unit.env.pop(target, None)
    unit.env.update(before)
    kinds = {ast.ListComp: "list", ast.SetComp: "set", ast.DictComp: "dict", ast.GeneratorExp: "generator"}
    return build(unit, kinds[node.__class__], [item for item in items if item[1]], [], node.lineno)


def iterate(unit: Unit, source: int, line: int, is_async: bool = False) -> int:
    """An element of what is iterated over."""
    if not source:
        return 0
    found = unit.node()
    unit.emit(ir.ITER, found, source, line, is_async)
    return found


def _lambda(low: Lowering, unit: Unit, node: Any) -> int:
    return low.function(unit, node, "<lambda>")


def _named(low: Lowering, unit: Unit, node: Any) -> int:
    value = expression(low, unit, node.value)
    store(unit, node.target.id, value)
    return value


def _joined(low: Lowering, unit: Unit, node: Any) -> int:
    for part in node.values:
        if part.__class__ is ast.FormattedValue:
            _formatted(low, unit, part)
    found = unit.node()
    first = node.values[0] if node.values else None
    if isinstance(first, ast.Constant) and isinstance(first.value, str) and is_naming(first.value):
        unit.emit(ir.PREFIX, found, first.value)
    else:
        unit.emit(ir.CONSTANT, found, "builtins.str")
    return found


def _formatted(low: Lowering, unit: Unit, node: Any) -> int:
    value = expression(low, unit, node.value)
    if value:
        method = {114: "__repr__", 115: "__str__"}.get(node.conversion, "__format__")
        implicit(unit, value, method, node.lineno)
    if node.format_spec is not None:
        expression(low, unit, node.format_spec)
    return 0


def _await(low: Lowering, unit: Unit, node: Any) -> int:
    source = expression(low, unit, node.value)
    if not source:
        return 0
    found = unit.node()
    unit.emit(ir.AWAIT, found, source, node.lineno)
    return found


def _yield(low: Lowering, unit: Unit, node: Any) -> int:
    value = expression(low, unit, node.value) if node.value is not None else 0
    if value:
        unit.emit(ir.COPY, ir.YIELD, value)
    if ir.SENT not in unit.cells and unit.scope.kind == "module":
        return 0
    return unit.cell(ir.SENT)


def _yield_from(low: Lowering, unit: Unit, node: Any) -> int:
    source = expression(low, unit, node.value)
    if not source:
        return 0
    element = iterate(unit, source, node.lineno)
    unit.emit(ir.COPY, ir.YIELD, element)
    found = unit.node()
    unit.emit(ir.AWAIT, found, source, node.lineno)
    return found


def _starred(low: Lowering, unit: Unit, node: Any) -> int:
    return expression(low, unit, node.value)


_EXPRESSIONS: dict[type, Callable[[Any, Unit, Any], int]] = {
    ast.Constant: _constant,
    ast.Attribute: _attribute,
    ast.Call: _call,
    ast.BinOp: _binary,
    ast.Compare: _compare,
    ast.UnaryOp: _unary,
    ast.BoolOp: _boolean,
    ast.IfExp: _conditional,
    ast.Subscript: _subscript,
    ast.List: _sequence,
    ast.Tuple: _sequence,
    ast.Set: _sequence,
    ast.Dict: _dictionary,
    ast.ListComp: _comprehension,
    ast.SetComp: _comprehension,
    ast.GeneratorExp: _comprehension,
    ast.DictComp: _comprehension,
    ast.Lambda: _lambda,
    ast.NamedExpr: _named,
    ast.JoinedStr: _joined,
    ast.FormattedValue: _formatted,
    ast.Await: _await,
    ast.Yield: _yield,
    ast.YieldFrom: _yield_from,
    ast.Starred: _starred,
}
