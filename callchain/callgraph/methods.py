"""Methods of the builtin containers, and of properties and dispatchers: how values go in and come out."""

from __future__ import annotations

from collections.abc import Callable

from callchain.callgraph import calls
from callchain.callgraph import values as v
from callchain.callgraph.arguments import argument
from callchain.callgraph.containers import _take_over
from callchain.callgraph.contents import KEYS, content, elements, everything, new
from callchain.callgraph.solver import CallSite, Solver

Method = Callable[[Solver, int, CallSite], None]


def call_method(s: Solver, holder: int, name: str, site: CallSite) -> None:
    """A method of something that is no object of the root is called."""
    kind = s.facts[holder][0]
    if kind == v.PROPERTY:
        _accessor(s, holder, name, site)
    elif kind == v.DISPATCHER:
        _register(s, holder, site)
    else:
        if site.sure == 1:
            s.leaves(site, f"builtins.{s.facts[holder][1]}.{name}", "external", 0.95)
        action = _METHODS.get(name)
        if action is not None:
            action(s, holder, site)


def _put(s: Solver, holder: int, site: CallSite) -> None:
    s.flow(argument(site, 0), content(s, holder, None))


def _insert(s: Solver, holder: int, site: CallSite) -> None:
    s.flow(argument(site, 1), content(s, holder, None))


def _extend(s: Solver, holder: int, site: CallSite) -> None:
    for node in site.arguments:
        s.on(node, _take_over, holder, s.facts[holder][1])
    for name, node in site.keywords:
        s.flow(node, content(s, holder, name))
    for node in site.doubles:
        s.on(node, _take_over, holder, "dict")


def _get(s: Solver, holder: int, site: CallSite) -> None:
    if s.facts[holder][1] != "dict":
        s.flow(everything(s, holder), site.result)
        return
    s.flow(argument(site, 1), site.result)
    key = argument(site, 0)
    from callchain.callgraph.containers import _read_container

    _read_container(s, holder, site.result, None, key) if key else s.flow(everything(s, holder), site.result)


def _setdefault(s: Solver, holder: int, site: CallSite) -> None:
    s.flow(argument(site, 1), content(s, holder, None))
    s.flow(argument(site, 0), content(s, holder, KEYS))
    _get(s, holder, site)


def _values(s: Solver, holder: int, site: CallSite) -> None:
    view = new(s, "list", ("values", holder))
    s.flow(everything(s, holder), content(s, view, None))
    s.add(site.result, view) if site.result else None


def _keys(s: Solver, holder: int, site: CallSite) -> None:
    view = new(s, "list", ("keys", holder))
    s.flow(content(s, holder, KEYS), content(s, view, None))
    s.add(site.result, view) if site.result else None


def _items(s: Solver, holder: int, site: CallSite) -> None:
    pair = new(s, "tuple", ("pair", holder))
    s.flow(content(s, holder, KEYS), content(s, pair, 0))
    s.flow(everything(s, holder), content(s, pair, 1))
    view = new(s, "list", ("items", holder))
    s.add(content(s, view, None), pair)
    s.add(site.result, view) if site.result else None


def _popitem(s: Solver, holder: int, site: CallSite) -> None:
    pair = new(s, "tuple", ("pair", holder))
    s.flow(content(s, holder, KEYS), content(s, pair, 0))
    s.flow(everything(s, holder), content(s, pair, 1))
    s.add(site.result, pair) if site.result else None


def _same(s: Solver, holder: int, site: CallSite) -> None:
    if site.result:
        s.add(site.result, holder)


def _union(s: Solver, holder: int, site: CallSite) -> None:
    both = new(s, s.facts[holder][1], ("union", site.number))
    _take_over(s, holder, both, s.facts[holder][1])
    for node in site.arguments:
        s.on(node, _take_over, both, s.facts[holder][1])
    if site.result:
        s.add(site.result, both)


def _sort(s: Solver, holder: int, site: CallSite) -> None:
    for name, node in site.keywords:
        if name == "key":
            inner = s.site(site.instance, 0, [elements(s, holder)], line=site.line, column=site.column)
            s.on(node, calls.call_by, inner, "callback", 0.9)
    s.on(elements(s, holder), _compared, site)


def _compared(s: Solver, value: int, site: CallSite) -> None:
    from callchain.callgraph.protocols import implicit

    implicit(s, value, site.instance, 0, "__lt__", [0], site.line)


def _advance(s: Solver, holder: int, site: CallSite) -> None:
    s.flow(elements(s, holder), site.result)


_METHODS: dict[str, Method] = {
    "append": _put,
    "appendleft": _put,
    "add": _put,
    "insert": _insert,
    "extend": _extend,
    "extendleft": _extend,
    "update": _extend,
    "get": _get,
    "pop": _get,
    "popleft": _get,
    "setdefault": _setdefault,
    "values": _values,
    "keys": _keys,
    "items": _items,
    "popitem": _popitem,
    "copy": _same,
    "__iter__": _same,
    "__getitem__": _get,
    "union": _union,
    "intersection": _same,
    "difference": _same,
    "sort": _sort,
    "__next__": _advance,
    "send": _advance,
}


# -- property.setter and singledispatch.register --------------------------------------------------------------


def _accessor(s: Solver, holder: int, name: str, site: CallSite) -> None:
    """`@x.setter`: the property with another function in one place."""
    s.settle(site)
    place = {"getter": 1, "setter": 2, "deleter": 3}[name]
    s.on(argument(site, 0), _replaced, holder, place, site.result)


def _replaced(s: Solver, function: int, holder: int, place: int, result: int) -> None:
    fact = list(s.facts[holder])
    fact[place] = function
    s.add(result, s.of(*fact))


def _register(s: Solver, holder: int, site: CallSite) -> None:
    """`@f.register`, plain or with a type."""
    from callchain.callgraph.attributes import attribute

    s.settle(site)
    for given in site.arguments:
        s.on(given, _registered, holder, attribute(s, holder, "*registered"), site.result)


def _registered(s: Solver, value: int, holder: int, node: int, result: int) -> None:
    if s.facts[value][0] in (v.FUNCTION, v.BOUND):
        s.add(node, value)
        if result:
            s.add(result, value)
    elif result:
        s.add(result, s.of(v.METHOD_OF, holder, "register"))
