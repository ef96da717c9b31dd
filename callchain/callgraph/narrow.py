"""What `isinstance`, `except` and `callable` leave of a variable's values."""

from __future__ import annotations

from typing import cast

from callchain.callgraph import values as v
from callchain.callgraph.contents import everything
from callchain.callgraph.solver import Solver

_CONTAINERS = {
    "builtins.list": ("list",),
    "builtins.tuple": ("tuple",),
    "builtins.dict": ("dict",),
    "builtins.set": ("set",),
    "collections.abc.Mapping": ("dict",),
    "collections.abc.Sequence": ("list", "tuple"),
    "collections.abc.Iterable": ("list", "tuple", "set", "dict", "generator"),
}


def by_class(s: Solver, target: int, source: int, classes: list[int], code: int) -> None:
    """`target` holds the values of `source` that are, or are not, instances of the classes.

    The code is that of `NARROW`: whether they are kept, and whether subclasses are meant and not instances.
    """
    if not code & 1:
        s.on(source, _drop, target, tuple(classes), code > 1)
        return
    for node in classes:
        s.on(node, _kept, source, target, code > 1)


def _kept(s: Solver, kind: int, source: int, target: int, subclass: bool) -> None:
    """One class of an `isinstance` is known."""
    fact = s.facts[kind]
    if fact[0] == v.CONTAINER:
        # A tuple of classes may hold itself, where what is asked for is put together from what was asked for.
        if (kind, source, target, subclass) in s.narrowed:
            return
        s.narrowed.add((kind, source, target, subclass))
        s.on(everything(s, kind), _kept, source, target, subclass)
        return
    s.on(source, _keep, kind, target, subclass)
    if subclass:
        return
    if fact[0] in (v.CLASS, v.SUBCLASS):
        if source:
            s.late.append((_seed, (kind, target)))
        else:
            s.add(target, s.of(v.DECLARED, fact[1]))
    elif fact[0] == v.OUTSIDE and not source:
        s.add(target, s.of(v.INSTANCE, fact[1]))


def _seed(s: Solver, kind: int, target: int) -> None:
    """Nothing arrived, so all that is known is the class that was asked for."""
    if s.holds[target] is None:
        s.add(target, s.of(v.DECLARED, s.facts[kind][1]))


def _keep(s: Solver, value: int, kind: int, target: int, subclass: bool) -> None:
    fact, wanted = s.facts[value], s.facts[kind]
    if fact[0] in (v.OBJECT, v.DECLARED, v.CLASS, v.SUBCLASS):
        if wanted[1] == "builtins.type" or subclass == (fact[0] in (v.CLASS, v.SUBCLASS)):
            _keep_object(s, value, wanted, target)
    elif wanted[0] == v.OUTSIDE and fact[0] == v.CONTAINER:
        if fact[1] in _CONTAINERS.get(wanted[1], (fact[1],)):
            s.add(target, value)
    elif wanted[0] == v.OUTSIDE and fact[0] in (v.INSTANCE, v.HOLDER, v.TEXT):
        name = "builtins.str" if fact[0] == v.TEXT else fact[1]
        if name == wanted[1] or "." not in name or not name.startswith("builtins."):
            s.add(target, value)
    elif wanted[0] == v.OUTSIDE:
        s.add(target, value)


def _keep_object(s: Solver, value: int, wanted: tuple[object, ...], target: int) -> None:
    kind, number = s.facts[value]
    if wanted[0] in (v.CLASS, v.SUBCLASS):
        other = cast("int", wanted[1])
        if other in s.program.classes[number].mro_set:
            s.add(target, value)
        elif kind in (v.DECLARED, v.SUBCLASS) and number in s.program.classes[other].mro_set:
            s.add(target, s.of(kind, other))
    elif wanted[1] == "builtins.type":
        if kind in (v.CLASS, v.SUBCLASS):
            s.add(target, value)
    elif wanted[0] == v.OUTSIDE and (s.program.classes[number].outside or kind == v.DECLARED):
        dotted = str(wanted[1])
        if dotted in s.program.classes[number].outside or not dotted.startswith("builtins."):
            s.add(target, value)


def _drop(s: Solver, value: int, target: int, classes: tuple[int, ...], subclass: bool) -> None:
    fact = s.facts[value]
    for node in classes:
        for kind in s.held(node):
            if _is_certainly(s, fact, s.facts[kind], subclass):
                return
    s.add(target, value)


def _is_certainly(s: Solver, fact: tuple[object, ...], wanted: tuple[object, ...], subclass: bool) -> bool:
    kinds = (v.CLASS, v.SUBCLASS) if subclass else v.OBJECTS
    if fact[0] in kinds and wanted[0] in (v.CLASS, v.SUBCLASS):
        number = cast("int", fact[1])
        return wanted[1] in s.program.classes[number].mro_set
    if wanted[0] == v.OUTSIDE:
        if fact[0] in (v.CLASS, v.SUBCLASS):
            return wanted[1] == "builtins.type"
        if fact[0] == v.TEXT:
            return wanted[1] == "builtins.str"
        if fact[0] in v.INSTANCES:
            return wanted[1] == fact[1]
        if fact[0] == v.CONTAINER:
            return fact[1] in _CONTAINERS.get(str(wanted[1]), ())
    return False


def by_callable(s: Solver, value: int, target: int, keep: bool) -> None:
    """`target` holds the values that can, or cannot, be called."""
    kind = s.facts[value][0]
    if kind in v.CALLABLES:
        can = True
    elif kind in (v.TEXT, v.PREFIX, v.CONTAINER, v.GENERATOR):
        can = False
    else:
        s.add(target, value)
        return
    if can is keep:
        s.add(target, value)
