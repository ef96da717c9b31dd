"""The capture language: what a tap may look at, parsed here into plain lists that the probe interprets.

It reads and never runs the target's code: names, attributes of plain data, items, literals and eight functions.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Callable
from typing import Any

from callchain.model.errors import CallchainError
from callchain.taps.expression import RefusalError, parse, refuse, shown

FUNCTIONS = ("len", "keys", "sorted", "files", "members", "checkpoint_keys", "type_name", "exists")
LANGUAGE = (
    "it has names, `.attribute`, `[item]`, literals, lists, dicts and the functions "
    f"{', '.join(FUNCTIONS)} of one argument"
)
Program = list[Any]


def compile_expression(text: str) -> Program:
    """The program of a capture expression, as nested lists that fit into JSON.

    `["name", "x"]`, `["attr", program, "name"]`, `["item", program, program]`, `["const", value]`,
    `["list", [program…]]`, `["dict", [[program, program]…]]`, `["call", function, [program]]`.

    Raises:
        CallchainError: the expression goes beyond the language; the hint names what it has.
    """
    try:
        return _compile(parse(text))
    except RefusalError as error:
        raise CallchainError(f"{shown(text)} cannot be captured: {error}", hint=LANGUAGE) from error


def root_names(program: Program) -> frozenset[str]:
    """The variables that a program starts from."""
    if program[0] == "name":
        return frozenset({program[1]})
    parts = [part for part in program[1:] if isinstance(part, list)]
    return frozenset().union(*(_names_in(part) for part in parts))


def _names_in(part: list[Any]) -> frozenset[str]:
    """Root names of a program, or of a list of programs."""
    if part and isinstance(part[0], str):
        return root_names(part)
    return frozenset().union(*(_names_in(inner) for inner in part if isinstance(inner, list)))


def _compile(node: ast.expr) -> Program:
    compiler = _COMPILERS.get(type(node))
    return compiler(node) if compiler else refuse(node)


def _name(node: ast.Name) -> Program:
    return ["name", node.id]


def _attribute(node: ast.Attribute) -> Program:
    if node.attr.startswith("__"):
        raise RefusalError(f"`.{node.attr}` is the object's machinery, not its data")
    return ["attr", _compile(node.value), node.attr]


def _item(node: ast.Subscript) -> Program:
    if isinstance(node.slice, ast.Slice):
        raise RefusalError("slices are not part of it")
    return ["item", _compile(node.value), _compile(node.slice)]


def _constant(node: ast.Constant) -> Program:
    return ["const", plain_constant(node.value)]


def _signed(node: ast.UnaryOp) -> Program:
    number = isinstance(node.operand, ast.Constant) and type(node.operand.value) in (int, float)
    if not isinstance(node.op, ast.USub) or not number:
        refuse(node)
    return ["const", plain_constant(-node.operand.value)]  # type: ignore[attr-defined] # checked a line above


def _list(node: ast.List | ast.Tuple) -> Program:
    return ["list", [_compile(item) for item in node.elts]]


def _dict(node: ast.Dict) -> Program:
    if any(key is None for key in node.keys):
        raise RefusalError("`**` is not part of it")
    return [
        "dict",
        [[_compile(key), _compile(value)] for key, value in zip(node.keys, node.values, strict=True) if key],
    ]


def _call(node: ast.Call) -> Program:
    if not isinstance(node.func, ast.Name) or node.func.id not in FUNCTIONS:
        raise RefusalError(f"`{ast.unparse(node.func)}(…)` would run code")
    if len(node.args) != 1 or node.keywords or isinstance(node.args[0], ast.Starred):
        raise RefusalError(f"`{node.func.id}` takes one argument")
    return ["call", node.func.id, [_compile(node.args[0])]]


_COMPILERS: dict[type[ast.expr], Callable[[Any], Program]] = {
    ast.Name: _name,
    ast.Attribute: _attribute,
    ast.Subscript: _item,
    ast.Constant: _constant,
    ast.UnaryOp: _signed,
    ast.List: _list,
    ast.Tuple: _list,
    ast.Dict: _dict,
    ast.Call: _call,
}


def plain_constant(value: object) -> bool | int | float | str | None:
    """A literal that JSON can carry; anything else is refused."""
    if type(value) is int and not -(2**63) <= value < 2**63:
        raise RefusalError("the number is too large")
    if type(value) is float and not math.isfinite(value):
        raise RefusalError("the number is not finite")
    if value is not None and type(value) not in (bool, int, float, str):
        raise RefusalError(f"a literal of type {type(value).__name__} is not part of it")
    return value  # type: ignore[return-value] # the types were checked above
