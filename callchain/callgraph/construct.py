"""Calling a class: metaclass, `__new__`, `__init__`, and the constructors that decorators write."""

from __future__ import annotations

from callchain.callgraph import attributes, calls
from callchain.callgraph import values as v
from callchain.callgraph.fields import construct_fields, written_by
from callchain.callgraph.hierarchy import below, defining
from callchain.callgraph.solver import CallSite, Solver

_MOST_OVERRIDES = 60


def construct(s: Solver, value: int, site: CallSite, rule: str, confidence: float) -> None:
    """A class of the root is called."""
    kind, number = s.facts[value]
    meta = s.program.classes[number].metaclass
    home = defining(s.program, meta, "__call__") if meta >= 0 else -1
    if home >= 0 and site.manner != "super":
        s.on(attributes.static_node(s, home, "__call__"), calls.call_on, site, value, "metaclass", 0.9)
    make(s, value, site, rule, confidence)
    if kind == v.SUBCLASS:
        for each in below(s.program, number)[:_MOST_OVERRIDES]:
            members = s.program.classes[each].members
            if "__init__" in members or "__new__" in members:
                make(s, s.of(v.SUBCLASS, each), _silent(s, site), "override", 0.5)


def make(s: Solver, value: int, site: CallSite, rule: str, confidence: float) -> None:
    """Run the constructors of exactly this class and hand its instance to the site."""
    kind, number = s.facts[value]
    program = s.program
    s.settle(site)
    instance = s.of(v.OBJECT if kind == v.CLASS else v.DECLARED, number)
    if not site.first(("made", value)):
        return
    if kind == v.CLASS:
        s.created.add(number)
    new = defining(program, number, "__new__")
    if new >= 0:
        s.on(attributes.static_node(s, new, "__new__"), _new, site, value, rule, confidence)
    init = defining(program, number, "__init__")
    if init >= 0:
        s.on(
            attributes.static_node(s, init, "__init__"),
            calls.call_on,
            _silent(s, site),
            instance,
            rule,
            confidence,
        )
    elif (entry := written_by(s, number)) is not None:
        construct_fields(s, entry, number, site, instance)
    elif program.classes[number].outside:
        _outside_constructor(s, number, site, instance)
    if site.result:
        s.add(site.result, instance)


def _silent(s: Solver, site: CallSite) -> CallSite:
    """The same site without a result: what `__init__` returns is not the value of the call."""
    return s.again(site, 0)


def _new(s: Solver, member: int, site: CallSite, value: int, rule: str, confidence: float) -> None:
    if s.facts[member][0] == v.STATIC_METHOD:
        member = s.facts[member][1]
    if s.facts[member][0] == v.FUNCTION:
        calls.invoke(s, site, member, value, rule, confidence)


def _outside_constructor(s: Solver, number: int, site: CallSite, instance: int) -> None:
    from callchain.callgraph.rules import outside_call

    outside = s.program.classes[number].outside[0]
    outside_call(s, f"{outside}.__init__", instance, _silent(s, site), "constructor", 0.9)
