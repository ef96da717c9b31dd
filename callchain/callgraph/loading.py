"""A unit's constraints put into the solver, for one instance."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from callchain.callgraph import attributes, calls, containers, descriptors, linking, narrow, protocols
from callchain.callgraph import values as v
from callchain.callgraph.declared import seed, seed_parameters
from callchain.callgraph.injection import fill_parameters
from callchain.callgraph.passing import default_unless_called
from callchain.callgraph.sites import CallSite
from callchain.callgraph.solver import Instance, Solver
from callchain.facts import ir


def load_instance(s: Solver, inst: Instance) -> None:
    """Add all constraints of the instance's unit."""
    seed_parameters(s, inst)
    if s.rules.providers:
        fill_parameters(s, inst)
    if (inst.code.number, inst.parent.number if inst.parent else -1) in s.defaults:
        s.late.append((default_unless_called, (inst,)))
    handlers = _HANDLERS
    instructions = inst.code.instructions()
    if not inst.is_general and inst.code.ir.regions:
        instructions = _of_what_is_given(s, inst, instructions)
    for instruction in instructions:
        handlers[instruction[0]](s, inst, instruction)


def _of_what_is_given(s: Solver, inst: Instance, instructions: list[Any]) -> list[Any]:
    """The constraints without those that the one call this is for leaves out by what it gives.

    A decorator without brackets is given what it decorates; what it gives back with them does not matter. With
    them it is not given that, and what it would do with it does not matter.
    """
    dead: set[int] = set()
    for parameter, start, end, is_there in inst.code.ir.regions:
        held = s.held(inst.base + parameter)
        if is_there:
            is_dead = not held and inst.missing is not None and parameter in inst.missing
        else:
            is_dead = inst.decorates and bool(held) and all(s.facts[value][0] in _DECORATED for value in held)
        if is_dead:
            dead.update(range(start, end))
    return [each for number, each in enumerate(instructions) if number not in dead or each[0] in _READ_ONCE]


def _copy(s: Solver, inst: Instance, ins: Any) -> None:
    if ins[2]:
        s.flow(inst.base + ins[2], inst.base + ins[1])


def _constant(s: Solver, inst: Instance, ins: Any) -> None:
    s.add(inst.base + ins[1], s.of(v.INSTANCE, ins[2]))


def _text(s: Solver, inst: Instance, ins: Any) -> None:
    s.add(inst.base + ins[1], s.of(v.TEXT, ins[2]))


def _number(s: Solver, inst: Instance, ins: Any) -> None:
    s.add(inst.base + ins[1], s.of(v.NUMBER, ins[2]))


def _prefix(s: Solver, inst: Instance, ins: Any) -> None:
    s.add(inst.base + ins[1], s.of(v.PREFIX, ins[2]))


def _function(s: Solver, inst: Instance, ins: Any) -> None:
    unit = inst.code.module.first_unit + ins[2]
    if ins[3]:
        s.defaults[unit, inst.number] = [(index, inst.base + node) for index, node in ins[3]]
    s.add(inst.base + ins[1], s.of(v.FUNCTION, unit, inst.number))
    s.instance(s.program.codes[unit], inst)


def _class(s: Solver, inst: Instance, ins: Any) -> None:
    linking.define_class(s, inst, ins)


def _global(s: Solver, inst: Instance, ins: Any) -> None:
    linking.read_global(s, inst, inst.base + ins[1], ins[2])


def _cell(s: Solver, inst: Instance, ins: Any) -> None:
    node = _outer_cell(inst, ins[2], ins[3])
    if node:
        s.flow(node, inst.base + ins[1])


def _outer_cell(inst: Instance, up: int, name: str) -> int:
    around: Instance | None = inst
    for _ in range(up):
        around = around.parent if around is not None else None
    if around is None:
        return 0
    cell = around.code.ir.cells.get(name)
    return around.base + cell if cell else 0


def _set_cell(s: Solver, inst: Instance, ins: Any) -> None:
    node = _outer_cell(inst, ins[1], ins[2])
    if node:
        s.flow(inst.base + ins[3], node)


def _set_global(s: Solver, inst: Instance, ins: Any) -> None:
    s.flow(inst.base + ins[2], s.global_node(inst.code.module.number, ins[1]))


def _set_static(s: Solver, inst: Instance, ins: Any) -> None:
    number = inst.code.module.first_class + ins[1]
    s.flow(inst.base + ins[3], attributes.static_node(s, number, ins[2]))


def _attr(s: Solver, inst: Instance, ins: Any) -> None:
    source = inst.base + ins[2]
    s.on(source, attributes.read, inst, inst.base + ins[1], ins[3], ins[4], source)


def _set_attr(s: Solver, inst: Instance, ins: Any) -> None:
    source = inst.base + ins[3] if ins[3] else 0
    s.on(inst.base + ins[1], attributes.write, inst, ins[2], source, ins[4])


def _delete_attr(s: Solver, inst: Instance, ins: Any) -> None:
    s.on(inst.base + ins[1], descriptors.run_deleter, inst, ins[2], ins[3])


def _item(s: Solver, inst: Instance, ins: Any) -> None:
    key_node = inst.base + ins[4] if ins[4] else 0
    source = inst.base + ins[2]
    s.on(source, containers.read_item, inst, inst.base + ins[1], ins[3], key_node, ins[5], source)


def _set_item(s: Solver, inst: Instance, ins: Any) -> None:
    key_node = inst.base + ins[3] if ins[3] else 0
    source = inst.base + ins[4] if ins[4] else 0
    s.on(inst.base + ins[1], containers.write_item, inst, ins[2], key_node, source, ins[5])


