"""Statements to constraints, in order, with the names' nodes merged where ways meet."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from callchain.facts import ir
from callchain.facts.annotations import declared
from callchain.facts.expressions import (
    OPERATORS,
    expression,
    handed_on,
    implicit,
    item_path,
    iterate,
    key_of,
    operator,
)
from callchain.facts.imports import import_from, import_module
from callchain.facts.loops import for_loop, while_loop
from callchain.facts.platforms import platform_test
from callchain.facts.unit import Env, Unit, forget_attributes, load, merge, store

if TYPE_CHECKING:
    from callchain.facts.lowering import Lowering


def block(low: Lowering, unit: Unit, body: list[Any]) -> bool:
    """Lower statements in order; False when control never reaches the end."""
    alive = True
    for statement in body:
        handler = _STATEMENTS.get(statement.__class__)
        if handler is not None and handler(low, unit, statement) is False:
            alive = False
    return alive


def _expression(low: Lowering, unit: Unit, node: Any) -> bool | None:
    if node.value.__class__ is not ast.Constant:
        expression(low, unit, node.value)
        return not _never_returns(node.value)
    return None


def _never_returns(node: Any) -> bool:
    if node.__class__ is not ast.Call or node.func.__class__ is not ast.Attribute:
        return False
    return node.func.attr == "exit" and node.func.value.__class__ is ast.Name and node.func.value.id == "sys"


def _assignment(low: Lowering, unit: Unit, node: Any) -> None:
    value = (handed_on if node.targets[0].__class__ is ast.Name else expression)(low, unit, node.value)
    for target in node.targets:
        assign(low, unit, target, value)
        if unit.index == 0 and target.__class__ is ast.Name:
            speaks, holds = platform_test(node.value, low.platforms)
            if speaks:
                low.platforms[target.id] = holds


def assign(low: Lowering, unit: Unit, target: Any, value: int, local: bool = False) -> None:
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


def _assign_attribute(low: Lowering, unit: Unit, target: Any, value: int) -> None:
    base = expression(low, unit, target.value)
    if base:
        unit.emit(ir.SET_ATTR, base, target.attr, value, target.lineno)
    if target.value.__class__ is ast.Name:
        key = f"{target.value.id}.{target.attr}"
        if unit.env.pop(key, None) is not None:
            forget_attributes(unit, key)


def _unpack(low: Lowering, unit: Unit, target: Any, value: int, local: bool) -> None:
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


def _annotated(low: Lowering, unit: Unit, node: Any) -> None:
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


def _augmented(low: Lowering, unit: Unit, node: Any) -> None:
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


def _return(low: Lowering, unit: Unit, node: Any) -> bool:
    if node.value is not None:
        value = expression(low, unit, node.value)
        if value:
            unit.emit(ir.COPY, ir.RETURN, value)
    return False


def _raise(low: Lowering, unit: Unit, node: Any) -> bool:
    if node.exc is not None:
        value = expression(low, unit, node.exc)
        if value and node.exc.__class__ is not ast.Call:
            unit.emit(ir.RAISE, value, node.lineno)
    if node.cause is not None:
        expression(low, unit, node.cause)
    return False


def _if(low: Lowering, unit: Unit, node: Any) -> bool:
    low.test(unit, node.test)
    speaks, holds = platform_test(node.test, low.platforms)
    low.conditional += speaks and not holds
    before = dict(unit.env)
    low.assume(unit, node.test, True)
    first = block(low, unit, node.body)
    after_body: Env = unit.env
    unit.env = before
    low.assume(unit, node.test, False)
    low.conditional += (speaks and holds is not False) - (speaks and not holds)
    second = block(low, unit, node.orelse)
    low.conditional -= speaks and holds is not False
    met = merge(unit, [after_body if first else None, unit.env if second else None])
    if met is None:
        return False
    unit.env = met
    return True


def _try(low: Lowering, unit: Unit, node: Any) -> bool:
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


def _caught(low: Lowering, unit: Unit, handler: Any) -> None:
    kinds = expression(low, unit, handler.type) if handler.type is not None else 0
    if not handler.name:
        return
    caught = 0
    if kinds:
        caught = unit.node()
        unit.emit(ir.NARROW, caught, 0, [kinds], True)
    store(unit, handler.name, caught)
    low.bound_name(unit, handler.name, "V:")


def _with(low: Lowering, unit: Unit, node: Any) -> bool:
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


def _function(low: Lowering, unit: Unit, node: Any) -> None:
    decorators = [expression(low, unit, each) for each in node.decorator_list]
    value = low.function(unit, node, node.name)
    _bind_definition(low, unit, node, value, decorators)


def _class(low: Lowering, unit: Unit, node: Any) -> None:
    decorators = [expression(low, unit, each) for each in node.decorator_list]
    value = low.class_(unit, node)
    _bind_definition(low, unit, node, value, decorators)


def _bind_definition(low: Lowering, unit: Unit, node: Any, value: int, decorators: list[int]) -> None:
    for text, decorator in zip(reversed(node.decorator_list), reversed(decorators), strict=True):
        wrapped = unit.node()
        unit.emit(ir.CALL, wrapped, decorator, [value], [], [], [], text.lineno, text.end_col_offset, "decorator")
        value = wrapped
    low.bound_name(unit, node.name, f"D:{unit.prefix()}{node.name}")
    store(unit, node.name, value)


def _delete(low: Lowering, unit: Unit, node: Any) -> None:
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


def _assert(low: Lowering, unit: Unit, node: Any) -> None:
    low.test(unit, node.test)
    low.assume(unit, node.test, True)
    if node.msg is not None:
        expression(low, unit, node.msg)


def _break(_low: Lowering, unit: Unit, _node: Any) -> bool:
    if unit.loops:
        unit.loops[-1].breaks.append(dict(unit.env))
    return False


def _continue(_low: Lowering, unit: Unit, _node: Any) -> bool:
    if unit.loops:
        unit.loops[-1].continues.append(dict(unit.env))
    return False


def _match(low: Lowering, unit: Unit, node: Any) -> bool:
    subject = expression(low, unit, node.subject)
    before = dict(unit.env)
    ends: list[Env | None] = []
    exhaustive = False
    for case in node.cases:
        unit.env = dict(before)
        _pattern(low, unit, case.pattern, subject)
        if node.subject.__class__ is ast.Name and case.pattern.__class__ is ast.MatchClass:
            kind = expression(low, unit, case.pattern.cls)
            narrowed = unit.node()
            unit.emit(ir.NARROW, narrowed, load(unit, node.subject.id), [kind], True)
            unit.env[node.subject.id] = narrowed
        if case.guard is not None:
            low.test(unit, case.guard)
            low.assume(unit, case.guard, True)
        exhaustive = exhaustive or (case.guard is None and _catches_all(case.pattern))
        ends.append(unit.env if block(low, unit, case.body) else None)
    met = merge(unit, ends if exhaustive else [*ends, before])
    unit.env = met if met is not None else before
    return met is not None


def _catches_all(pattern: Any) -> bool:
    return pattern.__class__ is ast.MatchAs and pattern.pattern is None


def _pattern(low: Lowering, unit: Unit, pattern: Any, subject: int) -> None:
    """Bind the names of a pattern; class patterns narrow and read attributes."""
    kind = pattern.__class__
    if kind is ast.MatchAs:
        if pattern.pattern is not None:
            _pattern(low, unit, pattern.pattern, subject)
        if pattern.name:
            store(unit, pattern.name, subject)
    elif kind is ast.MatchClass:
        _class_pattern(low, unit, pattern, subject)
    elif kind is ast.MatchOr:
        for each in pattern.patterns:
            _pattern(low, unit, each, subject)
    elif kind is ast.MatchSequence:
        for each in pattern.patterns:
            _pattern(low, unit, each, iterate(unit, subject, pattern.lineno))
    elif kind is ast.MatchStar and pattern.name:
        store(unit, pattern.name, subject)
    elif kind is ast.MatchMapping:
        for each in pattern.patterns:
            _pattern(low, unit, each, 0)
        if pattern.rest:
            store(unit, pattern.rest, subject)


def _class_pattern(low: Lowering, unit: Unit, pattern: Any, subject: int) -> None:
    narrowed = 0
    kind = expression(low, unit, pattern.cls)
    if kind:
        narrowed = unit.node()
        unit.emit(ir.NARROW, narrowed, subject, [kind], True)
    for each in pattern.patterns:
        _pattern(low, unit, each, narrowed if len(pattern.patterns) == 1 else 0)
    for name, each in zip(pattern.kwd_attrs, pattern.kwd_patterns, strict=True):
        part = 0
        if narrowed:
            part = unit.node()
            unit.emit(ir.ATTR, part, narrowed, name, pattern.lineno)
        _pattern(low, unit, each, part)


def _alias(low: Lowering, unit: Unit, node: Any) -> None:
    low.bound_name(unit, node.name.id, "V:")


_STATEMENTS: dict[type, Callable[[Any, Unit, Any], bool | None]] = {
    ast.Expr: _expression,
    ast.Assign: _assignment,
    ast.AnnAssign: _annotated,
    ast.AugAssign: _augmented,
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
    ast.Delete: _delete,
    ast.Assert: _assert,
    ast.Break: _break,
    ast.Continue: _continue,
    ast.Import: import_module,
    ast.ImportFrom: import_from,
    ast.Match: _match,
}
if hasattr(ast, "TryStar"):
    _STATEMENTS[ast.TryStar] = _try
if hasattr(ast, "TypeAlias"):
    _STATEMENTS[ast.TypeAlias] = _alias
