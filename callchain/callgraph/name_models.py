"""Functions that go by names or make functions: `getattr`, `import_module`, `partial`, `attrgetter`."""

from __future__ import annotations

from callchain.callgraph import calls, evaluation
from callchain.callgraph import values as v
from callchain.callgraph.arguments import Model, argument
from callchain.callgraph.attributes import read, write
from callchain.callgraph.contents import content, new
from callchain.callgraph.solver import CallSite, Solver


def _getattr(s: Solver, site: CallSite, _receiver: int) -> None:
    s.flow(argument(site, 2), site.result)
    s.on(argument(site, 1), _getattr_named, site)
    if site.result and site.instance.code.ir.parameters:
        s.late.append((evaluation.read_unnamed, (site,)))


def _getattr_named(s: Solver, name: int, site: CallSite) -> None:
    fact = s.facts[name]
    target = site.result or s.node()
    if fact[0] == v.TEXT:
        s.on(argument(site, 0), evaluation.read_named, site.instance, target, fact[1], site.line)
    elif fact[0] == v.PREFIX:
        s.on(argument(site, 0), evaluation.read_prefixed, site.instance, target, fact[1], site.line)


def _setattr(s: Solver, site: CallSite, _receiver: int) -> None:
    s.on(argument(site, 1), _setattr_named, site)


def _setattr_named(s: Solver, name: int, site: CallSite) -> None:
    fact = s.facts[name]
    if fact[0] == v.TEXT:
        s.on(argument(site, 0), write, site.instance, fact[1], argument(site, 2), site.line)


def _hasattr(s: Solver, site: CallSite, _receiver: int) -> None:
    s.on(argument(site, 1), _getattr_named, _silent(s, site))


def _silent(s: Solver, site: CallSite) -> CallSite:
    return s.site(site.instance, 0, site.arguments, line=site.line, column=site.column, manner=site.manner)


def _partial(s: Solver, site: CallSite, _receiver: int) -> None:
    if site.result:
        s.add(site.result, s.of(v.PARTIAL, site.number))


def _getter(kind: str) -> Model:
    def model(s: Solver, site: CallSite, _receiver: int) -> None:
        if site.result:
            s.on(argument(site, 0), _make_getter, kind, site)

    return model


def _make_getter(s: Solver, name: int, kind: str, site: CallSite) -> None:
    fact = s.facts[name]
    if fact[0] == v.TEXT:
        s.add(site.result, s.of(v.GETTER, kind, fact[1], site.number))


def call_getter(s: Solver, value: int, site: CallSite) -> None:
    """An attrgetter, itemgetter or methodcaller is called."""
    _, kind, name, made = s.facts[value]
    s.settle(site)
    target = site.result or s.node()
    if kind == "attribute":
        node, names = argument(site, 0), name.split(".")
        for part in names[:-1]:
            following = s.node()
            s.on(node, read, site.instance, following, part, site.line)
            node = following
        s.on(node, read, site.instance, target, names[-1], site.line)
    elif kind == "method":
        method = s.node()
        s.on(argument(site, 0), read, site.instance, method, name, site.line)
        given = s.sites[made]
        inner = s.site(
            site.instance, target, given.arguments[1:], keywords=given.keywords, line=site.line, column=site.column
        )
        s.on(method, calls.call_by, inner, "methodcaller", 0.9)


def _wraps(s: Solver, site: CallSite, receiver: int) -> None:
    """`@wraps(function)`, and `update_wrapper(wrapper, function)`: the wrapper knows what it wraps."""
    from callchain.callgraph.holding import held

    s.flow(argument(site, 0), site.result)
    wrapped = held(s, receiver) if receiver >= 0 else argument(site, 1)
    s.on(argument(site, 0), write, site.instance, "__wrapped__", wrapped, site.line)


def _import_module(s: Solver, site: CallSite, _receiver: int) -> None:
    s.on(argument(site, 0), _imported, site)


def _imported(s: Solver, name: int, site: CallSite) -> None:
    from callchain.callgraph.linking import import_edges, module_value
    from callchain.facts.imports import absolute

    fact = s.facts[name]
    if fact[0] != v.TEXT:
        return
    text = fact[1]
    if text.startswith("."):
        facts = site.instance.code.module.facts
        package = facts.module if facts.is_package else facts.module.rpartition(".")[0]
        bare = text.lstrip(".")
        text = absolute(package, bare, len(text) - len(bare))
    import_edges(s, site.instance, text, site.line)
    if site.result:
        s.add(site.result, module_value(s, text))


def _globals(s: Solver, site: CallSite, _receiver: int) -> None:
    """`globals()` and `vars()`: the names of the module as a dict."""
    if not site.result or site.arguments:
        return
    module = site.instance.code.module
    value = new(s, "dict", ("globals", module.number))
    if site.first(("filled", value)):
        for name in module.ir.globals:
            s.flow(s.global_node(module.number, name), content(s, value, name))
    s.add(site.result, value)


NAME_MODELS: dict[str, Model] = {
    "builtins.getattr": _getattr,
    "builtins.object.__getattribute__": _getattr,
    "builtins.setattr": _setattr,
    "builtins.hasattr": _hasattr,
    "functools.partial": _partial,
    "functools.partialmethod": _partial,
    "operator.attrgetter": _getter("attribute"),
    "operator.methodcaller": _getter("method"),
    "functools.wraps.__call__": _wraps,
    "functools.update_wrapper": _wraps,
    "importlib.import_module": _import_module,
    "builtins.__import__": _import_module,
    "builtins.globals": _globals,
}
