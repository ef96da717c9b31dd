"""Globals, imports and class statements: what ties one file to another."""

from __future__ import annotations

import builtins
from typing import Any

from callchain.callgraph import attributes, calls
from callchain.callgraph import values as v
from callchain.callgraph.hierarchy import add_base, defining
from callchain.callgraph.program import Module
from callchain.callgraph.solver import Instance, Solver

_BUILTINS = frozenset(dir(builtins))
_DEEPEST = 12
_PUT_THERE_LATER = 0.5
"""Of what a metaclass is given after its body: classes made before do not run it."""


def read_global(s: Solver, inst: Instance, target: int, name: str) -> None:
    """A name that is neither local nor of an enclosing function."""
    if not module_name_into(s, inst.code.module, name, target, 0) and name in _BUILTINS:
        s.add(target, s.of(v.OUTSIDE, f"builtins.{name}"))


def module_name_into(s: Solver, module: Module, name: str, target: int, depth: int) -> bool:
    """Let `target` hold what a module's `name` is, star imports followed; False when it has no such name."""
    if name in module.globals:
        s.flow(s.global_node(module.number, name), target)
        return True
    for star in reversed(module.facts.stars):
        other = s.program.by_name.get(star)
        if other is None:
            continue
        if other is not module and depth < _DEEPEST and module_name_into(s, other, name, target, depth + 1):
            return True
    return False


def has_name(s: Solver, module: Module, name: str) -> bool:
    """Whether a module binds a name, star imports followed; looked up once."""
    found = s.bound.get((module.number, name))
    if found is None:
        found = s.bound[module.number, name] = _binds(s, module, name, 0)
    return found


def _binds(s: Solver, module: Module, name: str, depth: int) -> bool:
    if name in module.globals:
        return True
    others = (s.program.by_name.get(star) for star in module.facts.stars)
    return depth < _DEEPEST and any(
        other is not None and other is not module and _binds(s, other, name, depth + 1) for other in others
    )


def module_value(s: Solver, dotted: str) -> int:
    """The value of a module by name, of the root or outside."""
    module = s.program.by_name.get(dotted)
    if module is not None:
        return s.of(v.MODULE, module.number)
    if dotted in s.program.names.packages:
        return s.of(v.PACKAGE, dotted)
    return s.of(v.OUTSIDE, dotted)


def import_module(s: Solver, inst: Instance, target: int, dotted: str, line: int, whole: bool) -> None:
    """`import a.b` or `import a.b as c`."""
    import_edges(s, inst, dotted, line)
    s.add(target, module_value(s, dotted if whole else dotted.partition(".")[0]))


def import_edges(s: Solver, inst: Instance, dotted: str, line: int) -> None:
    """Importing runs the module and the packages above it."""
    modules = s.imported.get(dotted)
    if modules is None:
        parts = dotted.split(".")
        names = [".".join(parts[:count]) for count in range(1, len(parts) + 1)]
        modules = s.imported[dotted] = [s.program.by_name[name] for name in names if name in s.program.by_name]
    unit = inst.code.number
    for module in modules:
        if module is not inst.code.module:
            s.note(unit, line, s.program.codes[module.first_unit].symbol, "import", 0.95)


def import_name(s: Solver, inst: Instance, target: int, dotted: str, name: str, line: int) -> None:
    """`from a import b`."""
    import_edges(s, inst, dotted, line)
    module = s.program.by_name.get(dotted)
    if module is None:
        inside = module_value(s, f"{dotted}.{name}" if dotted else name)
        if s.facts[inside][0] == v.MODULE:
            import_edges(s, inst, f"{dotted}.{name}", line)
        s.add(target, inside)
        return
    found = module_name_into(s, module, name, target, 0)
    inner = s.program.by_name.get(f"{dotted}.{name}")
    if inner is not None and inner is not module:
        if not found:
            import_edges(s, inst, f"{dotted}.{name}", line)
        s.add(target, s.of(v.MODULE, inner.number))
    if not module.facts.is_package or not (found or inner):
        _module_getattr(s, inst, module, target if not (found or inner) else 0, line)
    if not (found or inner):
        _outside_stars(s, module, name, target)


