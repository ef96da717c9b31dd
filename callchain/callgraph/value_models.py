"""Builtins that run special methods or hand elements on: `len`, `max`, `next`, `dict`."""

from __future__ import annotations

from callchain.callgraph import calls, protocols
from callchain.callgraph import values as v
from callchain.callgraph.arguments import Model, argument, keyword
from callchain.callgraph.contents import KEYS, content, elements, new
from callchain.callgraph.solver import CallSite, Solver
from callchain.facts import ir


def _runs(*methods: str) -> Model:
    """A builtin that calls a special method of its first argument."""

    def model(s: Solver, site: CallSite, _receiver: int) -> None:
        for method in methods:
            s.on(argument(site, 0), protocols.implicit, site.instance, 0, method, [], site.line, argument(site, 0))

    return model


def _extreme(s: Solver, site: CallSite, _receiver: int) -> None:
    """`min` and `max`, of several arguments or of the elements of one."""
    given = site.arguments if len(site.arguments) > 1 or site.stars else []
    compared = s.node()
    for node in given:
        s.flow(node, compared)
    for node in [star for _, star in site.stars] or ([] if given else site.arguments):
        s.on(node, protocols.iterate, site.instance, compared, site.line, False)
    key = keyword(site, "key")
    if key:
        inner = s.site(site.instance, 0, [compared], line=site.line, column=site.column)
        s.on(key, calls.call_by, inner, "callback", 0.9)
    else:
        s.on(compared, _ordered, site)
    s.flow(compared, site.result)
    s.flow(keyword(site, "default"), site.result)


def _ordered(s: Solver, value: int, site: CallSite) -> None:
    for method in ("__lt__", "__gt__"):
        if s.facts[value][0] in v.OBJECTS:
            protocols.implicit(s, value, site.instance, 0, method, [0], site.line)


def _reversed(s: Solver, site: CallSite, _receiver: int) -> None:
    s.on(argument(site, 0), _backwards, site)


def _backwards(s: Solver, value: int, site: CallSite) -> None:
    view = new(s, "list", ("reversed", site.number))
    if s.facts[value][0] in v.OBJECTS:
        made = s.node()
        protocols.implicit(s, value, site.instance, made, "__reversed__", [], site.line)
        s.on(made, protocols.iterate, site.instance, content(s, view, None), site.line, False)
    else:
        s.flow(elements(s, value), content(s, view, None))
    if site.result:
        s.add(site.result, view)


def _binary(method: str) -> Model:
    def model(s: Solver, site: CallSite, _receiver: int) -> None:
        reflected = f"__r{method[2:]}"
        left, right = argument(site, 0), argument(site, 1)
        protocols.operate(s, site.instance, site.result or s.node(), left, right, method, reflected, site.line)

    return model


def _next(s: Solver, site: CallSite, _receiver: int) -> None:
    s.flow(argument(site, 1), site.result)
    s.on(argument(site, 0), _advance, site)


def _advance(s: Solver, value: int, site: CallSite) -> None:
    if s.facts[value][0] in v.OBJECTS:
        protocols.implicit(s, value, site.instance, site.result, "__next__", [], site.line)
        return
    s.flow(elements(s, value), site.result)


def _send(s: Solver, site: CallSite, receiver: int) -> None:
    """`generator.send(value)`: the value arrives where the generator waits, and the next one comes back."""
    if receiver < 0 or s.facts[receiver][0] != v.GENERATOR:
        return
    running = s.instances[s.facts[receiver][1]]
    sent = running.code.ir.cells.get(ir.SENT)
    if sent:
        s.flow(argument(site, 0), running.base + sent)
    _advance(s, receiver, site)


def _iter(s: Solver, site: CallSite, _receiver: int) -> None:
    s.on(argument(site, 0), _start, site)


def _start(s: Solver, value: int, site: CallSite) -> None:
    if s.facts[value][0] in v.OBJECTS:
        protocols.implicit(s, value, site.instance, site.result or s.node(), "__iter__", [], site.line)
    elif site.result:
        s.add(site.result, value)


def _dict(s: Solver, site: CallSite, _receiver: int) -> None:
    from callchain.callgraph.methods import call_method

    value = new(s, "dict", ("made", site.number))
    call_method(s, value, "update", s.site(site.instance, 0, [], keywords=site.keywords, doubles=site.doubles))
    for node in site.arguments:
        s.on(node, _dict_from, value)
    for name, _ in site.keywords:
        s.add(content(s, value, KEYS), s.of(v.TEXT, name))
    if site.result:
        s.add(site.result, value)


def _dict_from(s: Solver, source: int, value: int) -> None:
    from callchain.callgraph.containers import _take_over

    fact = s.facts[source]
    if fact[0] == v.CONTAINER and fact[1] == "dict":
        _take_over(s, source, value, "dict")
    elif fact[0] in (v.CONTAINER, v.GENERATOR):
        s.on(elements(s, source), _dict_pair, value)


def _dict_pair(s: Solver, pair: int, value: int) -> None:
    from callchain.callgraph.contents import under

    if s.facts[pair][0] == v.CONTAINER:
        under(s, pair, 0, content(s, value, KEYS))
        under(s, pair, 1, content(s, value, None))


VALUE_MODELS: dict[str, Model] = {
    "builtins.min": _extreme,
    "builtins.max": _extreme,
    "builtins.reversed": _reversed,
    "builtins.divmod": _binary("__divmod__"),
    "builtins.pow": _binary("__pow__"),
    "builtins.len": _runs("__len__"),
    "builtins.bool": _runs("__bool__"),
    "builtins.hash": _runs("__hash__"),
    "builtins.abs": _runs("__abs__"),
    "builtins.int": _runs("__int__"),
    "builtins.float": _runs("__float__"),
    "builtins.round": _runs("__round__"),
    "builtins.dir": _runs("__dir__"),
    "builtins.bytes": _runs("__bytes__"),
    "builtins.next": _next,
    "builtins.iter": _iter,
    "builtins.generator.send": _send,
    "builtins.generator.__next__": _send,
    "builtins.generator.throw": _send,
    "builtins.dict": _dict,
    "collections.OrderedDict": _dict,
}
