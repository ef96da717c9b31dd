"""What reading an attribute of an object, a class or `super()` gives."""

from __future__ import annotations

from callchain.callgraph import values as v
from callchain.callgraph.hierarchy import below, defining
from callchain.callgraph.members import (
    bind,
    bind_class,
    is_enum_member,
    is_field,
    static_node,
    watch_fields,
)
from callchain.callgraph.solver import Solver

_MOST_OVERRIDES = 120


def of_object(s: Solver, value: int, name: str, found: int) -> None:
    """What `name` gives on an instance: members of its class, what was stored, what outside bases have."""
    kind, number = s.facts[value]
    wide = kind == v.DECLARED
    if name == "__class__":
        s.add(found, s.of(v.SUBCLASS if wide else v.CLASS, number))
        return
    home = defining(s.program, number, name)
    if home >= 0:
        s.on(static_node(s, home, name), bind, found, value, 0)
    if wide:
        there = home >= 0 or bool(s.program.classes[number].outside)
        _overrides(s, number, name, found, 1 if there else v.FROM_BELOW)
    watch_fields(s, number, wide, name, found)
    if home < 0:
        _inherited_outside(s, value, number, name, found)


def _overrides(s: Solver, number: int, name: str, found: int, level: int) -> None:
    classes = s.program.classes
    for each in below(s.program, number)[:_MOST_OVERRIDES]:
        if name in classes[each].members:
            s.on(static_node(s, each, name), bind, found, s.of(v.DECLARED, each), level)
        elif len(classes[each].bases) > 1:
            home = defining(s.program, each, name)  # of a mixin, which stands before the class in the order
            if home >= 0 and home not in classes[number].mro_set and number not in classes[home].mro_set:
                s.on(static_node(s, home, name), bind, found, s.of(v.DECLARED, each), level)


def _inherited_outside(s: Solver, value: int, number: int, name: str, found: int) -> None:
    """A method that comes from a base outside the root."""
    from callchain.callgraph.containers import builtin_base

    container = builtin_base(s, number)
    if container >= 0:
        s.add(found, s.of(v.METHOD_OF, container, name))
        return
    outside = s.program.classes[number].outside
    if not outside or is_field(s, number, name):
        return
    owner = next((each for each in outside if s.rules.call(f"{each}.{name}") is not None), outside[0])
    known = s.rules.types.get(f"{owner}.{name}", "")
    if known == "held":
        from callchain.callgraph.holding import held

        s.flow(held(s, value), found)
    elif known:
        s.add(found, s.of(v.INSTANCE, known))
    else:
        s.add(found, s.of(v.BOUND_OUTSIDE, f"{owner}.{name}", value))


def of_class(s: Solver, value: int, name: str, found: int) -> None:
    """What `name` gives on a class: members, those of classes below a declared one, of its metaclass."""
    kind, number = s.facts[value]
    classes = s.program.classes
    home = defining(s.program, number, name)
    if home >= 0:
        if is_enum_member(s, home, name):
            s.add(found, s.of(v.OBJECT, number))
        s.on(static_node(s, home, name), bind_class, found, value, 0)
    if kind == v.SUBCLASS:
        for each in below(s.program, number)[:_MOST_OVERRIDES]:
            if name in classes[each].members:
                s.on(static_node(s, each, name), bind_class, found, s.of(v.SUBCLASS, each), 1)
    watch_fields(s, number, kind == v.SUBCLASS, name, found)
    if home >= 0:
        return
    meta = classes[number].metaclass
    if meta >= 0:
        home = defining(s.program, meta, name)
        if home >= 0:
            s.on(static_node(s, home, name), bind, found, value, 0)
            return
    if classes[number].outside:
        dotted = f"{classes[number].outside[0]}.{name}"
        plain = name.startswith("__")  # called as `Base.__init__(self, …)`: the receiver is an argument
        s.add(found, s.of(v.OUTSIDE, dotted) if plain else s.of(v.BOUND_OUTSIDE, dotted, value))
    elif name in ("__new__", "__init__", "__setattr__", "__getattribute__"):
        s.add(found, s.of(v.OUTSIDE, f"builtins.object.{name}"))
    elif name in ("__subclasses__", "mro"):
        s.add(found, s.of(v.BOUND_OUTSIDE, f"builtins.type.{name}", value))


def of_super(s: Solver, value: int, name: str, found: int) -> None:
    """What `super().name` gives, along the order of the receiver."""
    _, start, receiver = s.facts[value]
    fact = s.facts[receiver]
    number = fact[1] if fact[0] in (v.OBJECT, v.DECLARED, v.CLASS, v.SUBCLASS) else start
    through_class = fact[0] in (v.CLASS, v.SUBCLASS)
    if start not in s.program.classes[number].mro_set:
        if not through_class:
            return
        number, through_class = start, False  # a metaclass: its instance is a class
    action = _bind_super_class if through_class else bind
    home = defining(s.program, number, name, start)
    if home >= 0:
        s.on(static_node(s, home, name), action, found, receiver, 0)
    elif not through_class:
        _inherited_outside(s, receiver, number, name, found)
    if home < 0 and not s.program.classes[number].outside:
        s.add(found, s.of(v.BOUND_OUTSIDE, f"builtins.object.{name}", receiver))
    elif home < 0 and through_class:
        s.add(found, s.of(v.BOUND_OUTSIDE, f"{s.program.classes[number].outside[0]}.{name}", receiver))
    if fact[0] in (v.DECLARED, v.SUBCLASS):
        _cooperative(s, start, name, found, receiver, home)


def _bind_super_class(s: Solver, value: int, found: int, receiver: int, level: int) -> None:
    fact = s.facts[value]
    if fact[0] == v.FUNCTION and s.program.codes[fact[1]].kind == "class":
        s.add(
            found,
            value
            if s.program.codes[fact[1]].ir.qualname.endswith(".__new__")
            else s.of(v.BOUND, value, receiver, level),
        )
    else:
        bind_class(s, value, found, receiver, level)


def _cooperative(s: Solver, start: int, name: str, found: int, receiver: int, home: int) -> None:
    """The next class in the order of a subclass may be another than here."""
    for each in below(s.program, start)[:_MOST_OVERRIDES]:
        if len(s.program.classes[each].bases) < 2:
            continue
        other = defining(s.program, each, name, start)
        if other >= 0 and other != home:
            s.on(static_node(s, other, name), bind, found, receiver, 1)
