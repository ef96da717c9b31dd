"""Which units are worth a copy for a call site, as what they give back or call depends on what they are given."""

from __future__ import annotations

from callchain.facts import ir
from callchain.facts.unit import Unit

_POLY_SIZE = 160
_IDENTITY_SIZE = 16


def varies(unit: Unit, record: ir.UnitIR) -> bool:
    """Whether what it gives back, or calls, is something that it was given, or a function that closes over it."""
    if record.kind == "module" or len(unit.code) > _POLY_SIZE:
        return False
    if record.qualname.rpartition(".")[2] == "__getattr__":
        return True  # what it gives depends on the name alone
    flow = dict.fromkeys(_parameter_nodes(record))
    closures = False
    for instruction in unit.code:
        code = instruction[0]
        if code in (ir.COPY, ir.NARROW, ir.CALLABLE) and instruction[2] in flow:
            flow[instruction[1]] = None
        elif code == ir.FUNCTION or code == ir.CLASS:
            closures = True
    if (closures and any(name != ir.SENT for name in record.cells)) or any(node in flow for node in unit.called):
        return True
    return ir.RETURN in flow and len(unit.code) <= _IDENTITY_SIZE


def passes(unit: Unit, record: ir.UnitIR) -> bool:
    """Whether it gives back what a call gives that it hands a parameter of its own to."""
    if record.kind == "module" or len(unit.code) > _POLY_SIZE or not record.parameters:
        return False
    own = set(_parameter_nodes(record))
    passed: set[int] = set()
    for instruction in unit.code:
        if instruction[0] in (ir.COPY, ir.NARROW, ir.CALLABLE):
            for known in (own, passed):
                if instruction[2] in known:
                    known.add(instruction[1])
        elif instruction[0] == ir.CALL and not own.isdisjoint(instruction[3]):
            passed.add(instruction[1])
    return ir.RETURN in passed


def _parameter_nodes(record: ir.UnitIR) -> range:
    return range(ir.FIRST_PARAMETER, ir.FIRST_PARAMETER + len(record.parameters))
