"""Loops: what is assigned in the body meets what came before it at the head."""

from __future__ import annotations

import ast
from typing import Any

from callchain.facts import ir
from callchain.facts.emitting import iterate
from callchain.facts.expressions import expression
from callchain.facts.reader import Reader
from callchain.facts.unit import Env, Loop, Unit, merge


def for_loop(low: Reader, unit: Unit, node: Any) -> bool:
    """`for target in source`, sync or async."""
    source = expression(low, unit, node.iter)
    heads = _open(unit, node)
    element = iterate(unit, source, node.iter.lineno, node.__class__ is ast.AsyncFor)
    low.bind(unit, node.target, element)
    return _body(low, unit, node, heads, False)


def while_loop(low: Reader, unit: Unit, node: Any) -> bool:
    """`while test`."""
    heads = _open(unit, node)
    low.test(unit, node.test)
    forever = node.test.__class__ is ast.Constant and bool(node.test.value)
    low.assume(unit, node.test, True)
    return _body(low, unit, node, heads, forever)


def _open(unit: Unit, node: Any) -> Env:
    """Give each name that the loop assigns a node where its values meet."""
    if unit.has_attributes:
        unit.env = {name: held for name, held in unit.env.items() if "." not in name}
    env, scope = unit.env, unit.scope
    heads: Env = {}
    if unit.frames:  # a loop right in a class body: rare enough to read it once, straight on
        unit.loops.append(Loop())
        return heads
    for name in sorted(scope.loops.get(id(node), ())):
        if name in scope.globals or name in scope.nonlocals:
            continue
        heads[name] = unit.node()
        if env.get(name):
            unit.emit(ir.COPY, heads[name], env[name])
        env[name] = heads[name]
    unit.loops.append(Loop())
    return heads


def _body(low: Reader, unit: Unit, node: Any, heads: Env, forever: bool) -> bool:
    before = dict(unit.env)
    alive = low.block(unit, node.body)
    loop = unit.loops.pop()
    ends = [*([unit.env] if alive else []), *loop.continues]
    for env in ends:
        for name, head in heads.items():
            if env.get(name) and env[name] != head:
                unit.emit(ir.COPY, head, env[name])
    unit.env = {**{name: held for name, held in before.items() if "." not in name}, **heads}
    reached = True
    if not forever:
        reached = low.block(unit, node.orelse)
    met = merge(unit, [*([unit.env] if reached and not forever else []), *loop.breaks])
    if met is None:
        return not forever and bool(ends)
    unit.env = met
    return True
