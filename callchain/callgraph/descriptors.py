"""Properties, descriptors and `__setattr__`: code that runs because an attribute is read or written."""

from __future__ import annotations

from callchain.callgraph import attributes, calls
from callchain.callgraph import values as v
from callchain.callgraph.hierarchy import below, defining
from callchain.callgraph.solver import Instance, Solver

_SURE = (0.95, 0.6)


def run_getter(s: Solver, value: int, inst: Instance, target: int, line: int) -> None:
    """Reading runs a property's getter or a descriptor's `__get__`."""
    _, held, receiver, level = s.facts[value]
    site = s.site(inst, target, [], line=line, manner="property")
    fact = s.facts[held]
    if fact[0] == v.PROPERTY:
        if fact[1] >= 0:
            calls.call_on(s, fact[1], site, receiver, "property", _SURE[level != 0])
        return
    site.arguments = [s.node(), s.node()]
    s.add(site.arguments[0], receiver)
    s.add(site.arguments[1], attributes.class_of(s, receiver))
    s.on(attributes.attribute(s, held, "__get__"), calls.call_by, site, "descriptor", 0.9)


def run_setter(s: Solver, value: int, inst: Instance, name: str, source: int, line: int) -> bool:
    """Writing may run a property's setter, a descriptor's `__set__` or `__setattr__`; whether it did."""
    kind, number = s.facts[value]
    setter = defining(s.program, number, "__setattr__")
    if setter >= 0:
        site = s.site(inst, 0, [0, source], line=line, manner="property")
        s.on(attributes.attribute(s, value, "__setattr__"), calls.call_by, site, "setattr", 0.9)
    homes = [defining(s.program, number, name)]
    if kind == v.DECLARED:
        homes += [each for each in below(s.program, number)[:40] if name in s.program.classes[each].members]
    for level, home in enumerate(homes):
        if home >= 0:
            s.on(attributes.static_node(s, home, name), _set, inst, value, source, line, level)
    return False


def _set(s: Solver, held: int, inst: Instance, receiver: int, source: int, line: int, level: int) -> None:
    fact = s.facts[held]
    if fact[0] == v.PROPERTY and fact[2] >= 0:
        site = s.site(inst, 0, [source], line=line, manner="property")
        calls.call_on(s, fact[2], site, receiver, "property", _SURE[level != 0])
    elif fact[0] in v.OBJECTS and defining(s.program, fact[1], "__set__") >= 0:
        site = s.site(inst, 0, [s.node(), source], line=line, manner="property")
        s.add(site.arguments[0], receiver)
        s.on(attributes.attribute(s, held, "__set__"), calls.call_by, site, "descriptor", 0.9)


def run_deleter(s: Solver, value: int, inst: Instance, name: str, line: int) -> None:
    """Deleting may run a property's deleter or a descriptor's `__delete__`."""
    if s.facts[value][0] in v.OBJECTS:
        home = defining(s.program, s.facts[value][1], name)
        if home >= 0:
            s.on(attributes.static_node(s, home, name), _delete, inst, value, line)


def _delete(s: Solver, held: int, inst: Instance, receiver: int, line: int) -> None:
    fact = s.facts[held]
    if fact[0] == v.PROPERTY and fact[3] >= 0:
        calls.call_on(
            s, fact[3], s.site(inst, 0, [], line=line, manner="property"), receiver, "property", _SURE[0]
        )
    elif fact[0] in v.OBJECTS and defining(s.program, fact[1], "__delete__") >= 0:
        site = s.site(inst, 0, [s.node()], line=line, manner="property")
        s.add(site.arguments[0], receiver)
        s.on(attributes.attribute(s, held, "__delete__"), calls.call_by, site, "descriptor", 0.9)
