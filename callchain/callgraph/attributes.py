"""Reading and writing attributes: instances, classes, modules, `super`, and what runs code on access."""

from __future__ import annotations

from callchain.callgraph import values as v
from callchain.callgraph.hierarchy import below, defining
from callchain.callgraph.solver import Instance, Solver
from callchain.model.symbol import MODULE

_ENUMS = frozenset({"enum.Enum", "enum.IntEnum", "enum.Flag", "enum.IntFlag", "enum.StrEnum", "enum.ReprEnum"})
_MOST_OVERRIDES = 120
_ASKED = 0.85


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
            _fallback(s, value, inst, target, name, line, source, sure)
    else:
        s.flow(attribute(s, value, name), target)
        if kind == v.MODULE:
            _module_fallback(s, value, inst, target, name, line)
        elif kind in (v.CLASS, v.SUBCLASS):
            _metaclass_fallback(s, value, inst, target, name, line)


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


def attribute(s: Solver, value: int, name: str) -> int:
    """The node of what `value.name` gives; one for all who ask."""
    found = s.attributes.get((value, name))
    if found is None:
        found = s.attributes[value, name] = s.node()
        reader = _READERS.get(s.facts[value][0])
        if reader is not None:
            reader(s, value, name, found)
    return found


# -- instances ------------------------------------------------------------------------------------------------


def _object(s: Solver, value: int, name: str, found: int) -> None:
    kind, number = s.facts[value]
    wide = kind == v.DECLARED
    if name == "__class__":
        s.add(found, s.of(v.SUBCLASS if wide else v.CLASS, number))
        return
    home = defining(s.program, number, name)
    if home >= 0:
        s.on(static_node(s, home, name), bind, found, value, 0)
    if wide:
        _overrides(s, number, name, found)
    watch_fields(s, number, wide, name, found)
    if home < 0:
        _inherited_outside(s, value, number, name, found)


def _overrides(s: Solver, number: int, name: str, found: int) -> None:
    for each in below(s.program, number)[:_MOST_OVERRIDES]:
        if name in s.program.classes[each].members:
            s.on(static_node(s, each, name), bind, found, s.of(v.DECLARED, each), 1)


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


def _inherited_outside(s: Solver, value: int, number: int, name: str, found: int) -> None:
    """A method that comes from a base outside the root."""
    from callchain.callgraph.containers import builtin_base

    container = builtin_base(s, number)
    if container >= 0:
        s.add(found, s.of(v.METHOD_OF, container, name))
        return
    outside = s.program.classes[number].outside
    if not outside or _is_field(s, number, name):
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


def _is_field(s: Solver, number: int, name: str) -> bool:
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


# -- classes --------------------------------------------------------------------------------------------------


def _class(s: Solver, value: int, name: str, found: int) -> None:
    kind, number = s.facts[value]
    classes = s.program.classes
    home = defining(s.program, number, name)
    if home >= 0:
        if _is_enum_member(s, home, name):
            s.add(found, s.of(v.OBJECT, number))
        s.on(static_node(s, home, name), _bind_class, found, value, 0)
    if kind == v.SUBCLASS:
        for each in below(s.program, number)[:_MOST_OVERRIDES]:
            if name in classes[each].members:
                s.on(static_node(s, each, name), _bind_class, found, s.of(v.SUBCLASS, each), 1)
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


def _is_enum_member(s: Solver, number: int, name: str) -> bool:
    found = s.program.classes[number]
    if not _ENUMS.intersection(found.outside):
        return False
    targets = found.module.facts.names.get(found.ir.qualname, {}).get(name, ())
    return "V:" in targets and not name.startswith("_")


def is_enum(s: Solver, number: int) -> bool:
    """Whether a class is an enumeration."""
    return bool(_ENUMS.intersection(s.program.classes[number].outside))


def _bind_class(s: Solver, value: int, found: int, receiver: int, level: int) -> None:
    """A member of a class as it is seen through the class."""
    fact = s.facts[value]
    if fact[0] == v.CLASS_METHOD:
        s.add(found, s.of(v.BOUND, fact[1], receiver, level))
    elif fact[0] == v.STATIC_METHOD:
        s.add(found, fact[1])
    else:
        s.add(found, value)


