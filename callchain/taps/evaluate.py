"""The expectation language: checking a tree against it, and evaluating one over captured values."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from typing import Any

from callchain.model.tap import Snapshot
from callchain.taps.capture import plain_constant
from callchain.taps.compare import equal, ordered
from callchain.taps.expression import RefusalError, refuse
from callchain.taps.render import render, render_operand
from callchain.taps.values import AbsentError, UnjudgeableError, contains, is_none, item, keys, length, scalar

_FUNCTIONS = ("len", "keys", "sorted", "type_name")
_SYMBOLS: dict[type[ast.cmpop], str] = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">="}
_IS: tuple[type[ast.cmpop], ...] = (ast.Is, ast.IsNot)
_Values = Mapping[str, Snapshot]
_WIDEST = 240


def check(node: ast.expr) -> frozenset[str]:
    """The names in an expectation.

    Raises:
        RefusalError: a part is outside the language, or it speaks of no captured value.
    """
    _check_truth(node)
    names = frozenset(part.id for part in ast.walk(node) if isinstance(part, ast.Name)) - _function_names(node)
    if not names:
        raise RefusalError("it speaks of no captured value")
    return names


def truth(node: ast.expr, values: _Values) -> bool:
    """Whether an expectation holds.

    Raises:
        AbsentError: something it names is definitely not there, or a comparison has no meaning.
        UnjudgeableError: it depends on something that was left out.
    """
    if isinstance(node, ast.BoolOp):
        return _bool_operation(node, values)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return not truth(node.operand, values)
    if isinstance(node, ast.Compare):
        return _chain(node, values)
    return _truthiness(value_of(node, values), ast.unparse(node))


def operands(node: ast.expr, values: _Values) -> str:
    """The captured values that an expectation compares, as `expression = value`, on one bounded line."""
    shown: dict[str, str] = {}
    for part in _compared(node):
        text = ast.unparse(part)
        try:
            shown[text] = render_operand(value_of(part, values))
        except (AbsentError, UnjudgeableError):
            shown.update(_roots(part, values))
    line = ", ".join(f"{text} = {value}" for text, value in shown.items())
    return line if len(line) <= _WIDEST else f"{line[: _WIDEST - 1]}…"


def value_of(node: ast.expr, values: _Values) -> Any:
    """An operand: a snapshot, or a plain value where it is a literal or a fact such as a length."""
    name = ast.unparse(node)
    if isinstance(node, ast.Name):
        if node.id not in values:
            raise UnjudgeableError(f"`{node.id}` was not captured")
        return values[node.id]
    if isinstance(node, ast.Attribute):
        return item(value_of(node.value, values), node.attr, ast.unparse(node.value))
    if isinstance(node, ast.Subscript):
        key = scalar(value_of(node.slice, values), ast.unparse(node.slice))
        return item(value_of(node.value, values), key, ast.unparse(node.value))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        inner = ast.unparse(node.args[0])
        return _CALLS[node.func.id](value_of(node.args[0], values), inner)
    if isinstance(node, ast.BoolOp | ast.Compare) or (
        isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not)
    ):
        return truth(node, values)
    if isinstance(node, ast.Constant | ast.UnaryOp | ast.List | ast.Tuple | ast.Set | ast.Dict):
        return _literal(node, values)
    raise RefusalError(f"`{name}` is not part of the language")


def _literal(node: ast.expr, values: _Values) -> Any:
    if isinstance(node, ast.List | ast.Tuple):
        return [value_of(element, values) for element in node.elts]
    if isinstance(node, ast.Set):
        return {scalar(value_of(element, values), ast.unparse(element)) for element in node.elts}
    if isinstance(node, ast.Dict):
        return {
            scalar(value_of(key, values), ast.unparse(key)): value_of(value, values)
            for key, value in zip(node.keys, node.values, strict=True)
            if key is not None
        }
    if isinstance(node, ast.UnaryOp):
        return -value_of(node.operand, values)
    return node.value if isinstance(node, ast.Constant) else refuse(node)


def _bool_operation(node: ast.BoolOp, values: _Values) -> bool:
    """`and`/`or` in order; a part that cannot be judged matters only if no other part settles the matter."""
    settles = isinstance(node.op, ast.Or)
    open_part: UnjudgeableError | None = None
    for part in node.values:
        try:
            if truth(part, values) is settles:
                return settles
        except UnjudgeableError as error:
            open_part = open_part or error
    if open_part is not None:
        raise open_part
    return not settles


def _chain(node: ast.Compare, values: _Values) -> bool:
    """`a < b < c` holds when each neighbouring pair does."""
    sides = [node.left, *node.comparators]
    open_pair: UnjudgeableError | None = None
    for left, symbol, right in zip(sides, node.ops, sides[1:], strict=False):
        try:
            if not _compare(left, symbol, right, values):
                return False
        except UnjudgeableError as error:
            open_pair = open_pair or error
    if open_pair is not None:
        raise open_pair
    return True


def _compare(left: ast.expr, symbol: ast.cmpop, right: ast.expr, values: _Values) -> bool:
    mine, other = value_of(left, values), value_of(right, values)
    if isinstance(symbol, _IS):
        return _identical(mine, other, ast.unparse(left)) is isinstance(symbol, ast.Is)
    if isinstance(symbol, ast.In | ast.NotIn):
        return contains(other, mine, ast.unparse(right), equal=equal) is isinstance(symbol, ast.In)
    if isinstance(symbol, ast.Eq | ast.NotEq):
        return equal(mine, other) is isinstance(symbol, ast.Eq)
    return ordered(_SYMBOLS[type(symbol)], mine, other)


def _identical(operand: Any, literal: Any, name: str) -> bool:
    if literal is None:
        return is_none(operand, name)
    plain = scalar(operand, name)
    return type(plain) is bool and plain is literal


def _truthiness(operand: Any, name: str) -> bool:
    plain = scalar(operand, name)
    if not isinstance(plain, Snapshot):
        return bool(plain)
    if plain.items is not None or plain.length is not None or plain.type == "dict":
        return length(plain, name) > 0
    raise UnjudgeableError(
        f"whether `{name}` is true is for its type {plain.type} to say; compare it with something"
    )


def _type_name(operand: Any, name: str) -> str:
    if isinstance(operand, Snapshot):
        if operand.error or not operand.type:
            raise UnjudgeableError(f"`{name}` was not captured: {operand.error}")
        return operand.type
    return type(operand).__name__


def _sorted(operand: Any, name: str) -> list[Any]:
    total = length(operand, name)
    found = [scalar(item(operand, index, name), name) for index in range(total)]
    try:
        return sorted(found)
    except TypeError as error:
        raise AbsentError(f"the items of `{name}` have no order") from error


_CALLS: dict[str, Callable[[Any, str], Any]] = {
    "len": length,
    "keys": keys,
    "sorted": _sorted,
    "type_name": _type_name,
}


def _check_truth(node: ast.expr) -> None:
    if isinstance(node, ast.BoolOp):
        for part in node.values:
            _check_truth(part)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        _check_truth(node.operand)
    elif isinstance(node, ast.Compare):
        for side in (node.left, *node.comparators):
            _check_operand(side)
        for symbol, right in zip(node.ops, node.comparators, strict=True):
            literal = isinstance(right, ast.Constant) and (right.value is None or type(right.value) is bool)
            if isinstance(symbol, _IS) and not literal:
                raise RefusalError("`is` compares with None, True or False; write `==`")
    else:
        _check_operand(node)


def _check_operand(node: ast.expr) -> None:
    if isinstance(node, ast.Constant):
        plain_constant(node.value)
    elif isinstance(node, ast.Attribute):
        _check_operand(node.value)
    elif isinstance(node, ast.Subscript):
        _check_operand(node.value)
        _check_operand(node.slice)
    elif isinstance(node, ast.List | ast.Tuple | ast.Set):
        for element in node.elts:
            _check_operand(element)
    elif isinstance(node, ast.Dict):
        for part in (*node.keys, *node.values):
            _check_operand(part) if part is not None else refuse(node)
    elif isinstance(node, ast.Call):
        _check_call(node)
    elif isinstance(node, ast.Compare | ast.BoolOp):
        _check_truth(node)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        if not isinstance(node.operand, ast.Constant) or type(node.operand.value) not in (int, float):
            refuse(node)
    elif not isinstance(node, ast.Name):
        refuse(node)


def _check_call(node: ast.Call) -> None:
    if not isinstance(node.func, ast.Name) or node.func.id not in _FUNCTIONS:
        raise RefusalError(f"`{ast.unparse(node.func)}(…)` is not part of the language")
    if len(node.args) != 1 or node.keywords:
        raise RefusalError(f"`{node.func.id}` takes one argument")
    _check_operand(node.args[0])


def _function_names(node: ast.expr) -> frozenset[str]:
    return frozenset(
        part.func.id for part in ast.walk(node) if isinstance(part, ast.Call) and isinstance(part.func, ast.Name)
    )


def _compared(node: ast.expr) -> list[ast.expr]:
    """The operands of an expectation that are no literals, in order."""
    if isinstance(node, ast.BoolOp):
        return [part for value in node.values for part in _compared(value)]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return _compared(node.operand)
    sides = [node.left, *node.comparators] if isinstance(node, ast.Compare) else [node]
    return [side for side in sides if any(isinstance(part, ast.Name) for part in ast.walk(side))]


def _roots(node: ast.expr, values: _Values) -> dict[str, str]:
    """The captured values that an operand without a value of its own starts from."""
    names = [part.id for part in ast.walk(node) if isinstance(part, ast.Name) and part.id in values]
    return {name: render(values[name]) for name in names}
