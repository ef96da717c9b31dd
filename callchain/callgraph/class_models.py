"""What class bodies use, and classes as values: `super`, `property`, `type`."""

from __future__ import annotations

from callchain.callgraph import values as v
from callchain.callgraph.arguments import Model, argument, keyword
from callchain.callgraph.attributes import class_of
from callchain.callgraph.contents import content, elements, new
from callchain.callgraph.hierarchy import below
from callchain.callgraph.solver import CallSite, Instance, Solver
from callchain.facts import ir


def _super(s: Solver, site: CallSite, _receiver: int) -> None:
    if not site.result:
        return
    if site.arguments:
        s.on(argument(site, 0), _super_of, site)
        return
    inst: Instance | None = site.instance
    while inst is not None and inst.code.owner < 0:
        inst = inst.parent
    if inst is not None and inst.code.ir.positional:
        start = inst.code.owner
        s.on(inst.base + ir.FIRST_PARAMETER, _make_super, start, site.result)


def _super_of(s: Solver, value: int, site: CallSite) -> None:
    fact = s.facts[value]
    if fact[0] in (v.CLASS, v.SUBCLASS):
        s.on(argument(site, 1), _make_super, fact[1], site.result)


def _make_super(s: Solver, receiver: int, start: int, result: int) -> None:
    if s.facts[receiver][0] in (v.OBJECT, v.DECLARED, v.CLASS, v.SUBCLASS):
        s.add(result, s.of(v.SUPER, start, receiver))


def _property(s: Solver, site: CallSite, _receiver: int) -> None:
    getter, setter, deleter = (argument(site, index) for index in range(3))
    getter = getter or keyword(site, "fget")
    setter = setter or keyword(site, "fset")
    if getter:
        s.on(getter, _with_getter, setter, deleter, site.result)
    elif setter:
        s.on(setter, _with_setter, -1, -1, site.result)


def _with_getter(s: Solver, getter: int, setter: int, deleter: int, result: int) -> None:
    if not result:
        return
    if setter:
        s.on(setter, _with_setter, getter, deleter and -1, result)
    s.add(result, s.of(v.PROPERTY, getter, -1, -1))


def _with_setter(s: Solver, setter: int, getter: int, deleter: int, result: int) -> None:
    if result:
        s.add(result, s.of(v.PROPERTY, getter, setter, deleter))


def _wrap(kind: int) -> Model:
    def model(s: Solver, site: CallSite, _receiver: int) -> None:
        if site.result:
            s.on(argument(site, 0), _wrapped, kind, site.result)

    return model


def _wrapped(s: Solver, value: int, kind: int, result: int) -> None:
    if kind == v.PROPERTY:
        s.add(result, s.of(v.PROPERTY, value, -1, -1))
    else:
        s.add(result, s.of(kind, value))


def _type_new(s: Solver, site: CallSite, receiver: int) -> None:
    """`super().__new__(mcs, …)` in a metaclass gives the classes that it is the metaclass of."""
    given = argument(site, 0)
    for value in [receiver] if receiver >= 0 else sorted(s.held(given)) if given else ():
        fact = s.facts[value]
        if fact[0] in (v.CLASS, v.SUBCLASS) and site.result:
            _made_by(s, fact[1], site.result)


def _made_by(s: Solver, metaclass: int, result: int) -> None:
    for found in s.program.classes:
        meta = found.metaclass
        inherited = any(s.program.classes[base].metaclass == meta for base in found.bases)
        if meta >= 0 and not inherited and metaclass in s.program.classes[meta].mro_set:
            s.add(result, s.of(v.SUBCLASS, found.number))


def _type(s: Solver, site: CallSite, _receiver: int) -> None:
    if len(site.arguments) == 3:
        s.on(argument(site, 1), _derived, site)
        return
    if site.result and len(site.arguments) == 1:
        s.on(argument(site, 0), _type_of, site.result)


def _derived(s: Solver, bases: int, site: CallSite) -> None:
    """`type(name, bases, namespace)` makes a class below the bases."""
    if s.facts[bases][0] == v.CONTAINER:
        s.on(elements(s, bases), _below, site)


def _below(s: Solver, base: int, site: CallSite) -> None:
    from callchain.callgraph.linking import creation

    fact = s.facts[base]
    if fact[0] in (v.CLASS, v.SUBCLASS):
        creation(s, site.instance, fact[1], site.line, -1)
        if site.result:
            s.add(site.result, s.of(v.SUBCLASS, fact[1]))


def _type_of(s: Solver, value: int, result: int) -> None:
    if s.facts[value][0] in v.OBJECTS:
        s.add(result, class_of(s, value))


def _new_object(s: Solver, site: CallSite, _receiver: int) -> None:
    if site.result:
        s.on(argument(site, 0), _instance_of, site.result)


def _instance_of(s: Solver, value: int, result: int) -> None:
    kind = s.facts[value][0]
    if kind in (v.CLASS, v.SUBCLASS):
        s.add(result, s.of(v.OBJECT if kind == v.CLASS else v.DECLARED, s.facts[value][1]))


def _type_call(s: Solver, site: CallSite, receiver: int) -> None:
    from callchain.callgraph.construct import make

    if receiver >= 0 and s.facts[receiver][0] in (v.CLASS, v.SUBCLASS):
        make(s, receiver, site, "constructor", 0.9)


def _subclasses(s: Solver, site: CallSite, receiver: int) -> None:
    if receiver >= 0 and site.result:
        view = new(s, "list", ("subclasses", receiver))
        for each in below(s.program, s.facts[receiver][1]):
            s.add(content(s, view, None), s.of(v.CLASS, each))
        s.add(site.result, view)


def _managed(s: Solver, site: CallSite, _receiver: int) -> None:
    if site.result:
        s.on(argument(site, 0), _wrapped, v.MANAGED, site.result)


CLASS_MODELS: dict[str, Model] = {
    "builtins.super": _super,
    "builtins.property": _property,
    "abc.abstractproperty": _property,
    "builtins.staticmethod": _wrap(v.STATIC_METHOD),
    "builtins.classmethod": _wrap(v.CLASS_METHOD),
    "functools.cached_property": _wrap(v.PROPERTY),
    "functools.singledispatch": _wrap(v.DISPATCHER),
    "functools.singledispatchmethod": _wrap(v.DISPATCHER),
    "contextlib.contextmanager": _managed,
    "contextlib.asynccontextmanager": _managed,
    "builtins.type": _type,
    "builtins.type.__call__": _type_call,
    "builtins.type.__new__": _type_new,
    "builtins.type.__subclasses__": _subclasses,
    "builtins.object.__new__": _new_object,
}