def _call(s: Solver, inst: Instance, ins: Any) -> None:
    base = inst.base
    _, result, function, arguments, keywords, stars, doubles, line, column, manner = ins
    site = s.site(
        inst,
        base + result if result else 0,
        [base + node if node else 0 for node in arguments],
        keywords=[(name, base + node) for name, node in keywords if node] if keywords else (),
        stars=[(index, base + node) for index, node in stars if node] if stars else (),
        doubles=[base + node for node in doubles if node] if doubles else (),
        line=line,
        column=column,
        manner=manner,
    )
    for _, star in site.stars if s.program.defines("__iter__") else ():
        s.on(star, containers.spread_object, inst, s.node(), line)
    if function:
        site.function = base + function
        s.on(base + function, calls.call, site)
    if manner == "decorator" and site.result and len(arguments) == 1:
        s.late.append((_as_written, (site,)))


def _as_written(s: Solver, site: CallSite) -> None:
    """What a decorator made in a way that cannot be read calls what it decorates."""
    if all(s.facts[value][0] in _NO_CALLABLE for value in s.held(site.result)):
        s.flow(site.arguments[0], site.result)


def _iter(s: Solver, inst: Instance, ins: Any) -> None:
    source = inst.base + ins[2]
    s.on(source, protocols.iterate, inst, inst.base + ins[1], ins[3], bool(ins[4]), False, source)


def _enter(s: Solver, inst: Instance, ins: Any) -> None:
    s.on(inst.base + ins[2], protocols.enter, inst, inst.base + ins[1], ins[3], bool(ins[4]))


def _operator(s: Solver, inst: Instance, ins: Any) -> None:
    base = inst.base
    left = base + ins[2] if ins[2] else 0
    right = base + ins[3] if ins[3] else 0
    protocols.operate(s, inst, base + ins[1], left, right, ins[4], ins[5], ins[6])


def _implicit(s: Solver, inst: Instance, ins: Any) -> None:
    if not s.program.defines(ins[3], *protocols.INSTEAD.get(ins[3], ())):
        return
    arguments = [inst.base + node if node else 0 for node in ins[4]]
    source = inst.base + ins[2]
    s.on(source, protocols.implicit, inst, inst.base + ins[1], ins[3], arguments, ins[5], source)


def _build(s: Solver, inst: Instance, ins: Any) -> None:
    containers.build(s, inst, inst.base + ins[1], ins[2], ins[3], ins[4], ins[5])


def _narrow(s: Solver, inst: Instance, ins: Any) -> None:
    source = inst.base + ins[2] if ins[2] else 0
    narrow.by_class(s, inst.base + ins[1], source, [inst.base + node for node in ins[3]], int(ins[4]))


def _callable(s: Solver, inst: Instance, ins: Any) -> None:
    s.on(inst.base + ins[2], narrow.by_callable, inst.base + ins[1], bool(ins[3]))


def _import(s: Solver, inst: Instance, ins: Any) -> None:
    linking.import_module(s, inst, inst.base + ins[1], ins[2], ins[3], bool(ins[4]))


def _from(s: Solver, inst: Instance, ins: Any) -> None:
    linking.import_name(s, inst, inst.base + ins[1], ins[2], ins[3], ins[4])


def _star(s: Solver, inst: Instance, ins: Any) -> None:
    linking.import_edges(s, inst, ins[1], ins[2])


def _declare(s: Solver, inst: Instance, ins: Any) -> None:
    seed(s, inst.base + ins[1], ins[2], inst.code, ins[3])


def _await(s: Solver, inst: Instance, ins: Any) -> None:
    s.on(inst.base + ins[2], protocols.awaited, inst, inst.base + ins[1], ins[3])


def _raise(s: Solver, inst: Instance, ins: Any) -> None:
    s.on(inst.base + ins[1], calls.raised, inst, ins[2])


def _unpack(s: Solver, inst: Instance, ins: Any) -> None:
    s.on(inst.base + ins[2], containers.unpack, inst, inst.base + ins[1], ins[3], ins[5])


_READ_ONCE = frozenset({ir.GLOBAL, ir.CELL, ir.FUNCTION, ir.CLASS, ir.IMPORT, ir.FROM})
"""What gives names their nodes, for the rest of the unit too."""
_DECORATED = frozenset({v.FUNCTION, v.CLASS, v.BOUND, v.PROPERTY, v.CLASS_METHOD, v.STATIC_METHOD, v.PARTIAL})
_NO_CALLABLE = frozenset({v.INSTANCE, v.CALLABLE, v.TEXT})
"""Of a callable that is only declared it is not known what runs."""
_HANDLERS: dict[int, Callable[[Solver, Instance, Any], None]] = {
    ir.COPY: _copy,
    ir.CONSTANT: _constant,
    ir.TEXT: _text,
    ir.PREFIX: _prefix,
    ir.NUMBER: _number,
    ir.FUNCTION: _function,
    ir.CLASS: _class,
    ir.GLOBAL: _global,
    ir.CELL: _cell,
    ir.SET_CELL: _set_cell,
    ir.SET_GLOBAL: _set_global,
    ir.SET_STATIC: _set_static,
    ir.ATTR: _attr,
    ir.SET_ATTR: _set_attr,
    ir.DELETE_ATTR: _delete_attr,
    ir.ITEM: _item,
    ir.SET_ITEM: _set_item,
    ir.CALL: _call,
    ir.ITER: _iter,
    ir.ENTER: _enter,
    ir.OPERATOR: _operator,
    ir.IMPLICIT: _implicit,
    ir.BUILD: _build,
    ir.NARROW: _narrow,
    ir.CALLABLE: _callable,
    ir.IMPORT: _import,
    ir.FROM: _from,
    ir.STAR: _star,
    ir.DECLARE: _declare,
    ir.AWAIT: _await,
    ir.RAISE: _raise,
    ir.UNPACK: _unpack,
}
