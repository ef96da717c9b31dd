"""Calling a value: which function runs, with which arguments, and what comes back."""

from __future__ import annotations

from typing import Any

from callchain.callgraph import construct, guards
from callchain.callgraph import values as v
from callchain.callgraph.passing import pass_arguments
from callchain.callgraph.program import Code
from callchain.callgraph.solver import CallSite, Instance, Solver

_RULES = {
    "name": ("direct", 1.0),
    "self": ("self", 0.95),
    "super": ("super", 0.95),
    "attribute": ("method", 0.95),
    "decorator": ("decorator", 1.0),
    "value": ("value", 0.9),
}
_PLAIN_TYPES = frozenset(f"builtins.{name}" for name in ("str", "bytes", "int", "list", "tuple", "set", "dict"))
_OWN_OVERRIDE = ("override", 0.75)
"""A method calls another of its object: which one a subclass gives is what the call is there for."""
_OVERRIDE = ("override", 0.5)
_BELOW = (1, v.FROM_BELOW)
"""Levels of members of classes below the declared one."""
_DISPATCH = ("dispatch", 0.75)
_OF_ANOTHER = ("dispatch", 0.5)
_DECLARED = ("annotation", 0.9)
_DEEPEST_PARTIAL = 3
"""A partial of a partial, and so on: one that is made again by what it calls has no end."""


def call(s: Solver, value: int, site: CallSite) -> None:
    """`value` is called at `site`."""
    call_by(s, value, site, "", 0.0)


def call_by(s: Solver, value: int, site: CallSite, rule: str, confidence: float) -> None:
    """`value` is called at `site`; a rule that is given names the mechanism."""
    handler = _CALLS.get(s.facts[value][0])
    if handler is not None:
        s.act(handler, value, site, rule, confidence)


def call_on(s: Solver, value: int, site: CallSite, receiver: int, rule: str, confidence: float) -> None:
    """A member of a class is called on `receiver`."""
    fact = s.facts[value]
    if fact[0] == v.FUNCTION and s.program.codes[fact[1]].kind != "static":
        invoke(s, site, value, receiver, rule, confidence)
    elif fact[0] == v.CLASS_METHOD:
        from callchain.callgraph.attributes import class_of

        call_on(s, fact[1], site, class_of(s, receiver), rule, confidence)
    else:
        call_by(s, value, site, rule, confidence)


def _manner(site: CallSite) -> tuple[str, float]:
    return _RULES.get(site.manner, (site.manner or "value", 0.9))


def _function(s: Solver, value: int, site: CallSite, rule: str, confidence: float) -> None:
    if not rule:
        rule, confidence = _manner(site)
        if rule == "method":
            rule = "module"
    invoke(s, site, value, -1, rule, confidence)


def _bound(s: Solver, value: int, site: CallSite, rule: str, confidence: float) -> None:
    _, function, receiver, level = s.facts[value]
    if not rule:
        rule, confidence = _manner(site)
        if level >= v.BY_NAME and _is_beside(s, receiver, site.instance.code):
            rule, confidence = _OF_ANOTHER
        elif level == v.BY_NAME:
            rule, confidence = _DISPATCH
        elif level in _BELOW:
            rule, confidence = _OWN_OVERRIDE if rule == "self" else _OVERRIDE
        elif s.facts[receiver][0] in (v.DECLARED, v.SUBCLASS):
            rule, confidence = _DECLARED if rule == "method" else (rule, _DECLARED[1])
    elif level in _BELOW:
        confidence = min(confidence, (_OVERRIDE if level == 1 else _OWN_OVERRIDE)[1])
    kind = s.facts[function][0]
    if kind == v.FUNCTION:
        invoke(s, site, function, receiver, rule, confidence)
    elif kind in (v.MANAGED, v.DISPATCHER):
        _special_on(s, function, site, receiver, rule, confidence)
    else:
        call_by(s, function, site, rule, confidence)


def _is_beside(s: Solver, receiver: int, caller: Code) -> bool:
    """Whether the receiver is of a class beside that of the caller: no kin but for a base that both have.

    A method that gives back a method of its object gives a caller none of another class's objects.
    """
    owner, fact = caller.owner, s.facts[receiver]
    if owner < 0 or fact[0] not in v.OBJECTS or fact[1] == owner:
        return False
    mine, other = s.program.classes[owner].mro_set, s.program.classes[fact[1]].mro_set
    return fact[1] not in mine and owner not in other and not mine.isdisjoint(other)


def _special_on(s: Solver, function: int, site: CallSite, receiver: int, rule: str, confidence: float) -> None:
    inner = s.site(
        site.instance,
        site.result,
        [s.node(), *site.arguments],
        keywords=site.keywords,
        stars=[(index + 1, node) for index, node in site.stars],
        doubles=site.doubles,
        line=site.line,
        column=site.column,
        manner=site.manner,
    )
    s.add(inner.arguments[0], receiver)
    call_by(s, function, inner, rule, confidence)


def invoke(s: Solver, site: CallSite, function: int, receiver: int, rule: str, confidence: float) -> None:
    """A function of the root runs; `receiver` is its first argument unless -1."""
    _, unit, outer = s.facts[function]
    code = s.program.codes[unit]
    parent = s.instances[outer] if outer >= 0 else None
    inst = s.instance(code, parent, site)
    s.edge(site, code.symbol, rule, confidence, receiver)
    if code.ir.is_poly and s.is_full(code) and inst.is_general:
        # What so many callers give it would only be mixed up with what they get back.
        if site.manner == "decorator" and site.arguments and receiver < 0:
            s.flow(site.arguments[0], site.result)
        return
    pass_arguments(s, site, inst, receiver)
    give_back(s, inst, site.result)


