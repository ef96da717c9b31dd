"""Arguments of a call site to the parameters of the unit that runs, forwarding with stars among them."""

from __future__ import annotations

from typing import Any

from callchain.callgraph import guards
from callchain.callgraph import values as v
from callchain.callgraph.contents import content, elements, on_contents
from callchain.callgraph.solver import CallSite, Instance, Solver
from callchain.facts import ir

_MOST_POSITIONS = 24
"""Of a `*args`; what stands further back has no position: calls that put one before the others find no end."""


def pass_arguments(s: Solver, site: CallSite, inst: Instance, receiver: int) -> None:
    """Let parameters hold what the site gives; `receiver` comes first unless -1."""
    offset = 0
    if receiver >= 0:
        offset = 1
        _receive(s, inst, receiver)
    if not site.first((inst.number, offset)):
        return
    for index, node in enumerate(site.arguments):
        if node:
            _to_position(s, inst, index + offset, node)
    for name, node in site.keywords:
        _to_name(s, inst, name, node)
    for index, node in site.stars:
        s.on(node, _spread, inst, index + offset, site)
    for node in site.doubles:
        s.on(node, _spread_names, inst)
    _defaults(s, site, inst, offset)


def _defaults(s: Solver, site: CallSite, inst: Instance, offset: int) -> None:
    """Parameters that the site gives nothing for hold their defaults."""
    given = {name for name, _ in site.keywords}
    spread = bool(site.stars or site.doubles)
    if not inst.is_general and inst.code.ir.regions:
        _not_given(inst, given, offset + len(site.arguments), spread)
    for index, node in s.defaults.get((inst.code.number, inst.parent.number if inst.parent else -1), ()):
        named = inst.code.ir.parameters[index] in given
        if spread or not (named or offset <= index < offset + len(site.arguments)):
            s.flow(node, inst.base + ir.FIRST_PARAMETER + index)


def _not_given(inst: Instance, given: set[Any], count: int, spread: bool) -> None:
    """Note the parameters that a call leaves out which gives `count` by position and some by name."""
    names = inst.code.ir.parameters
    left = [] if spread else [index for index, name in enumerate(names) if index >= count and name not in given]
    missing = frozenset(ir.FIRST_PARAMETER + index for index in left)
    inst.missing = missing if inst.missing is None else inst.missing & missing


def default_unless_called(s: Solver, inst: Instance) -> None:
    """Nobody in the root calls it: its parameters hold their defaults for all that is known."""
    if inst.is_general and inst.code.copies:
        return
    for index, node in s.defaults.get((inst.code.number, inst.parent.number if inst.parent else -1), ()):
        parameter = inst.base + ir.FIRST_PARAMETER + index
        if s.holds[parameter] is None:
            s.flow(node, parameter)


def _receive(s: Solver, inst: Instance, receiver: int) -> None:
    if inst.code.ir.positional:
        if inst.code.owner >= 0 and s.facts[receiver][0] in (v.DECLARED, v.SUBCLASS):
            return  # the parameter is declared to be of the owner or below as it is
        s.add(inst.base + ir.FIRST_PARAMETER, receiver)
    elif inst.code.ir.vararg:
        node = s.node()
        s.add(node, receiver)
        s.flow(node, content(s, _rest(s, inst), 0))


def _rest(s: Solver, inst: Instance) -> int:
    """The tuple that `*args` is."""
    value = s.of(v.CONTAINER, "tuple", ("args", inst.number))
    s.add(inst.base + inst.code.ir.vararg, value)
    return value


def _more(s: Solver, inst: Instance) -> int:
    """The dict that `**kwargs` is."""
    value = s.of(v.CONTAINER, "dict", ("kwargs", inst.number))
    s.add(inst.base + inst.code.ir.kwarg, value)
    return value


def _to_position(s: Solver, inst: Instance, index: int, node: int) -> None:
    record = inst.code.ir
    if index < record.positional:
        guards.into(s, inst, index, node)
    elif record.vararg:
        further = index - record.positional
        s.flow(node, content(s, _rest(s, inst), further if further < _MOST_POSITIONS else None))


def _to_name(s: Solver, inst: Instance, name: Any, node: int) -> None:
    record = inst.code.ir
    if name in record.parameters:
        guards.into(s, inst, record.parameters.index(name), node)
    elif record.kwarg:
        s.flow(node, content(s, _more(s, inst), name))


def _spread(s: Solver, value: int, inst: Instance, start: int, site: CallSite) -> None:
    """`*value` from position `start` on."""
    kind = s.facts[value][0]
    if kind == v.CONTAINER and s.facts[value][1] != "dict":
        on_contents(s, value, _spread_one, inst, start)
    elif kind in (v.GENERATOR, v.CONTAINER):
        _everywhere(s, inst, start, elements(s, value))
    elif kind in v.OBJECTS:
        from callchain.callgraph.protocols import iterate

        element = s.node()
        iterate(s, value, site.instance, element, site.line, False)
        _everywhere(s, inst, start, element)


def _spread_one(s: Solver, key: Any, node: int, inst: Instance, start: int) -> None:
    if key.__class__ is int and key >= 0:
        _to_position(s, inst, start + key, node)
    else:
        _everywhere(s, inst, start, node)


def _everywhere(s: Solver, inst: Instance, start: int, node: int) -> None:
    record = inst.code.ir
    for index in range(start, record.positional):
        guards.into(s, inst, index, node)
    if record.vararg:
        s.flow(node, content(s, _rest(s, inst), None))


def _spread_names(s: Solver, value: int, inst: Instance) -> None:
    """`**value`."""
    if s.facts[value][0] == v.CONTAINER:
        on_contents(s, value, _spread_name, inst)


def _spread_name(s: Solver, key: Any, node: int, inst: Instance) -> None:
    if key.__class__ is str and key != "*keys":
        _to_name(s, inst, key, node)
    elif key is None and inst.code.ir.kwarg:
        s.flow(node, content(s, _more(s, inst), None))
