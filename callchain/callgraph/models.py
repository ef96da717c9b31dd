"""Builtins and standard functions whose meaning a rule file cannot say: `super`, `getattr`, `property`."""

from __future__ import annotations

from collections.abc import Callable

from callchain.callgraph import calls, evaluation, protocols
from callchain.callgraph import values as v
from callchain.callgraph.attributes import class_of, read, write
from callchain.callgraph.contents import KEYS, content, elements, new
from callchain.callgraph.hierarchy import below
from callchain.callgraph.solver import CallSite, Instance, Solver
from callchain.facts import ir

Model = Callable[[Solver, CallSite, int], None]


def _argument(site: CallSite, index: int) -> int:
    return site.arguments[index] if index < len(site.arguments) else 0


def _keyword(site: CallSite, wanted: str) -> int:
    return next((node for name, node in site.keywords if name == wanted), 0)


# -- super ----------------------------------------------------------------------------------------------------


def _super(s: Solver, site: CallSite, _receiver: int) -> None:
    if not site.result:
        return
    if site.arguments:
        s.on(_argument(site, 0), _super_of, site)
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
        s.on(_argument(site, 1), _make_super, fact[1], site.result)


def _make_super(s: Solver, receiver: int, start: int, result: int) -> None:
    if s.facts[receiver][0] in (v.OBJECT, v.DECLARED, v.CLASS, v.SUBCLASS):
        s.add(result, s.of(v.SUPER, start, receiver))


# -- what a class body uses -----------------------------------------------------------------------------------


def _property(s: Solver, site: CallSite, _receiver: int) -> None:
    getter, setter, deleter = (_argument(site, index) for index in range(3))
    getter = getter or _keyword(site, "fget")
    setter = setter or _keyword(site, "fset")
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
            s.on(_argument(site, 0), _wrapped, kind, site.result)

    return model


def _wrapped(s: Solver, value: int, kind: int, result: int) -> None:
    if kind == v.PROPERTY:
        s.add(result, s.of(v.PROPERTY, value, -1, -1))
    else:
        s.add(result, s.of(kind, value))


# -- attributes by name ---------------------------------------------------------------------------------------


def _getattr(s: Solver, site: CallSite, _receiver: int) -> None:
    s.flow(_argument(site, 2), site.result)
    s.on(_argument(site, 1), _getattr_named, site)


def _getattr_named(s: Solver, name: int, site: CallSite) -> None:
    fact = s.facts[name]
    target = site.result or s.node()
    if fact[0] == v.TEXT:
        s.on(_argument(site, 0), read, site.instance, target, fact[1], site.line)
    elif fact[0] == v.PREFIX:
        s.on(_argument(site, 0), evaluation.read_prefixed, site.instance, target, fact[1], site.line)


def _setattr(s: Solver, site: CallSite, _receiver: int) -> None:
    s.on(_argument(site, 1), _setattr_named, site)


def _setattr_named(s: Solver, name: int, site: CallSite) -> None:
    fact = s.facts[name]
    if fact[0] == v.TEXT:
        s.on(_argument(site, 0), write, site.instance, fact[1], _argument(site, 2), site.line)


def _hasattr(s: Solver, site: CallSite, _receiver: int) -> None:
    s.on(_argument(site, 1), _getattr_named, _silent(s, site))


def _silent(s: Solver, site: CallSite) -> CallSite:
    return s.site(site.instance, 0, site.arguments, line=site.line, column=site.column, manner=site.manner)


def _type_new(s: Solver, site: CallSite, receiver: int) -> None:
    """`super().__new__(mcs, …)` in a metaclass gives the classes that it is the metaclass of."""
    given = _argument(site, 0)
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
        s.on(_argument(site, 1), _derived, site)
        return
    if site.result and len(site.arguments) == 1:
        s.on(_argument(site, 0), _type_of, site.result)


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
        s.on(_argument(site, 0), _instance_of, site.result)


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


# -- functions that make functions ----------------------------------------------------------------------------


def _partial(s: Solver, site: CallSite, _receiver: int) -> None:
    if site.result:
        s.add(site.result, s.of(v.PARTIAL, site.number))


