"""What is asked for an attribute that nothing has: `__getattr__` of objects, modules and metaclasses."""

from __future__ import annotations

from callchain.callgraph import values as v
from callchain.callgraph.attribute_values import attribute
from callchain.callgraph.hierarchy import defining
from callchain.callgraph.members import is_field, static_node
from callchain.callgraph.solver import Instance, Solver

_ASKED = 0.85


def object_fallback(
    s: Solver, value: int, inst: Instance, target: int, name: str, line: int, source: int, sure: float
) -> None:
    """`__getattribute__` is asked always, `__getattr__` where the name is found nowhere."""
    number = s.facts[value][1]
    if defining(s.program, number, "__getattribute__") >= 0:
        _ask(s, value, inst, target, name, line, "__getattribute__", 0, sure)
    elif not name.startswith("__") and defining(s.program, number, "__getattr__") >= 0:
        s.late.append((_late_getattr, (value, inst, target, name, line, source, sure)))


def _late_getattr(
    s: Solver, value: int, inst: Instance, target: int, name: str, line: int, source: int, sure: float
) -> None:
    number = s.facts[value][1]
    if defining(s.program, number, name) < 0 and not is_field(s, number, name):
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


def module_fallback(s: Solver, value: int, inst: Instance, target: int, name: str, line: int) -> None:
    """A module with `__getattr__` is asked for names that it does not bind."""
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


def metaclass_fallback(s: Solver, value: int, inst: Instance, target: int, name: str, line: int) -> None:
    """A metaclass with `__getattr__` is asked for names that its class lacks."""
    number = s.facts[value][1]
    meta = s.program.classes[number].metaclass
    if meta < 0 or name.startswith("__") or defining(s.program, number, name) >= 0:
        return
    home = defining(s.program, meta, "__getattr__")
    if home >= 0 and defining(s.program, meta, name) < 0:
        from callchain.callgraph import calls

        site = s.site(inst, target, [], line=line, manner="getattr")
        s.on(static_node(s, home, "__getattr__"), calls.call_on, site, value, "getattr", 0.85)
