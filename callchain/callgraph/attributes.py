"""Reading and writing attributes: what runs on access is run, what is stored is kept."""

from __future__ import annotations

from callchain.callgraph import values as v
from callchain.callgraph.attribute_values import attribute
from callchain.callgraph.members import (
    ON_CREATION,
    bind,
    class_of,
    field_node,
    is_enum,
    is_metaclass,
    static_node,
    watch_fields,
)
from callchain.callgraph.missing_attributes import metaclass_fallback, module_fallback, object_fallback
from callchain.callgraph.solver import Instance, Solver


def read(
    s: Solver, value: int, inst: Instance, target: int, name: str, line: int, source: int = 0, sure: float = 1.0
) -> None:
    """`target = value.name`; `source` is the node that holds the value, `sure` how certain the reading is."""
    kind = s.facts[value][0]
    if kind == v.OUTSIDE:
        from callchain.callgraph.holding import read_outside

        dotted = s.facts[value][1]
        s.add(target, outside_member(s, dotted, name))
        if "." not in dotted:
            read_outside(s, f"{dotted}.{name}", target, inst, line)
    elif kind in v.OBJECTS or kind == v.SUPER:
        s.on(attribute(s, value, name), _deliver, inst, target, line)
        if kind in v.OBJECTS:
            object_fallback(s, value, inst, target, name, line, source, sure)
    else:
        s.flow(attribute(s, value, name), target)
        if kind == v.MODULE:
            module_fallback(s, value, inst, target, name, line)
        elif kind in (v.CLASS, v.SUBCLASS):
            metaclass_fallback(s, value, inst, target, name, line)


def outside_member(s: Solver, dotted: str, name: str) -> int:
    """`dotted.name`, which may be a module of the root below a package that is not."""
    from callchain.callgraph.linking import module_value

    inside = f"{dotted}.{name}"
    return module_value(s, inside) if inside in s.program.by_name else s.of(v.OUTSIDE, inside)


def _deliver(s: Solver, value: int, inst: Instance, target: int, line: int) -> None:
    """What an attribute holds is handed on; a property or descriptor runs first."""
    if s.facts[value][0] == v.ACCESS:
        from callchain.callgraph import descriptors

        descriptors.run_getter(s, value, inst, target, line)
    else:
        s.add(target, value)


def write(s: Solver, value: int, inst: Instance, name: str, source: int, line: int) -> None:
    """`value.name = source`."""
    fact = s.facts[value]
    kind = fact[0]
    if kind in v.OBJECTS:
        from callchain.callgraph import descriptors

        if not descriptors.run_setter(s, value, inst, name, source, line):
            s.flow(source, field_node(s, fact[1], name))
    elif kind in (v.CLASS, v.SUBCLASS):
        found = s.program.classes[fact[1]]
        in_body = name in found.members and not (name in ON_CREATION and is_metaclass(s, fact[1]))
        node = static_node(s, fact[1], name) if in_body else field_node(s, fact[1], name)
        s.flow(source, node)
    elif kind == v.MODULE:
        s.flow(source, s.global_node(fact[1], name))
    elif kind == v.OUTSIDE:
        from callchain.callgraph.holding import store_outside

        store_outside(s, f"{fact[1]}.{name}", source, inst, line)
    elif kind in (v.FUNCTION, v.BOUND):
        s.flow(source, attribute(s, fact[1] if kind == v.BOUND else value, name))


__all__ = [
    "attribute",
    "bind",
    "class_of",
    "field_node",
    "is_enum",
    "outside_member",
    "read",
    "static_node",
    "watch_fields",
    "write",
]