# -- super ----------------------------------------------------------------------------------------------------


def _super(s: Solver, value: int, name: str, found: int) -> None:
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
        _bind_class(s, value, found, receiver, level)


def _cooperative(s: Solver, start: int, name: str, found: int, receiver: int, home: int) -> None:
    """The next class in the order of a subclass may be another than here."""
    for each in below(s.program, start)[:_MOST_OVERRIDES]:
        if len(s.program.classes[each].bases) < 2:
            continue
        other = defining(s.program, each, name, start)
        if other >= 0 and other != home:
            s.on(static_node(s, other, name), bind, found, receiver, 1)


# -- modules and the rest -------------------------------------------------------------------------------------


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
    v.OBJECT: _object,
    v.DECLARED: _object,
    v.CLASS: _class,
    v.SUBCLASS: _class,
    v.SUPER: _super,
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


# -- what is asked when nothing is found ----------------------------------------------------------------------


def _fallback(
    s: Solver, value: int, inst: Instance, target: int, name: str, line: int, source: int, sure: float
) -> None:
    number = s.facts[value][1]
    if defining(s.program, number, "__getattribute__") >= 0:
        _ask(s, value, inst, target, name, line, "__getattribute__", 0, sure)
    elif not name.startswith("__") and defining(s.program, number, "__getattr__") >= 0:
        s.late.append((_late_getattr, (value, inst, target, name, line, source, sure)))


def _late_getattr(
    s: Solver, value: int, inst: Instance, target: int, name: str, line: int, source: int, sure: float
) -> None:
    number = s.facts[value][1]
    if defining(s.program, number, name) < 0 and not _is_field(s, number, name):
        _ask(s, value, inst, target, name, line, "__getattr__", source, sure)


def _ask(
    s: Solver,
    value: int,
    inst: Instance,
    target: int,
    name: str,
    line: int,
    method: str,
    source: int,
    sure: float,
) -> None:
    from callchain.callgraph import calls

    site = s.site(inst, target, [s.node()], line=line, manner="getattr", source=source, name=s.of(v.TEXT, name))
    s.add(site.arguments[0], site.name)
    s.on(attribute(s, value, method), calls.call_by, site, "getattr", min(_ASKED, sure))


def _module_fallback(s: Solver, value: int, inst: Instance, target: int, name: str, line: int) -> None:
    module = s.program.modules[s.facts[value][1]]
    inner = f"{module.facts.module}.{name}"
    if "__getattr__" in module.globals and inner not in s.program.by_name:
        from callchain.callgraph import calls
        from callchain.callgraph.linking import has_name

        if has_name(s, module, name):
            return

        site = s.site(inst, target, [s.node()], line=line, manner="getattr", name=s.of(v.TEXT, name))
        s.add(site.arguments[0], site.name)
        s.on(s.global_node(module.number, "__getattr__"), calls.call_by, site, "getattr", 0.9)


def _metaclass_fallback(s: Solver, value: int, inst: Instance, target: int, name: str, line: int) -> None:
    number = s.facts[value][1]
    meta = s.program.classes[number].metaclass
    if meta < 0 or name.startswith("__") or defining(s.program, number, name) >= 0:
        return
    home = defining(s.program, meta, "__getattr__")
    if home >= 0 and defining(s.program, meta, name) < 0:
        from callchain.callgraph import calls

        site = s.site(inst, target, [], line=line, manner="getattr")
        s.on(static_node(s, home, "__getattr__"), calls.call_on, site, value, "getattr", 0.85)


# -- writing --------------------------------------------------------------------------------------------------


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
        node = static_node(s, fact[1], name) if name in found.members else field_node(s, fact[1], name)
        s.flow(source, node)
    elif kind == v.MODULE:
        s.flow(source, s.global_node(fact[1], name))
    elif kind == v.OUTSIDE:
        from callchain.callgraph.holding import store_outside

        store_outside(s, f"{fact[1]}.{name}", source, inst, line)
    elif kind in (v.FUNCTION, v.BOUND):
        s.flow(source, attribute(s, fact[1] if kind == v.BOUND else value, name))


__all__ = ["MODULE", "attribute", "bind", "class_of", "field_node", "is_enum", "read", "static_node", "write"]
