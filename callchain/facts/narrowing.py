"""What a condition that holds, or does not, says about the types of names."""

from __future__ import annotations

import ast
from typing import Any

from callchain.facts import ir
from callchain.facts.expressions import expression
from callchain.facts.reader import Reader
from callchain.facts.unit import Narrowed, Unit, load


def assume(low: Reader, unit: Unit, condition: Any, holds: bool) -> list[Narrowed]:
    """Narrow the names that `condition` speaks of; what was changed is returned, to be undone."""
    kind = condition.__class__
    if kind is ast.UnaryOp and condition.op.__class__ is ast.Not:
        return assume(low, unit, condition.operand, not holds)
    if kind is ast.BoolOp and (condition.op.__class__ is ast.And) is holds:
        changes: list[Narrowed] = []
        for value in condition.values:
            changes.extend(assume(low, unit, value, holds))
        return changes
    if kind is ast.Call:
        return _call(low, unit, condition, holds)
    if kind is ast.Compare and len(condition.ops) == 1:
        return _compare(low, unit, condition, holds)
    return []


def _call(low: Reader, unit: Unit, node: Any, holds: bool) -> list[Narrowed]:
    name = node.func.id if node.func.__class__ is ast.Name else ""
    if name in ("isinstance", "issubclass") and len(node.args) == 2:
        second = node.args[1]
        classes = [expression(low, unit, each) for each in _alternatives(second)]
        classes = [each for each in classes if each]
        if classes:
            code = int(holds) + 2 * (name == "issubclass")
            return _narrow(low, unit, node.args[0], lambda old, new: (ir.NARROW, new, old, classes, code))
    if name == "callable" and len(node.args) == 1:
        return _narrow(low, unit, node.args[0], lambda old, new: (ir.CALLABLE, new, old, holds))
    return []


def _alternatives(node: Any) -> list[Any]:
    if node.__class__ is ast.Tuple:
        return list(node.elts)
    if node.__class__ is ast.BinOp:
        return [*_alternatives(node.left), *_alternatives(node.right)]
    return [node]


def _compare(low: Reader, unit: Unit, node: Any, holds: bool) -> list[Narrowed]:
    left, sign, right = node.left, node.ops[0].__class__, node.comparators[0]
    same = sign in (ast.Is, ast.Eq)
    if sign not in (ast.Is, ast.Eq, ast.IsNot, ast.NotEq) or left.__class__ is not ast.Call:
        return []
    if left.func.__class__ is not ast.Name or left.func.id != "type" or len(left.args) != 1 or same is not holds:
        return []
    kind = expression(low, unit, right)
    return _narrow(low, unit, left.args[0], lambda old, new: (ir.NARROW, new, old, [kind], True)) if kind else []


def _narrow(low: Reader, unit: Unit, subject: Any, make: Any) -> list[Narrowed]:
    if subject.__class__ is ast.NamedExpr:
        subject = subject.target
    if subject.__class__ is ast.Name:
        key, old = subject.id, load(unit, subject.id)
        if unit.frames:
            return []
    elif subject.__class__ is ast.Attribute and subject.value.__class__ is ast.Name:
        key, old = f"{subject.value.id}.{subject.attr}", expression(low, unit, subject)
        unit.has_attributes = True
    else:
        return []
    if not old:
        return []
    new = unit.node()
    unit.code.append(make(old, new))
    before = unit.env.get(key)
    unit.env[key] = new
    return [(key, before, new)]
