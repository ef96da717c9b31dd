"""Literals, subscripts and unpacking."""

from __future__ import annotations

from typing import Any

from callchain.callgraph import calls
from callchain.callgraph import values as v
from callchain.callgraph.contents import KEYS, content, elements, everything, new, on_contents, under
from callchain.callgraph.hierarchy import defining
from callchain.callgraph.origins import has_unknown_source
from callchain.callgraph.solver import Instance, Solver

_PLAIN = {"builtins.list": "list", "builtins.tuple": "tuple", "builtins.dict": "dict"}
_BASES = {
    "builtins.list": "list",
    "builtins.dict": "dict",
    "builtins.set": "set",
    "builtins.tuple": "tuple",
    "collections.OrderedDict": "dict",
    "collections.defaultdict": "dict",
    "collections.UserDict": "dict",
    "collections.UserList": "list",
    "collections.deque": "list",
    "collections.abc.MutableMapping": "dict",
    "typing.List": "list",
    "typing.Dict": "dict",
}


def builtin_base(s: Solver, number: int) -> int:
    """The container that instances of a class are by inheritance, -1 for none."""
    for name in s.program.classes[number].outside:
        kind = _BASES.get(name)
        if kind is not None:
            return new(s, kind, ("class", number))
    return -1


def _used_as_key(s: Solver, key: int, kind: str, inst: Instance, line: int) -> None:
    """A dict asks a key for its hash, a list for its index."""
    if s.facts[key][0] in v.OBJECTS:
        _special(s, key, inst, 0, "__index__" if kind in ("list", "tuple") else "__hash__", [], line)


def build(s: Solver, inst: Instance, target: int, kind: str, items: Any, stars: Any, line: int) -> None:
    """A list, tuple, set, dict or generator expression."""
    value = new(s, kind, target)
    for key, node in items:
        s.flow(inst.base + node, content(s, value, key if key.__class__ in (int, str) else None))
    for star in stars:
        s.on(inst.base + star, _take_over, value, kind)
        if kind != "dict" and s.program.defines("__iter__"):
            s.on(inst.base + star, spread_object, inst, content(s, value, None), line)
    s.add(target, value)


def spread_object(s: Solver, value: int, inst: Instance, target: int, line: int) -> None:
    """`[*value]`."""
    if s.facts[value][0] in v.OBJECTS:
        from callchain.callgraph.protocols import iterate

        iterate(s, value, inst, target, line, False)
        _special(s, value, inst, 0, "__len__", [], line)


def _take_over(s: Solver, source: int, value: int, kind: str) -> None:
    fact = s.facts[source]
    if kind == "dict" and fact[0] == v.CONTAINER:
        on_contents(s, source, _copy_key, value)
    elif fact[0] in (v.CONTAINER, v.GENERATOR):
        s.flow(elements(s, source), content(s, value, None))


def _copy_key(s: Solver, key: Any, node: int, value: int) -> None:
    s.flow(node, content(s, value, key))


def read_item(
    s: Solver, value: int, inst: Instance, target: int, key: Any, key_node: int, line: int, source: int = 0
) -> None:
    """`target = value[key]`; `source` is the node that holds the value."""
    fact = s.facts[value]
    kind = fact[0]
    if kind == v.CONTAINER:
        _read_container(s, value, target, key, key_node)
        if key_node and s.program.defines("__hash__", "__index__"):
            s.on(key_node, _used_as_key, s.facts[value][1], inst, line)
    elif kind in v.OBJECTS:
        _special(s, value, inst, target, "__getitem__", [key_node], line, source)
        inherited = builtin_base(s, fact[1])
        if inherited >= 0 and defining(s.program, fact[1], "__getitem__") < 0:
            _read_container(s, inherited, target, key, key_node)
            if defining(s.program, fact[1], "__missing__") >= 0:
                _special(s, value, inst, target, "__missing__", [key_node], line)
        if key.__class__ is int:
            _named_tuple_item(s, fact[1], key, target)
        elif key.__class__ is str and "typing.TypedDict" in s.program.classes[fact[1]].outside:
            from callchain.callgraph.attributes import attribute

            s.flow(attribute(s, value, key), target)
    elif kind in (v.CLASS, v.SUBCLASS):
        _class_item(s, value, inst, target, key_node, line)
    elif kind in v.INSTANCES:
        if key_node and fact[1] in _PLAIN:
            s.on(key_node, _used_as_key, _PLAIN[fact[1]], inst, line)
        from callchain.callgraph.rules import attribute_type

        known = attribute_type(s, f"{fact[1]}[]")
        if known:
            s.add(target, s.of(v.INSTANCE, known))
    elif kind == v.OUTSIDE:
        s.add(target, value)


