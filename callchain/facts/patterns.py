"""`match` statements and their patterns."""

from __future__ import annotations

import ast
from typing import Any

from callchain.facts import ir
from callchain.facts.emitting import iterate
from callchain.facts.expressions import expression
from callchain.facts.reader import Reader
from callchain.facts.unit import Env, Unit, load, merge, store


def match(low: Reader, unit: Unit, node: Any) -> bool:
    """A `match` statement: the ways of its cases, and what their patterns bind."""
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
        ends.append(unit.env if low.block(unit, case.body) else None)
    met = merge(unit, ends if exhaustive else [*ends, before])
    unit.env = met if met is not None else before
    return met is not None


def _catches_all(pattern: Any) -> bool:
    return pattern.__class__ is ast.MatchAs and pattern.pattern is None


def _pattern(low: Reader, unit: Unit, pattern: Any, subject: int) -> None:
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


def _class_pattern(low: Reader, unit: Unit, pattern: Any, subject: int) -> None:
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
