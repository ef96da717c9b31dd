"""Constructors that decorators and bases write from declared fields, and what runs when they do."""

from __future__ import annotations

from callchain.callgraph import attributes, calls
from callchain.callgraph import values as v
from callchain.callgraph.hierarchy import defining
from callchain.callgraph.program import Class
from callchain.callgraph.rule_files import ConstructorEntry
from callchain.callgraph.solver import CallSite, Solver

_FIELDS = {"dataclasses.Field": False, "pydantic.FieldInfo": False, "attrs.Attribute": True}
"""Classes of field declarations, and whether what they keep also runs for values that are given."""


def written_by(s: Solver, number: int) -> ConstructorEntry | None:
    """The rule for the decorator or base that writes the constructor of a class; None where nothing does."""
    if number not in s.written:
        s.written[number] = _look_up(s, number)
    return s.written[number]


def _look_up(s: Solver, number: int) -> ConstructorEntry | None:
    known = s.rules.constructors
    for each in s.program.classes[number].mro:
        found = s.program.classes[each]
        scope = s.program.scope_of(found)
        for decorator in found.ir.decorators:
            entry = known.get(s.program.names.resolve(found.module.path, decorator, scope)) if decorator else None
            if entry is not None:
                return entry
    return next((known[base] for base in s.program.classes[number].outside if base in known), None)


def field_order(s: Solver, number: int) -> list[str]:
    """Declared fields in the order of the constructor, inherited ones first."""
    names: dict[str, None] = {}
    for each in reversed(s.program.classes[number].mro):
        for name, kind in s.program.classes[each].ir.annotations.items():
            if not (isinstance(kind, list) and kind and kind[0] == "ClassVar"):
                names.setdefault(name, None)
    return list(names)


def construct_fields(s: Solver, entry: ConstructorEntry, number: int, site: CallSite, instance: int) -> None:
    """Arguments to fields, defaults that are made, and the hooks of the rule."""
    names = field_order(s, number)
    for index, node in enumerate(site.arguments):
        if node and index < len(names):
            s.flow(node, attributes.field_node(s, number, names[index]))
    for name, node in site.keywords:
        s.flow(node, attributes.field_node(s, number, name))
    given = {*names[: len(site.arguments)], *(name for name, _ in site.keywords)}
    for each in s.program.classes[number].mro:
        for name in s.program.classes[each].ir.members:
            s.on(attributes.static_node(s, each, name), _declaration, number, name, site, name in given)
    for name in (*entry.methods, *_decorated(s, entry, number)):
        home = defining(s.program, number, name)
        if home >= 0:
            inner = s.site(site.instance, 0, [], line=site.line, column=site.column, manner=site.manner)
            s.on(attributes.static_node(s, home, name), calls.call_on, inner, instance, "post-init", 0.9)


def _declaration(s: Solver, value: int, number: int, name: str, site: CallSite, given: bool) -> None:
    """A field's declaration may keep a function that makes, converts or checks its value."""
    from callchain.callgraph.holding import held

    fact = s.facts[value]
    if fact[0] == v.HOLDER and fact[1] in _FIELDS and (not given or _FIELDS[fact[1]]):
        field = attributes.field_node(s, number, name)
        made = s.site(site.instance, field, [], line=site.line, column=site.column, manner=site.manner)
        s.on(held(s, value), calls.call_by, made, "field", 0.9)


def _decorated(s: Solver, entry: ConstructorEntry, number: int) -> list[str]:
    """Names of methods that carry one of the rule's decorators."""
    if not entry.decorated:
        return []
    return [
        code.ir.qualname.rpartition(".")[2]
        for each in s.program.classes[number].mro
        for code in s.program.methods_of(each)
        if any(_matches(s, entry, s.program.classes[each], decorator) for decorator in code.ir.decorators)
    ]


def _matches(s: Solver, entry: ConstructorEntry, found: Class, decorator: str) -> bool:
    head, _, last = decorator.rpartition(".")
    if f"*.{last}" in entry.decorated and head in found.members:
        return True
    return s.program.names.resolve(found.module.path, decorator, found.ir.qualname) in entry.decorated
