"""Annotations as gates: an object of a class that a declared type rules out does not get past it.

What a call gives to a parameter, and what a function gives back, is taken at the word of its annotation where that
speaks of classes alone: of the root, or builtin ones. Protocols, type variables, `Any` and outside types let all
pass.
"""

from __future__ import annotations

from typing import Any

from callchain.callgraph import values as v
from callchain.callgraph.declared import resolved
from callchain.callgraph.program import Code
from callchain.callgraph.solver import Instance, Solver
from callchain.facts import ir

Gate = tuple[frozenset[int], frozenset[str]]
"""Classes of the root and builtin types that pass."""
_BUILTIN = frozenset(
    f"builtins.{name}"
    for name in ("str", "int", "float", "bool", "bytes", "complex", "None", "list", "tuple", "dict", "set", "type")
)
_GENERIC = {f"typing.{name}": f"builtins.{name.lower()}" for name in ("List", "Tuple", "Dict", "Set", "Type")}


def into(s: Solver, inst: Instance, index: int, source: int) -> None:
    """What `source` holds goes to a parameter, as far as its annotation allows it."""
    code = inst.code
    target = inst.base + ir.FIRST_PARAMETER + index
    kind = code.ir.annotations.get(code.ir.parameters[index])
    s.flow(source, target if kind is None else _before(s, code, kind, target))


def out_of(s: Solver, inst: Instance, result: int) -> None:
    """What a call of the instance's unit returns goes to `result`, as far as the annotation allows it."""
    code = inst.code
    node = inst.base + ir.RETURN
    kind = code.ir.annotations.get("return")
    gate = gate_of(s, code, kind) if kind is not None else None
    if gate is None:
        s.flow(node, result)
        return
    behind = s.gates.get(node)
    if behind is None:
        behind = s.gates[node] = s.node()
        s.on(node, _let_through, behind, gate)
    s.flow(behind, result)


def _before(s: Solver, code: Code, kind: Any, target: int) -> int:
    """The node whose values go to `target` as far as the annotation allows them."""
    found = s.gates.get(target)
    if found is None:
        gate = gate_of(s, code, kind)
        found = s.gates[target] = target if gate is None else s.node()
        if gate is not None:
            s.on(found, _let_through, target, gate)
    return found


def _let_through(s: Solver, value: int, target: int, gate: Gate) -> None:
    kind = s.facts[value][0]
    if kind not in v.OBJECTS or passes(s, value, gate):
        s.add(target, value)
        if kind in v.OBJECTS:
            s.kept_out[target] = None
    elif kind == v.OBJECT and gate[0]:
        waiting = s.kept_out.setdefault(target, [])
        if waiting is not None:
            if not waiting:
                s.late.append((_release, (target,)))
            waiting.append(value)


def _release(s: Solver, target: int) -> None:
    """Only objects arrive that are not what the annotation says: then it is the annotation that errs."""
    for value in s.kept_out.get(target) or ():
        s.add(target, value)
    s.kept_out[target] = None


def passes(s: Solver, value: int, gate: Gate) -> bool:
    """Whether an object may be what the annotation says; one of a class above it is what it says anyway."""
    found = s.program.classes[s.facts[value][1]]
    return not gate[0].isdisjoint(found.mro_set) or not gate[1].isdisjoint(found.outside)


def gate_of(s: Solver, code: Code, kind: Any) -> Gate | None:
    """The gate that a declared type is, None where it says too little."""
    classes: set[int] = set()
    names: set[str] = set()
    for each in kind[1:] if isinstance(kind, list) and kind[0] == "|" else [kind]:
        name = each[0] if isinstance(each, list) and each else each
        if not isinstance(name, str):
            return None
        found = resolved(s, code, name, code.ir.qualname)
        if isinstance(found, int):
            if any(_last(base) == "Protocol" for base in s.program.classes[found].ir.bases):
                return None
            classes.add(found)
        elif (builtin := _GENERIC.get(found, found)) in _BUILTIN:
            names.add(builtin)
        else:
            return None
    return frozenset(classes), frozenset(names)


def _last(kind: Any) -> str:
    """The last name of a declared type, its arguments left out."""
    name = kind[0] if isinstance(kind, list) and kind else kind
    return str(name).rpartition(".")[2]