def _getter(kind: str) -> Model:
    def model(s: Solver, site: CallSite, _receiver: int) -> None:
        if site.result:
            s.on(_argument(site, 0), _make_getter, kind, site)

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
        node, names = _argument(site, 0), name.split(".")
        for part in names[:-1]:
            following = s.node()
            s.on(node, read, site.instance, following, part, site.line)
            node = following
        s.on(node, read, site.instance, target, names[-1], site.line)
    elif kind == "method":
        method = s.node()
        s.on(_argument(site, 0), read, site.instance, method, name, site.line)
        given = s.sites[made]
        inner = s.site(
            site.instance, target, given.arguments[1:], keywords=given.keywords, line=site.line, column=site.column
        )
        s.on(method, calls.call_by, inner, "methodcaller", 0.9)


def _runs(*methods: str) -> Model:
    """A builtin that calls a special method of its first argument."""

    def model(s: Solver, site: CallSite, _receiver: int) -> None:
        for method in methods:
            s.on(
                _argument(site, 0), protocols.implicit, site.instance, 0, method, [], site.line, _argument(site, 0)
            )

    return model


def _extreme(s: Solver, site: CallSite, _receiver: int) -> None:
    """`min` and `max`, of several arguments or of the elements of one."""
    given = site.arguments if len(site.arguments) > 1 or site.stars else []
    compared = s.node()
    for node in given:
        s.flow(node, compared)
    for node in [star for _, star in site.stars] or ([] if given else site.arguments):
        s.on(node, protocols.iterate, site.instance, compared, site.line, False)
    key = _keyword(site, "key")
    if key:
        inner = s.site(site.instance, 0, [compared], line=site.line, column=site.column)
        s.on(key, calls.call_by, inner, "callback", 0.9)
    else:
        s.on(compared, _ordered, site)
    s.flow(compared, site.result)
    s.flow(_keyword(site, "default"), site.result)


def _ordered(s: Solver, value: int, site: CallSite) -> None:
    for method in ("__lt__", "__gt__"):
        if s.facts[value][0] in v.OBJECTS:
            protocols.implicit(s, value, site.instance, 0, method, [0], site.line)


def _reversed(s: Solver, site: CallSite, _receiver: int) -> None:
    s.on(_argument(site, 0), _backwards, site)


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
        left, right = _argument(site, 0), _argument(site, 1)
        protocols.operate(s, site.instance, site.result or s.node(), left, right, method, reflected, site.line)

    return model


def _wraps(s: Solver, site: CallSite, receiver: int) -> None:
    """`@wraps(function)`, and `update_wrapper(wrapper, function)`: the wrapper knows what it wraps."""
    from callchain.callgraph.holding import held

    s.flow(_argument(site, 0), site.result)
    wrapped = held(s, receiver) if receiver >= 0 else _argument(site, 1)
    s.on(_argument(site, 0), write, site.instance, "__wrapped__", wrapped, site.line)


def _template(s: Solver, site: CallSite, receiver: int) -> None:
    """`"visit_{}".format(x)`: the beginning is known."""
    if not site.result:
        return
    s.add(site.result, s.of(v.INSTANCE, "builtins.str"))
    if receiver >= 0 and s.facts[receiver][0] in (v.TEXT, v.PREFIX):
        start = s.facts[receiver][1].partition("{")[0].partition("%")[0]
        if start:
            s.add(site.result, s.of(v.PREFIX, start))


def _recased(change: Callable[[str], str]) -> Model:
    """A method of a string that gives another string of which something is known."""

    def model(s: Solver, site: CallSite, receiver: int) -> None:
        if not site.result:
            return
        fact = s.facts[receiver] if receiver >= 0 else (v.INSTANCE, "")
        if fact[0] in (v.TEXT, v.PREFIX):
            s.add(site.result, s.of(fact[0], change(fact[1])))
        else:
            s.add(site.result, s.of(v.INSTANCE, "builtins.str"))

    return model