def give_back(s: Solver, inst: Instance, result: int) -> None:
    """What a call of the instance's unit evaluates to."""
    if not result:
        return
    record = inst.code.ir
    if record.is_generator:
        s.add(result, s.of(v.GENERATOR, inst.number))
    elif record.is_async:
        s.add(result, s.of(v.COROUTINE, inst.number))
    else:
        guards.out_of(s, inst, result)


def _class(s: Solver, value: int, site: CallSite, rule: str, confidence: float) -> None:
    construct.construct(s, value, site, rule or "constructor", confidence or 0.95)


def _object(s: Solver, value: int, site: CallSite, rule: str, confidence: float) -> None:
    from callchain.callgraph.attributes import attribute
    from callchain.callgraph.rules import object_call

    if not site.first(("object", value)):
        return
    s.on(attribute(s, value, "__call__"), call_by, site, rule or "callable-object", confidence or 0.9)
    object_call(s, value, site)


def _outside(s: Solver, value: int, site: CallSite, rule: str, confidence: float) -> None:
    from callchain.callgraph.rules import outside_call

    outside_call(s, s.facts[value][1], -1, site, rule or "external", confidence or 0.95)


def _bound_outside(s: Solver, value: int, site: CallSite, rule: str, confidence: float) -> None:
    from callchain.callgraph.rules import outside_call

    _, dotted, receiver = s.facts[value]
    outside_call(s, dotted, receiver, site, rule or "external", confidence or 0.9)


def _instance(s: Solver, value: int, site: CallSite, rule: str, confidence: float) -> None:
    from callchain.callgraph.rules import outside_call

    kind, dotted = s.facts[value][:2]
    if dotted in _PLAIN_TYPES:
        return
    receiver = value if kind == v.HOLDER else -1
    outside_call(s, f"{dotted}.__call__", receiver, site, rule or "external", confidence or 0.7)


def _partial(s: Solver, value: int, site: CallSite, rule: str, confidence: float) -> None:
    """What a partial holds back comes first."""
    made = s.sites[s.facts[value][1]]
    if site.derived >= _DEEPEST_PARTIAL or not site.first(("partial", value)):
        return
    given = made.arguments[1:]
    joined = s.site(
        site.instance,
        site.result,
        [*given, *site.arguments],
        keywords=[*made.keywords, *site.keywords],
        stars=[*((index - 1, node) for index, node in made.stars), *((len(given) + i, n) for i, n in site.stars)],
        doubles=[*made.doubles, *site.doubles],
        line=site.line,
        column=site.column,
        manner=site.manner,
    )
    joined.derived = site.derived + 1
    if made.arguments:
        s.on(made.arguments[0], call_by, joined, rule or "partial", confidence or 0.9)


def _method_of(s: Solver, value: int, site: CallSite, _rule: str, _confidence: float) -> None:
    from callchain.callgraph.methods import call_method

    _, container, name = s.facts[value]
    call_method(s, container, name, site)


def _getter(s: Solver, value: int, site: CallSite, _rule: str, _confidence: float) -> None:
    from callchain.callgraph.name_models import call_getter

    call_getter(s, value, site)


def _managed(s: Solver, value: int, site: CallSite, rule: str, confidence: float) -> None:
    """A generator function behind `contextmanager`: calling it makes the manager."""
    made = s.again(site, s.node())
    call_by(s, s.facts[value][1], made, rule or "context-manager", confidence or 0.9)
    s.on(made.result, _as_manager, site.result)


def _as_manager(s: Solver, value: int, result: int) -> None:
    if result and s.facts[value][0] == v.GENERATOR:
        s.add(result, s.of(v.MANAGER, s.facts[value][1]))


def _wrapped(s: Solver, value: int, site: CallSite, rule: str, confidence: float) -> None:
    call_by(s, s.facts[value][1], site, rule, confidence)


def _dispatcher(s: Solver, value: int, site: CallSite, rule: str, confidence: float) -> None:
    from callchain.callgraph.attributes import attribute

    call_by(s, s.facts[value][1], site, rule, confidence)
    s.on(attribute(s, value, "*registered"), call_by, site, "singledispatch", 0.8)


def _callable(s: Solver, value: int, site: CallSite, _rule: str, _confidence: float) -> None:
    s.flow(s.facts[value][1], site.result)


def raised(s: Solver, value: int, inst: Instance, line: int) -> None:
    """`raise Class` makes an instance of it."""
    kind = s.facts[value][0]
    if kind == v.CLASS:
        call_by(s, value, s.site(inst, 0, [], line=line, manner="raise"), "raise", 0.95)


_CALLS: dict[int, Any] = {
    v.FUNCTION: _function,
    v.BOUND: _bound,
    v.CLASS: _class,
    v.SUBCLASS: _class,
    v.OBJECT: _object,
    v.DECLARED: _object,
    v.OUTSIDE: _outside,
    v.BOUND_OUTSIDE: _bound_outside,
    v.INSTANCE: _instance,
    v.HOLDER: _instance,
    v.PARTIAL: _partial,
    v.METHOD_OF: _method_of,
    v.GETTER: _getter,
    v.MANAGED: _managed,
    v.CLASS_METHOD: _wrapped,
    v.STATIC_METHOD: _wrapped,
    v.DISPATCHER: _dispatcher,
    v.CALLABLE: _callable,
}
