"""What a source of a rule stands for at one call site: nodes, and the calls that become edges."""

from __future__ import annotations

from callchain.callgraph import calls
from callchain.callgraph import values as v
from callchain.callgraph.contents import KEYS, content, new
from callchain.callgraph.hierarchy import below
from callchain.callgraph.holding import held, outside_field, read_outside
from callchain.callgraph.implementations import named_functions
from callchain.callgraph.solver import CallSite, Instance, Solver
from callchain.callgraph.sources import Source, Step

_FAMILY = 8
"""Methods that nothing names: so many are there to be found by name, a few are what users of the class call."""
_KINDS = frozenset({"list", "tuple", "set", "dict", "generator", "awaitable"})


class Call:
    """One rule at one site."""

    __slots__ = ("confidence", "name", "receiver", "rule", "site")

    def __init__(self, site: CallSite, receiver: int, rule: str, confidence: float, dotted: str) -> None:
        self.site = site
        self.receiver = receiver
        self.rule = rule
        self.confidence = min(confidence, site.sure)
        self.name = dotted.rpartition(".")[2]


def evaluate(
    s: Solver, source: Source, site: CallSite, receiver: int, rule: str, confidence: float, dotted: str = ""
) -> int:
    """The node of what a source stands for; 0 for nothing. Calls in it become edges."""
    return _evaluated(s, source, Call(site, receiver, rule, confidence, dotted))


def _evaluated(s: Solver, source: Source, call: Call) -> int:
    first = source.terms[0]
    steps = source.steps
    if first in _KINDS and steps and steps[0][0] == "()":
        node = _container(s, first, steps[0][2], call)
        steps = steps[1:]
    else:
        node = _joined(s, [each for term in source.terms for each in _term(s, term, call)])
    if not node and source.terms[-1].startswith("@"):
        node = _stored(s, source.terms[-1][1:], call)
    return _walked(s, node, steps, call)


def _stored(s: Solver, name: str, call: Call) -> int:
    """`@a.b`: what was surely stored there when this site runs; `@@a.b`: what is stored there by any code."""
    if name.startswith("@"):
        return outside_field(s, name[1:])
    seen = s.node()
    read_outside(s, name, seen, call.site.instance, call.site.line)
    return seen


def _walked(s: Solver, node: int, steps: tuple[Step, ...], call: Call) -> int:
    for step, name, given in steps:
        if not node:
            return 0
        node = _step(s, node, step, name, given, call)
    return node


def _joined(s: Solver, nodes: list[int]) -> int:
    if len(nodes) < 2:
        return nodes[0] if nodes else 0
    joined = s.node()
    for each in nodes:
        s.flow(each, joined)
    return joined


def _step(s: Solver, node: int, step: str, name: str, given: tuple[Source, ...], call: Call) -> int:
    target = s.node()
    site = call.site
    if step == "[]":
        from callchain.callgraph.protocols import iterate

        s.on(node, iterate, site.instance, target, site.line, False)
    elif step == "." and name.endswith("*") and name != "*":
        s.on(node, read_prefixed, site.instance, target, name[:-1], site.line)
    elif step == "." and name == "await":
        from callchain.callgraph.protocols import awaited

        s.on(node, awaited, site.instance, target, site.line)
    elif step == "." and name == "entered":
        s.on(node, _entered, site.instance, target, site.line)
    elif step == "." and name.startswith("__"):
        s.on(node, _read_special, target, name)
    elif step == ".":
        from callchain.callgraph.attributes import read

        s.on(
            node, read, site.instance, target, call.name if name == "*" else name, site.line, node, call.confidence
        )
    else:
        _called(s, node, target, given, call)
    return target


def _entered(s: Solver, value: int, inst: Instance, target: int, line: int) -> None:
    """What entering a manager that is no object of the root gives."""
    from callchain.callgraph.protocols import enter

    if s.facts[value][0] not in v.OBJECTS:
        enter(s, value, inst, target, line, False)


def _read_special(s: Solver, value: int, target: int, name: str) -> None:
    """A special method counts where the root defines it."""
    from callchain.callgraph.attributes import attribute
    from callchain.callgraph.protocols import has_method

    if s.facts[value][0] in v.OBJECTS and has_method(s, value, name):
        s.flow(attribute(s, value, name), target)


def read_prefixed(s: Solver, value: int, inst: Instance, target: int, prefix: str, line: int) -> None:
    """`target` holds all attributes of the value's class whose names start with `prefix`."""
    fact = s.facts[value]
    if fact[0] not in (v.OBJECT, v.DECLARED, v.CLASS, v.SUBCLASS):
        return
    numbers = [*s.program.classes[fact[1]].mro]
    if fact[0] in (v.DECLARED, v.SUBCLASS):
        numbers += below(s.program, fact[1])
    names = {name: None for number in numbers for name in s.program.classes[number].ir.members}
    for name in names:
        if name.startswith(prefix):
            _read_by_name(s, value, inst, target, name, line)


