"""What reading an attribute of any value gives, as one node for all who ask."""

from __future__ import annotations

from callchain.callgraph import values as v
from callchain.callgraph.object_attributes import of_class, of_object, of_super
from callchain.callgraph.solver import Solver


def attribute(s: Solver, value: int, name: str) -> int:
    """The node of what `value.name` gives; one for all who ask."""
    found = s.attributes.get((value, name))
    if found is None:
        found = s.attributes[value, name] = s.node()
        reader = _READERS.get(s.facts[value][0])
        if reader is not None:
            reader(s, value, name, found)
    return found


def _module(s: Solver, value: int, name: str, found: int) -> None:
    from callchain.callgraph.linking import module_name_into

    module = s.program.modules[s.facts[value][1]]
    if not module_name_into(s, module, name, found, 0):
        inner = s.program.by_name.get(f"{module.facts.module}.{name}")
        if inner is not None:
            s.add(found, s.of(v.MODULE, inner.number))
        s.flow(s.global_node(module.number, name), found)  # what other files store there


def _package(s: Solver, value: int, name: str, found: int) -> None:
    from callchain.callgraph.linking import module_value

    s.add(found, module_value(s, f"{s.facts[value][1]}.{name}"))


def _instance(s: Solver, value: int, name: str, found: int) -> None:
    from callchain.callgraph.holding import held, outside_field
    from callchain.callgraph.rules import attribute_type

    kind, dotted = s.facts[value][:2]
    known = attribute_type(s, f"{dotted}.{name}")
    if f"{dotted}.{name}" in s.rules.stored:
        s.flow(outside_field(s, f"{dotted}.{name}"), found)
    if known == "held":
        s.flow(held(s, value), found)
    elif known:
        s.add(found, s.of(v.INSTANCE, known))
    elif kind == v.HOLDER:
        s.add(found, s.of(v.BOUND_OUTSIDE, f"{dotted}.{name}", value))
    else:
        s.add(found, s.of(v.OUTSIDE, f"{dotted}.{name}"))


def _text(s: Solver, value: int, name: str, found: int) -> None:
    s.add(found, s.of(v.BOUND_OUTSIDE, f"builtins.str.{name}", value))


def _container(s: Solver, value: int, name: str, found: int) -> None:
    s.add(found, s.of(v.METHOD_OF, value, name))


def _bound(s: Solver, value: int, name: str, found: int) -> None:
    _, function, receiver, _ = s.facts[value]
    if name == "__self__":
        s.add(found, receiver)
    elif name == "__func__":
        s.add(found, function)
    else:
        s.flow(attribute(s, function, name), found)


def _function(s: Solver, value: int, name: str, found: int) -> None:
    if not name.startswith("__"):
        s.late.append((_unless_stored, (value, name, found)))


def _unless_stored(s: Solver, value: int, name: str, found: int) -> None:
    """Decorators of libraries put attributes on what they hand on: `task.delay`, `group.command`."""
    if s.holds[found] is None:
        s.add(found, s.of(v.BOUND_OUTSIDE, f"builtins.function.{name}", value))


def _property(s: Solver, value: int, name: str, found: int) -> None:
    if name in ("setter", "getter", "deleter"):
        s.add(found, s.of(v.METHOD_OF, value, name))


def _dispatcher(s: Solver, value: int, name: str, found: int) -> None:
    if name in ("register", "dispatch"):
        s.add(found, s.of(v.METHOD_OF, value, name))


def _generator(s: Solver, value: int, name: str, found: int) -> None:
    s.add(found, s.of(v.BOUND_OUTSIDE, f"builtins.generator.{name}", value))


_READERS = {
    v.OBJECT: of_object,
    v.DECLARED: of_object,
    v.CLASS: of_class,
    v.SUBCLASS: of_class,
    v.SUPER: of_super,
    v.MODULE: _module,
    v.PACKAGE: _package,
    v.INSTANCE: _instance,
    v.HOLDER: _instance,
    v.TEXT: _text,
    v.PREFIX: _text,
    v.CONTAINER: _container,
    v.FUNCTION: _function,
    v.BOUND: _bound,
    v.PROPERTY: _property,
    v.DISPATCHER: _dispatcher,
    v.GENERATOR: _generator,
    v.COROUTINE: _generator,
}