def _read_container(s: Solver, value: int, target: int, key: Any, key_node: int) -> None:
    if key.__class__ is str and key.startswith(":") and s.facts[value][1] != "dict":
        _slice(s, value, target, key)
    elif key is not None:
        under(s, value, key, target)
    elif key_node:
        s.on(key_node, _by_key, value, target)
        s.late.append((_if_open, (key_node, value, target)))
    else:
        s.flow(everything(s, value), target)


def _by_key(s: Solver, key: int, value: int, target: int) -> None:
    fact = s.facts[key]
    if fact[0] == v.NUMBER or (fact[0] == v.TEXT and s.facts[value][1] == "dict"):
        under(s, value, fact[1], target)
    else:
        s.flow(everything(s, value), target)


def _if_open(s: Solver, key_node: int, value: int, target: int) -> None:
    """Any element may be meant when nothing is known of the key, or when not all that it is made of is known."""
    held = s.held(key_node)
    if not held or (any(s.facts[each][0] == v.NUMBER for each in held) and has_unknown_source(s, key_node)):
        s.flow(everything(s, value), target)


def _slice(s: Solver, value: int, target: int, key: str) -> None:
    start = int(key[1:]) if key[1:] else 0
    if start <= 0:
        s.add(target, value)
        return
    part = new(s, s.facts[value][1], ("slice", value, start))
    on_contents(s, value, _shift, part, start)
    s.add(target, part)


def _shift(s: Solver, key: Any, node: int, part: int, start: int) -> None:
    if key.__class__ is int and key >= 0:
        if key >= start:
            s.flow(node, content(s, part, key - start))
    else:
        s.flow(node, content(s, part, key))


def _named_tuple_item(s: Solver, number: int, index: int, target: int) -> None:
    from callchain.callgraph.fields import field_order

    if "typing.NamedTuple" in s.program.classes[number].outside:
        names = field_order(s, number)
        if 0 <= index < len(names):
            from callchain.callgraph.attributes import field_node

            s.flow(field_node(s, number, names[index]), target)


def _class_item(s: Solver, value: int, inst: Instance, target: int, key_node: int, line: int) -> None:
    number = s.facts[value][1]
    from callchain.callgraph.attributes import is_enum, static_node

    if is_enum(s, number):
        s.add(target, s.of(v.OBJECT, number))
        return
    meta = s.program.classes[number].metaclass
    home = defining(s.program, meta, "__getitem__") if meta >= 0 else -1
    if home >= 0:
        site = s.site(inst, target, [key_node], line=line, manner="operator")
        s.on(static_node(s, home, "__getitem__"), calls.call_on, site, value, "operator", 0.9)
        return
    home = defining(s.program, number, "__class_getitem__")
    if home >= 0:
        _special(s, value, inst, target, "__class_getitem__", [key_node], line)
    s.add(target, value)


def _special(
    s: Solver,
    value: int,
    inst: Instance,
    target: int,
    method: str,
    arguments: list[int],
    line: int,
    source: int = 0,
) -> None:
    from callchain.callgraph.protocols import implicit

    implicit(s, value, inst, target, method, arguments, line, source)


def write_item(s: Solver, value: int, inst: Instance, key: Any, key_node: int, source: int, line: int) -> None:
    """`value[key] = source`."""
    fact = s.facts[value]
    if fact[0] in v.OBJECTS:
        _special(s, value, inst, 0, "__setitem__", [key_node, source], line)
        inherited = builtin_base(s, fact[1])
        if inherited < 0:
            return
        value = inherited
    elif fact[0] != v.CONTAINER:
        return
    elif key_node and s.program.defines("__hash__"):
        s.on(key_node, _used_as_key, fact[1], inst, line)
    if key.__class__ is str and key.startswith(":") and s.facts[value][1] != "dict":
        s.on(source, _take_over, value, "list")
    elif key is not None:
        s.flow(source, content(s, value, key))
        if key.__class__ is str:
            s.add(content(s, value, KEYS), s.of(v.TEXT, key))
    else:
        s.flow(source, content(s, value, None))
        if key_node:
            s.flow(key_node, content(s, value, KEYS))


def unpack(s: Solver, value: int, inst: Instance, target: int, index: Any, line: int) -> None:
    """One target of `a, *b, c = value`; `index` is `*n` for the starred one."""
    fact = s.facts[value]
    if fact[0] == v.CONTAINER and index.__class__ is int and index >= 0 and fact[1] != "dict":
        under(s, value, index, target)
    elif fact[0] == v.CONTAINER and index.__class__ is str:
        rest = new(s, "list", ("rest", target))
        on_contents(s, value, _shift, rest, int(index[1:]))
        s.add(target, rest)
    elif fact[0] in (v.CONTAINER, v.GENERATOR):
        s.flow(elements(s, value), target)
    elif fact[0] in v.OBJECTS:
        if index.__class__ is int:
            _named_tuple_item(s, fact[1], index, target)
        from callchain.callgraph.protocols import iterate

        iterate(s, value, inst, target, line, False)
