"""Constraints that several kinds of syntax come to."""

from __future__ import annotations

from typing import Any

from callchain.facts import ir
from callchain.facts.unit import Unit


def operator(unit: Unit, left: int, right: int, method: str, reflected: str, line: int) -> int:
    """`left op right`."""
    if not left and not right:
        return 0
    found = unit.node()
    unit.emit(ir.OPERATOR, found, left, right, method, reflected, line)
    return found


def implicit(unit: Unit, source: int, method: str, line: int, arguments: list[int] | None = None) -> int:
    """A method that the language calls on a value without its name being written."""
    if not source:
        return 0
    found = unit.node()
    unit.emit(ir.IMPLICIT, found, source, method, arguments or [], line)
    return found


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


def iterate(unit: Unit, source: int, line: int, is_async: bool = False) -> int:
    """An element of what is iterated over."""
    if not source:
        return 0
    found = unit.node()
    unit.emit(ir.ITER, found, source, line, is_async)
    return found