def _module_getattr(s: Solver, inst: Instance, module: Module, target: int, line: int) -> None:
    """A module with `__getattr__` is asked for `__path__` by any `from` import, and for names it lacks."""
    if "__getattr__" in module.globals:
        site = s.site(inst, target, [], line=line, manner="import")
        s.on(s.global_node(module.number, "__getattr__"), calls.call_by, site, "getattr", 0.9)


def _outside_stars(s: Solver, module: Module, name: str, target: int) -> None:
    outer = [star for star in module.facts.stars if star not in s.program.by_name]
    if len(outer) == 1:
        s.add(target, s.of(v.OUTSIDE, f"{outer[0]}.{name}"))


# -- class statements -----------------------------------------------------------------------------------------


def define_class(s: Solver, inst: Instance, ins: Any) -> None:
    """The class itself, and the code that its creation runs."""
    _, target, index, bases, _keywords, line = ins
    number = inst.code.module.first_class + index
    s.add(inst.base + target, s.of(v.CLASS, number))
    for base in bases:
        if base:
            s.on(inst.base + base, _base_seen, number)
    _declared_fields(s, inst, number)
    creation(s, inst, number, line, number)


def _base_seen(s: Solver, value: int, number: int) -> None:
    """A base that names alone did not tell of is kept for the next round."""
    fact = s.facts[value]
    if fact[0] == v.CLASS and fact[1] != number:
        found = s.program.classes[number]
        if fact[1] not in found.mro_set and number not in s.program.classes[fact[1]].mro_set:
            s.bases_seen.setdefault(number, []).append(fact[1])
            add_base(s.program, found, fact[1])


def _declared_fields(s: Solver, inst: Instance, number: int) -> None:
    from callchain.callgraph.declared import seed  # declared types name classes, classes declare fields

    found = s.program.classes[number]
    for name, kind in found.ir.annotations.items():
        seed(s, attributes.field_node(s, number, name), kind, inst.code, found.ir.qualname)


def creation(s: Solver, inst: Instance, number: int, line: int, after: int) -> None:
    """`__init_subclass__` of the bases, the metaclass's constructor, `__set_name__` of the members."""
    program = s.program
    found = program.classes[number]
    value = s.of(v.CLASS, number)
    hook = defining(program, number, "__init_subclass__", after)
    if hook >= 0:
        site = s.site(inst, 0, [], line=line, manner="class")
        s.on(
            attributes.static_node(s, hook, "__init_subclass__"), calls.call_on, site, value, "subclass-hook", 0.95
        )
    if found.metaclass >= 0:
        for name in ("__prepare__", "__new__", "__init__"):
            home = defining(program, found.metaclass, name)
            if home >= 0:
                site = s.site(inst, 0, [0, 0, 0], line=line, manner="class")
                receiver = value if name == "__init__" else s.of(v.CLASS, found.metaclass)
                s.on(attributes.static_node(s, home, name), calls.call_on, site, receiver, "metaclass", 0.95)
                later = s.node()
                attributes.watch_fields(s, found.metaclass, False, name, later)
                s.on(later, calls.call_on, site, receiver, "metaclass", _PUT_THERE_LATER)
    for member in found.ir.members if "__set_name__" in program.members else ():
        s.on(attributes.static_node(s, number, member), _set_name, inst, line)


def _set_name(s: Solver, value: int, inst: Instance, line: int) -> None:
    fact = s.facts[value]
    if fact[0] in v.OBJECTS:
        home = defining(s.program, fact[1], "__set_name__")
        if home >= 0:
            site = s.site(inst, 0, [], line=line, manner="class")
            s.on(attributes.static_node(s, home, "__set_name__"), calls.call_on, site, value, "descriptor", 0.9)