def read_unnamed(s: Solver, site: CallSite) -> None:
    """`getattr(self, name)` with a name that nothing tells: the public methods that no code of the root names.

    What is there and never named is there to be found in this way.
    """
    inst = site.instance
    name, owner = site.arguments[1] if len(site.arguments) > 1 else 0, _owner(s, inst)
    if not site.arguments or owner < 0 or any(s.facts[each][0] in (v.TEXT, v.PREFIX) for each in s.held(name)):
        return
    receivers = [each for each in s.held(site.arguments[0]) if s.facts[each] == (v.DECLARED, owner)]
    named = s.names_read()
    classes = (s.program.classes[number] for number in (owner, *below(s.program, owner)))
    unnamed = {name: None for each in classes for name in each.ir.members if not name.startswith("_")}
    family = [name for name in unnamed if name not in named]
    for value in receivers if len(family) >= _FAMILY else ():
        for member in family:
            _read_by_name(s, value, inst, site.result, member, site.line)


def _owner(s: Solver, inst: Instance) -> int:
    code = inst.code
    while code.owner < 0 and code.parent >= 0:
        code = s.program.codes[code.parent]
    return code.owner


def read_named(s: Solver, value: int, inst: Instance, target: int, name: str, line: int) -> None:
    """`getattr(value, name)` with a name that is known."""
    _read_by_name(s, value, inst, target, name, line, v.BY_WHOLE_NAME)


def _read_by_name(
    s: Solver, value: int, inst: Instance, target: int, name: str, line: int, level: int = v.BY_NAME
) -> None:
    from callchain.callgraph.attributes import read

    if s.facts[value][0] not in v.OBJECTS:
        read(s, value, inst, target, name, line)
        return
    found = s.node()
    read(s, value, inst, found, name, line)
    s.on(found, _by_name, target, level)


def _by_name(s: Solver, value: int, target: int, level: int) -> None:
    """A method is one of those that a name may mean; by a part of its name it overrides nothing."""
    fact = s.facts[value]
    if fact[0] == v.BOUND and not (fact[3] in (1, v.FROM_BELOW) and level == v.BY_WHOLE_NAME):
        value = s.of(*fact[:3], level)
    s.add(target, value)


# -- terms ----------------------------------------------------------------------------------------------------


def _term(s: Solver, term: str, call: Call) -> list[int]:
    site = call.site
    if term.isdigit():
        return [site.arguments[int(term)]] if int(term) < len(site.arguments) and site.arguments[int(term)] else []
    if term.endswith(".."):
        return _rest(s, int(term[:-2]), site)
    if term == "self":
        return [_holding(s, call.receiver)] if call.receiver >= 0 else []
    if term == "held":
        return [held(s, call.receiver)] if call.receiver >= 0 else []
    if term.startswith("="):
        return [_holding(s, s.of(v.INSTANCE, term[1:]))]
    if term.startswith("{"):
        return [_instances(s, term[1:-1], site)]
    if term.startswith("<"):
        return [named_functions(s, call.name)] if call.name.startswith(term[1:-2]) else []
    if term.startswith("@"):
        return []
    return [node for name, node in site.keywords if name == term]


def _holding(s: Solver, value: int) -> int:
    node = s.node()
    s.add(node, value)
    return node


def _rest(s: Solver, start: int, site: CallSite) -> list[int]:
    """The arguments from a position on, one by one, with what starred ones hold."""
    from callchain.callgraph.protocols import iterate

    nodes = [node for node in site.arguments[start:] if node]
    for _, star in site.stars:
        spread = s.node()
        s.on(star, iterate, site.instance, spread, site.line, False)
        nodes.append(spread)
    return nodes


def _instances(s: Solver, dotted: str, site: CallSite) -> int:
    """An instance of every class below an outside class: of the same file if it has any, else of all."""
    node = s.node()
    every = [found for found in s.program.classes if dotted in found.outside]
    own = [found for found in every if found.module is site.instance.code.module]
    for found in own or every:
        s.add(node, s.of(v.OBJECT, found.number))
    return node


def _container(s: Solver, kind: str, given: tuple[Source, ...], call: Call) -> int:
    value = new(s, kind, ("rule", call.site.number))
    for index, source in enumerate(given):
        node = _evaluated(s, source, call)
        key = index if kind == "tuple" else KEYS if kind == "dict" and index == 0 else None
        s.flow(node, content(s, value, key))
    return _holding(s, value)


# -- calls ----------------------------------------------------------------------------------------------------


def _called(s: Solver, node: int, target: int, given: tuple[Source, ...], call: Call) -> None:
    site = call.site
    arguments: list[int] = []
    stars: list[tuple[int, int]] = []
    keywords: list[tuple[str, int]] = []
    doubles: list[int] = []
    for source in given:
        first = source.terms[0]
        if first.endswith(".."):
            arguments.extend(site.arguments[int(first[:-2]) :])
            keywords.extend(site.keywords)
            stars.extend(site.stars)
            doubles.extend(site.doubles)
        elif first.startswith("*"):
            star = _evaluated(s, Source((first[1:],), source.steps), call)
            stars.append((len(arguments), star))
        else:
            arguments.append(_evaluated(s, source, call))
    inner = s.site(
        site.instance,
        target,
        arguments,
        keywords=keywords,
        stars=[(index, star) for index, star in stars if star],
        doubles=doubles,
        line=site.line,
        column=site.column,
        manner=call.rule,
        sure=min(call.confidence, 0.99),
    )
    s.on(node, calls.call_by, inner, call.rule, call.confidence)
