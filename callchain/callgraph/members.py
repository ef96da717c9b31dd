"""Nodes of what classes and their instances have by name, and how members look through an instance or a class."""

from __future__ import annotations

from callchain.callgraph import values as v
from callchain.callgraph.hierarchy import defining
from callchain.callgraph.solver import Solver

_ENUMS = frozenset({"enum.Enum", "enum.IntEnum", "enum.Flag", "enum.IntFlag", "enum.StrEnum", "enum.ReprEnum"})

ON_CREATION = frozenset({"__prepare__", "__new__", "__init__"})
"""What a metaclass runs when a class is made; what replaces it later does not run for classes of before."""


def static_node(s: Solver, number: int, name: str) -> int:
    """The node of a name in a class body."""
    statics = s.program.classes[number].statics
    found = statics.get(name)
    if found is None:
        found = statics[name] = s.node()
    return found


def field_node(s: Solver, number: int, name: str) -> int:
    """The node of what instances of a class were given as an attribute."""
    nodes = s.field_nodes.setdefault(name, {})
    found = nodes.get(number)
    if found is None:
        found = nodes[number] = s.node()
        for target in tuple(s.field_watch.get((name, number), ())):
            s.flow(found, target)
        for each in s.program.classes[number].mro:
            for target in tuple(s.wide_watch.get((name, each), ())):
                s.flow(found, target)
    return found


def watch_fields(s: Solver, number: int, wide: bool, name: str, found: int) -> None:
    """All that instances were given as `name`, now and later, flows to `found`."""
    nodes = s.field_nodes.get(name, {})
    for each in s.program.classes[number].mro:
        s.field_watch.setdefault((name, each), []).append(found)
        if each in nodes:
            s.flow(nodes[each], found)
    if wide:
        s.wide_watch.setdefault((name, number), []).append(found)
        for each, node in tuple(nodes.items()):
            if number in s.program.classes[each].mro_set:
                s.flow(node, found)


def is_field(s: Solver, number: int, name: str) -> bool:
    """Whether instances of a class, or of one it derives from, were given an attribute."""
    nodes = s.field_nodes.get(name)
    return nodes is not None and any(each in nodes for each in s.program.classes[number].mro)


def bind(s: Solver, value: int, found: int, receiver: int, level: int) -> None:
    """A member of a class as it is seen through an instance."""
    fact = s.facts[value]
    kind = fact[0]
    if kind in (v.FUNCTION, v.MANAGED):
        s.add(found, s.of(v.BOUND, value, receiver, level))
    elif kind == v.CLASS_METHOD:
        s.add(found, s.of(v.BOUND, fact[1], class_of(s, receiver), level))
    elif kind == v.STATIC_METHOD:
        s.add(found, fact[1])
    elif kind == v.PROPERTY or (kind in v.OBJECTS and defining(s.program, fact[1], "__get__") >= 0):
        s.add(found, s.of(v.ACCESS, value, receiver, level))
    elif kind == v.DISPATCHER:
        s.add(found, s.of(v.BOUND, value, receiver, level))
    else:
        s.add(found, value)


def class_of(s: Solver, value: int) -> int:
    """The class of an instance, as a value."""
    fact = s.facts[value]
    if fact[0] == v.OBJECT:
        return s.of(v.CLASS, fact[1])
    if fact[0] == v.DECLARED:
        return s.of(v.SUBCLASS, fact[1])
    return value


def is_enum_member(s: Solver, number: int, name: str) -> bool:
    """Whether a name in the body of an enumeration is one of its members."""
    found = s.program.classes[number]
    if not _ENUMS.intersection(found.outside):
        return False
    targets = found.module.facts.names.get(found.ir.qualname, {}).get(name, ())
    return "V:" in targets and not name.startswith("_")


def is_metaclass(s: Solver, number: int) -> bool:
    """Whether some class of the root is made by this class."""
    return any(found.metaclass == number for found in s.program.classes)


def is_enum(s: Solver, number: int) -> bool:
    """Whether a class is an enumeration."""
    return bool(_ENUMS.intersection(s.program.classes[number].outside))


def bind_class(s: Solver, value: int, found: int, receiver: int, level: int) -> None:
    """A member of a class as it is seen through the class."""
    fact = s.facts[value]
    if fact[0] == v.CLASS_METHOD:
        s.add(found, s.of(v.BOUND, fact[1], receiver, level))
    elif fact[0] == v.STATIC_METHOD:
        s.add(found, fact[1])
    else:
        s.add(found, value)
