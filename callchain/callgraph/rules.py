"""Rules at work: how functions and classes outside the root call back into it and what they return."""

from __future__ import annotations

from callchain.callgraph import calls
from callchain.callgraph import values as v
from callchain.callgraph.evaluation import evaluate
from callchain.callgraph.holding import hold, keep, store_outside
from callchain.callgraph.rule_files import CallRule
from callchain.callgraph.solver import CallSite, Solver

_INIT = ".__init__"
_MAYBE = 0.5


def attribute_type(s: Solver, dotted: str) -> str:
    """The type of an attribute, or of an element (`re.Match[]`), of an outside class; empty when not known."""
    return s.rules.types.get(dotted, "")


def outside_call(s: Solver, dotted: str, receiver: int, site: CallSite, rule: str, confidence: float) -> None:
    """Something outside the root is called; `receiver` is the object it is a method of unless -1."""
    from callchain.callgraph.models import MODELS

    if not site.first(("outside", dotted, receiver)) or (
        site.sure < 1 and not _first_implied(s, dotted, receiver, site)
    ):
        return
    if site.sure == 1:  # what outside code does with outside objects is no call of the root
        s.leaves(site, dotted, rule, confidence)
    model = MODELS.get(dotted)
    if model is not None:
        model(s, site, receiver)
        return
    apply_rule(s, dotted, receiver, site, or_else=True)


def _first_implied(s: Solver, dotted: str, receiver: int, site: CallSite) -> bool:
    """Whether a rule-made call is met for the first time: objects may keep one another in a ring."""
    key = (site.instance.number, site.line, site.column, dotted, receiver)
    if key in s.implied:
        return False
    s.implied.add(key)
    return True


def apply_rule(s: Solver, dotted: str, receiver: int, site: CallSite, *, or_else: bool = False) -> bool:
    """Do what the rule for `dotted` says, or with `or_else` what is done without one. Whether there was one."""
    known = s.rules.call(dotted.removesuffix(".__call__") if dotted.endswith("().__call__") else dotted)
    if known is None and dotted.endswith(_INIT):
        known = s.rules.call(dotted.removesuffix(_INIT))
        if known is not None:
            _keep(s, known, receiver, site)
            _run(s, known, receiver, site, dotted)
            return True
    if known is None:
        if or_else:
            _unknown(s, dotted, site)
        return False
    if known.keeps:
        if receiver < 0:
            receiver = hold(s, known.makes or dotted, site)
            if site.result:
                s.add(site.result, receiver)
        _keep(s, known, receiver, site)
    elif known.makes and site.result:
        s.add(site.result, s.of(v.INSTANCE, known.makes))
    _run(s, known, receiver, site, dotted)
    if or_else and not (known.gives or known.makes or known.keeps or known.passes):
        _unknown(s, dotted, site)
    for source in known.gives:
        s.flow(evaluate(s, source, site, receiver, known.rule, known.confidence, dotted), site.result)
    if known.passes and site.arguments:
        s.flow(site.arguments[0], site.result)
    elif known.passes and site.result:
        s.add(site.result, s.of(v.INSTANCE, f"{dotted}()"))  # options first, what is decorated follows
    return True


def _keep(s: Solver, known: CallRule, receiver: int, site: CallSite) -> None:
    for source in known.keeps:
        if receiver >= 0:
            keep(s, receiver, evaluate(s, source, site, receiver, known.rule, known.confidence))


def _run(s: Solver, known: CallRule, receiver: int, site: CallSite, dotted: str) -> None:
    for name, source in known.stores:
        given = evaluate(s, source, site, receiver, known.rule, known.confidence)
        store_outside(s, name, given, site.instance, site.line)
    for source in known.calls:
        evaluate(s, source, site, receiver, known.rule, known.confidence, dotted)
    for source in known.may_call:
        evaluate(s, source, site, receiver, known.rule, min(known.confidence, _MAYBE), dotted)


def _unknown(s: Solver, dotted: str, site: CallSite) -> None:
    """Nothing is known of it: a class makes its instance, a decorator is taken to hand on what it decorates."""
    if site.manner == "decorator" and site.arguments:
        s.flow(site.arguments[0], site.result)
    if not site.result:
        return
    known = attribute_type(s, f"{dotted}()")
    last = dotted.rpartition(".")[2]
    if known:
        s.add(site.result, s.of(v.INSTANCE, known))
    elif last[:1].isupper() and not last.isupper():
        s.add(site.result, s.of(v.INSTANCE, dotted))
    elif "()" not in dotted and site.manner != "decorator":
        s.add(site.result, s.of(v.INSTANCE, f"{dotted}()"))


def object_call(s: Solver, value: int, site: CallSite) -> None:
    """Calling an instance of a class with an outside base may run a method that the base names."""
    from callchain.callgraph.attributes import attribute

    objects = s.rules.objects
    for base in s.program.classes[s.facts[value][1]].outside:
        for method in objects.get(base, ()):
            s.on(attribute(s, value, method), calls.call_by, site, "framework", 0.9)


def implied_call(s: Solver, value: int, method: str, site: CallSite) -> bool:
    """The language calls a method that an outside class has, on its instance or one of a class below it.

    Whether a rule says what follows from it.
    """
    fact = s.facts[value]
    owners = s.program.classes[fact[1]].outside if fact[0] in v.OBJECTS else [fact[1]]
    return any(apply_rule(s, f"{owner}.{method}", value, site) for owner in owners[:4])
