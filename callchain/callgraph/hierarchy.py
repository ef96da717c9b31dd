"""Bases, subclasses and method resolution order of all classes of the root."""

from __future__ import annotations

from callchain.callgraph.program import Class, Program

_PLAIN = frozenset({"builtins.object", "typing.Generic", "typing.Protocol", "typing_extensions.Protocol"})


def link_classes(program: Program, extra: dict[int, list[int]]) -> None:
    """Settle bases by name, then every MRO.

    Args:
        program: the linked files.
        extra: class → bases that only the flow of values told of.
    """
    for found in program.classes:
        _link_bases(program, found, extra.get(found.number, []))
    for found in program.classes:
        for base in found.bases:
            program.classes[base].children.append(found.number)
    done: dict[int, list[int]] = {}
    for found in program.classes:
        found.mro = _linearised(program, found.number, done)
        found.mro_set = frozenset(found.mro)
    for found in program.classes:
        _inherit(program, found)


def _link_bases(program: Program, found: Class, extra: list[int]) -> None:
    scope = program.scope_of(found)
    for base in found.ir.bases:
        target = program.class_named(found.module.path, base, scope)
        if isinstance(target, int):
            if target != found.number and target not in found.bases:
                found.bases.append(target)
        elif target and target not in _PLAIN:
            found.outside.append(target)
    found.bases.extend(base for base in extra if base not in found.bases and base != found.number)
    keyword = found.ir.keywords.get("metaclass")
    if keyword is not None:
        target = program.class_named(found.module.path, keyword, scope)
        if isinstance(target, int):
            found.metaclass = target


def _linearised(program: Program, number: int, done: dict[int, list[int]]) -> list[int]:
    """C3 linearisation; where it fails, depth first without repeats. Bases come before what derives from them."""
    pending = [number]
    open_: set[int] = set()
    while pending:
        each = pending[-1]
        bases = program.classes[each].bases
        missing = [base for base in bases if base not in done and base not in open_]
        if each in done or not missing:
            if pending.pop() not in done:
                done[each] = _own_order(each, bases, done)
            open_.discard(each)
            continue
        open_.add(each)
        pending.extend(reversed(missing))
    return done[number]


def _own_order(number: int, bases: list[int], done: dict[int, list[int]]) -> list[int]:
    """The order of a class from those of its bases; one that is not settled derives from this class in turn."""
    ways = [done.get(base, [base]) for base in bases]
    merged = ways[0] if len(ways) == 1 else _merged([*ways, list(bases)])
    if merged is None:
        merged = list(dict.fromkeys(each for way in ways for each in way))
    return [number, *(each for each in merged if each != number)]


def _merged(ways: list[list[int]]) -> list[int] | None:
    result: list[int] = []
    ways = [way for way in ways if way]
    while ways:
        for way in ways:
            head = way[0]
            if not any(head in other[1:] for other in ways):
                break
        else:
            return None
        result.append(head)
        ways = [[each for each in way if each != head] for way in ways]
        ways = [way for way in ways if way]
    return result


def _inherit(program: Program, found: Class) -> None:
    for number in found.mro[1:]:
        other = program.classes[number]
        if other.outside:
            found.outside.extend(name for name in other.outside if name not in found.outside)
        if found.metaclass < 0 and other.metaclass >= 0:
            found.metaclass = other.metaclass


def add_base(program: Program, found: Class, base: int) -> None:
    """A base that only the flow of values told of; what was looked up before it stays as it was."""
    found.bases.append(base)
    program.classes[base].children.append(found.number)
    affected = [found.number, *below(program, found.number)]
    for each in program.classes:
        each.lower = None
    done = {each.number: each.mro for each in program.classes}
    for number in affected:
        done.pop(number)
    for number in affected:
        each = program.classes[number]
        each.mro = _linearised(program, number, done)
        each.mro_set = frozenset(each.mro)
        each.homes.clear()
    for number in affected:
        _inherit(program, program.classes[number])


def below(program: Program, number: int) -> list[int]:
    """All classes below a class, nearest first; not to be changed."""
    known = program.classes[number].lower
    if known is None:
        known = program.classes[number].lower = _below(program, number)
    return known


def _below(program: Program, number: int) -> list[int]:
    found: list[int] = []
    seen = {number}
    pending = [number]
    while pending:
        following: list[int] = []
        for each in pending:
            for child in program.classes[each].children:
                if child not in seen:
                    seen.add(child)
                    found.append(child)
                    following.append(child)
        pending = following
    return found


def defining(program: Program, number: int, name: str, after: int = -1) -> int:
    """The first class of the MRO that has `name` in its body, -1 for none; `after` a class of the MRO if given."""
    if after < 0:
        found = program.classes[number]
        home = found.homes.get(name)
        if home is None:
            home = found.homes[name] = _first_with(program, found.mro, name)
        return home
    mro = program.classes[number].mro
    return _first_with(program, mro[mro.index(after) + 1 :] if after in mro else mro, name)


def _first_with(program: Program, order: list[int], name: str) -> int:
    for each in order:
        if name in program.classes[each].members:
            return each
    return -1
