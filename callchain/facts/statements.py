"""Statements to constraints, in order, with the names' nodes merged where ways meet."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from callchain.facts import absence, ir
from callchain.facts.expressions import expression
from callchain.facts.imports import import_from, import_module
from callchain.facts.literals import handed_on
from callchain.facts.loops import for_loop, while_loop
from callchain.facts.patterns import match
from callchain.facts.platforms import platform_test
from callchain.facts.reader import Reader
from callchain.facts.targets import annotated, assign, augmented, delete
from callchain.facts.unit import Env, Unit, merge, store


def block(low: Reader, unit: Unit, body: list[Any]) -> bool:
    """Lower statements in order; False when control never reaches the end."""
    alive = True
    opened = len(unit.opened)
    for statement in body:
        handler = _STATEMENTS.get(statement.__class__)
        if handler is not None and handler(low, unit, statement) is False:
            alive = False
    if len(unit.opened) > opened:
        absence.close(unit, opened)
    return alive


def _expression(low: Reader, unit: Unit, node: Any) -> bool | None:
    if node.value.__class__ is not ast.Constant:
        expression(low, unit, node.value)
        return not _never_returns(node.value)
    return None


def _never_returns(node: Any) -> bool:
    if node.__class__ is not ast.Call or node.func.__class__ is not ast.Attribute:
        return False
    return node.func.attr == "exit" and node.func.value.__class__ is ast.Name and node.func.value.id == "sys"


def _assignment(low: Reader, unit: Unit, node: Any) -> None:
    value = (handed_on if node.targets[0].__class__ is ast.Name else expression)(low, unit, node.value)
    for target in node.targets:
        assign(low, unit, target, value)
        if unit.index == 0 and target.__class__ is ast.Name:
            speaks, holds = platform_test(node.value, low.platforms)
            if speaks:
                low.platforms[target.id] = holds


def _return(low: Reader, unit: Unit, node: Any) -> bool:
    if node.value is not None:
        value = expression(low, unit, node.value)
        if value:
            unit.emit(ir.COPY, ir.RETURN, value)
    return False


def _raise(low: Reader, unit: Unit, node: Any) -> bool:
    if node.exc is not None:
        value = expression(low, unit, node.exc)
        if value and node.exc.__class__ is not ast.Call:
            unit.emit(ir.RAISE, value, node.lineno)
    if node.cause is not None:
        expression(low, unit, node.cause)
    return False


def _if(low: Reader, unit: Unit, node: Any) -> bool:
    low.test(unit, node.test)
    speaks, holds = platform_test(node.test, low.platforms)
    low.conditional += speaks and not holds
    before = dict(unit.env)
    parameter, absent = absence.asked(unit, node.test)
    start = len(unit.code)
    low.assume(unit, node.test, True)
    first = block(low, unit, node.body)
    absence.only_where(unit, parameter, not absent, start)
    after_body: Env = unit.env
    unit.env = before
    start = len(unit.code)
    low.assume(unit, node.test, False)
    low.conditional += (speaks and holds is not False) - (speaks and not holds)
    second = block(low, unit, node.orelse)
    low.conditional -= speaks and holds is not False
    absence.only_where(unit, parameter, absent, start)
    if parameter and first is not second:
        unit.opened.append((parameter, absent is second, len(unit.code)))
    met = merge(unit, [after_body if first else None, unit.env if second else None])
    if met is None:
        return False
    unit.env = met
    return True


def _try(low: Reader, unit: Unit, node: Any) -> bool:
    before = dict(unit.env)
    alive = block(low, unit, node.body)
    after_body = unit.env
    reached = merge(unit, [before, after_body]) or before
    if alive and node.orelse:
        alive = block(low, unit, node.orelse)
    ends: list[Env | None] = [unit.env if alive else None]
    last = unit.env
    for handler in node.handlers:
        unit.env = dict(reached)
        _caught(low, unit, handler)
        ends.append(unit.env if block(low, unit, handler.body) else None)
        last = unit.env
    met = merge(unit, ends)
    unit.env = met if met is not None else last
    finished = block(low, unit, node.finalbody)
    return met is not None and finished


def _caught(low: Reader, unit: Unit, handler: Any) -> None:
    kinds = expression(low, unit, handler.type) if handler.type is not None else 0
    if not handler.name:
        return
    caught = 0
    if kinds:
        caught = unit.node()
        unit.emit(ir.NARROW, caught, 0, [kinds], True)
    store(unit, handler.name, caught)
    low.bound_name(unit, handler.name, "V:")


def _with(low: Reader, unit: Unit, node: Any) -> bool:
    is_async = node.__class__ is ast.AsyncWith
    for item in node.items:
        manager = expression(low, unit, item.context_expr)
        entered = 0
        if manager:
            entered = unit.node()
            unit.emit(ir.ENTER, entered, manager, item.context_expr.lineno, is_async)
        if item.optional_vars is not None:
            assign(low, unit, item.optional_vars, entered)
    return block(low, unit, node.body)


def _function(low: Reader, unit: Unit, node: Any) -> None:
    decorators = [expression(low, unit, each) for each in node.decorator_list]
    value = low.function(unit, node, node.name)
    _bind_definition(low, unit, node, value, decorators)


def _class(low: Reader, unit: Unit, node: Any) -> None:
    decorators = [expression(low, unit, each) for each in node.decorator_list]
    value = low.class_(unit, node)
    _bind_definition(low, unit, node, value, decorators)


def _bind_definition(low: Reader, unit: Unit, node: Any, value: int, decorators: list[int]) -> None:
    for text, decorator in zip(reversed(node.decorator_list), reversed(decorators), strict=True):
        wrapped = unit.node()
        unit.emit(ir.CALL, wrapped, decorator, [value], [], [], [], text.lineno, text.end_col_offset, "decorator")
        value = wrapped
    low.bound_name(unit, node.name, f"D:{unit.prefix()}{node.name}")
    store(unit, node.name, value)


def _assert(low: Reader, unit: Unit, node: Any) -> None:
    low.test(unit, node.test)
    low.assume(unit, node.test, True)
    if node.msg is not None:
        expression(low, unit, node.msg)


def _break(_low: Reader, unit: Unit, _node: Any) -> bool:
    if unit.loops:
        unit.loops[-1].breaks.append(dict(unit.env))
    return False


def _continue(_low: Reader, unit: Unit, _node: Any) -> bool:
    if unit.loops:
        unit.loops[-1].continues.append(dict(unit.env))
    return False


def _alias(low: Reader, unit: Unit, node: Any) -> None:
    low.bound_name(unit, node.name.id, "V:")


_STATEMENTS: dict[type, Callable[[Any, Unit, Any], bool | None]] = {
    ast.Expr: _expression,
    ast.Assign: _assignment,
    ast.AnnAssign: annotated,
    ast.AugAssign: augmented,
    ast.Return: _return,
    ast.Raise: _raise,
    ast.If: _if,
    ast.Try: _try,
    ast.With: _with,
    ast.AsyncWith: _with,
    ast.For: for_loop,
    ast.AsyncFor: for_loop,
    ast.While: while_loop,
    ast.FunctionDef: _function,
    ast.AsyncFunctionDef: _function,
    ast.ClassDef: _class,
    ast.Delete: delete,
    ast.Assert: _assert,
    ast.Break: _break,
    ast.Continue: _continue,
    ast.Import: import_module,
    ast.ImportFrom: import_from,
    ast.Match: match,
}
if hasattr(ast, "TryStar"):
    _STATEMENTS[ast.TryStar] = _try
if hasattr(ast, "TypeAlias"):
    _STATEMENTS[ast.TypeAlias] = _alias
