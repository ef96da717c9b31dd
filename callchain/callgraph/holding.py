"""What objects of outside classes keep, a wrapped stream or a callback, and what is stored in outside modules."""

from __future__ import annotations

from callchain.callgraph import values as v
from callchain.callgraph.attributes import field_node, watch_fields
from callchain.callgraph.solver import CallSite, Instance, Solver

HELD = "*held"


def hold(s: Solver, dotted: str, site: CallSite) -> int:
    """The object of an outside class that a call makes, told apart by the call because it keeps something."""
    return s.of(v.HOLDER, dotted, site.number)


def held(s: Solver, value: int) -> int:
    """The node of what an object keeps."""
    found = s.attributes.get((value, HELD))
    if found is None:
        found = s.attributes[value, HELD] = s.node()
        kind = s.facts[value][0]
        if kind in v.OBJECTS:
            watch_fields(s, s.facts[value][1], kind == v.DECLARED, HELD, found)
    return found


def keep(s: Solver, value: int, source: int) -> None:
    """An object keeps all that `source` holds."""
    fact = s.facts[value]
    s.flow(source, field_node(s, fact[1], HELD) if fact[0] in v.OBJECTS else held(s, value))


# -- names outside the root that the root assigns -----------------------------------------------------------------


def store_outside(s: Solver, dotted: str, source: int, inst: Instance, line: int) -> None:
    """`sys.stdout = source`, or what amounts to it.

    Who reads the name may come before or after. What a module's own code stores is taken to be there for all;
    what a function stores, for the class or function around it, and elsewhere only as a possibility.
    """
    s.flow(source, outside_field(s, dotted))
    code = inst.code
    for key in _visible(dotted, inst):
        if code.parent >= 0 and not key[1]:
            continue
        s.outside_stores.setdefault(key, []).append((code.number, line, source))
        for unit, at, target in tuple(s.outside_reads.get(key, ())):
            _connect(s, (code.number, line, source), (unit, at, target))


def read_outside(s: Solver, dotted: str, target: int, inst: Instance, line: int) -> None:
    """`target` also holds what the root stored, or will store, under a name of an outside module."""
    for key in _visible(dotted, inst):
        s.outside_reads.setdefault(key, []).append((inst.code.number, line, target))
        for unit, at, source in tuple(s.outside_stores.get(key, ())):
            _connect(s, (unit, at, source), (inst.code.number, line, target))


def outside_field(s: Solver, dotted: str) -> int:
    """The node of all that the root stores under a name outside it."""
    found = s.outside_fields.get(dotted)
    if found is None:
        found = s.outside_fields[dotted] = s.node()
    return found


def _visible(dotted: str, inst: Instance) -> tuple[tuple[str, str], ...]:
    """The places under which a store is looked up: everywhere, and the outermost class or function of a file."""
    code = inst.code
    if code.parent < 0:
        return ((dotted, ""),)
    return (dotted, ""), (dotted, f"{code.module.path}::{code.ir.qualname.partition('.')[0]}")


def _connect(s: Solver, store: tuple[int, int, int], read: tuple[int, int, int]) -> None:
    """Inside one function a store is seen by the lines below it."""
    if store[0] != read[0] or read[1] > store[1]:
        s.flow(store[2], read[2])