def _parted(method: str) -> Model:
    """`"package.module:name".partition(":")` and its kin, of known texts."""

    def model(s: Solver, site: CallSite, receiver: int) -> None:
        text = s.facts[receiver] if receiver >= 0 else (v.INSTANCE, "")
        if site.result and text[0] == v.TEXT:
            s.on(_argument(site, 0), _part, text[1], method, site)

    return model


def _part(s: Solver, separator: int, text: str, method: str, site: CallSite) -> None:
    fact = s.facts[separator]
    if fact[0] != v.TEXT:
        return
    parts = getattr(text, method)(*((fact[1],) if "part" in method else (fact[1], len(site.arguments) > 1 or -1)))
    value = new(s, "tuple", ("parts", method, text, fact[1]))
    for index, part in enumerate(parts):
        s.add(content(s, value, index), s.of(v.TEXT, part))
        s.add(content(s, value, index - len(parts)), s.of(v.TEXT, part))
    s.add(site.result, value)


def _text_of(method: str) -> Model:
    def model(s: Solver, site: CallSite, _receiver: int) -> None:
        s.on(_argument(site, 0), protocols.implicit, site.instance, 0, method, [], site.line, _argument(site, 0))
        if site.result:
            s.add(site.result, s.of(v.INSTANCE, "builtins.str"))

    return model


def _next(s: Solver, site: CallSite, _receiver: int) -> None:
    s.flow(_argument(site, 1), site.result)
    s.on(_argument(site, 0), _advance, site)


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
        s.flow(_argument(site, 0), running.base + sent)
    _advance(s, receiver, site)


def _iter(s: Solver, site: CallSite, _receiver: int) -> None:
    s.on(_argument(site, 0), _start, site)


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


# -- modules by name ------------------------------------------------------------------------------------------


def _import_module(s: Solver, site: CallSite, _receiver: int) -> None:
    s.on(_argument(site, 0), _imported, site)


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


def _managed(s: Solver, site: CallSite, _receiver: int) -> None:
    if site.result:
        s.on(_argument(site, 0), _wrapped, v.MANAGED, site.result)


MODELS: dict[str, Model] = {
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
    "builtins.getattr": _getattr,
    "builtins.setattr": _setattr,
    "builtins.hasattr": _hasattr,
    "builtins.type": _type,
    "builtins.type.__call__": _type_call,
    "builtins.type.__new__": _type_new,
    "builtins.type.__subclasses__": _subclasses,
    "builtins.object.__new__": _new_object,
    "functools.partial": _partial,
    "functools.partialmethod": _partial,
    "operator.attrgetter": _getter("attribute"),
    "operator.methodcaller": _getter("method"),
    "builtins.min": _extreme,
    "builtins.max": _extreme,
    "builtins.reversed": _reversed,
    "builtins.divmod": _binary("__divmod__"),
    "builtins.pow": _binary("__pow__"),
    "functools.wraps.__call__": _wraps,
    "functools.update_wrapper": _wraps,
    "builtins.len": _runs("__len__"),
    "builtins.bool": _runs("__bool__"),
    "builtins.hash": _runs("__hash__"),
    "builtins.abs": _runs("__abs__"),
    "builtins.int": _runs("__int__"),
    "builtins.float": _runs("__float__"),
    "builtins.round": _runs("__round__"),
    "builtins.dir": _runs("__dir__"),
    "builtins.str": _text_of("__str__"),
    "builtins.repr": _text_of("__repr__"),
    "builtins.format": _text_of("__format__"),
    "builtins.bytes": _runs("__bytes__"),
    "builtins.str.format": _template,
    "builtins.str.lower": _recased(str.lower),
    "builtins.str.upper": _recased(str.upper),
    "builtins.str.strip": _recased(str.strip),
    **{f"builtins.str.{method}": _parted(method) for method in ("partition", "rpartition", "split", "rsplit")},
    "builtins.next": _next,
    "builtins.iter": _iter,
    "builtins.generator.send": _send,
    "builtins.generator.__next__": _send,
    "builtins.generator.throw": _send,
    "builtins.dict": _dict,
    "collections.OrderedDict": _dict,
    "importlib.import_module": _import_module,
    "builtins.__import__": _import_module,
    "builtins.globals": _globals,
}
