"""What runs only where a parameter was given, or was not: `if function is None: return decorate`."""

from __future__ import annotations

import ast
from typing import Any

from callchain.facts import ir
from callchain.facts.unit import Unit


def asked(unit: Unit, condition: Any) -> tuple[int, bool]:
    """The parameter whose absence a condition asks for, and whether the condition holds where it is absent.

    Returns:
        The node of the parameter, 0 where the condition asks something else.
    """
    if condition.__class__ is ast.Name:
        return _parameter(unit, condition), False
    if condition.__class__ is ast.UnaryOp and condition.op.__class__ is ast.Not:
        node, absent = asked(unit, condition.operand)
        return node, not absent
    if condition.__class__ is ast.Compare and len(condition.ops) == 1:
        sign, other = condition.ops[0].__class__, condition.comparators[0]
        if sign in (ast.Is, ast.IsNot) and other.__class__ is ast.Constant and other.value is None:
            return _parameter(unit, condition.left), sign is ast.Is
    return 0, False


def _parameter(unit: Unit, node: Any) -> int:
    if node.__class__ is not ast.Name or unit.scope.kind == "module" or node.id in unit.scope.rebound:
        return 0
    found = unit.env.get(node.id, 0)
    return found if ir.FIRST_PARAMETER <= found < ir.FIRST_PARAMETER + unit.parameters else 0


def copied(unit: Unit, node: int) -> int:
    """A node of its own for what is given where a parameter is absent: the copy can be left out."""
    if not node or node in unit.plain:
        return node
    found = unit.node()
    unit.emit(ir.COPY, found, node)
    return found


def only_where(unit: Unit, parameter: int, is_there: bool, start: int, end: int | None = None) -> None:
    """The constraints from `start` on are of code that runs only where the parameter is there, or is not.

    That it is not there can be told of a call only if its default is None.
    """
    end = len(unit.code) if end is None else end
    if parameter and end > start and not (is_there and parameter not in unit.optional):
        unit.regions.append((parameter, start, end, is_there))


def close(unit: Unit, already: int) -> None:
    """A block ends: so does what ran only where a parameter is or is not there, as the other way left before."""
    while len(unit.opened) > already:
        parameter, is_there, start = unit.opened.pop()
        only_where(unit, parameter, is_there, start)
