"""Functions that a framework finds by name alone, wherever the root defines them: hooks."""

from __future__ import annotations

from callchain.callgraph import values as v
from callchain.callgraph.members import bind, static_node
from callchain.callgraph.program import Code
from callchain.callgraph.solver import Solver
from callchain.facts import ir


def named_functions(s: Solver, name: str) -> int:
    """The node of all functions of modules, and methods of objects of their classes, that have the name."""
    found = s.hooks.get(name)
    if found is None:
        found = s.hooks[name] = s.node()
        for code in s.program.codes:
            if code.ir.kind == "function" and code.ir.qualname.rpartition(".")[2] == name:
                _offer(s, code, name, found)
    return found


def _offer(s: Solver, code: Code, name: str, found: int) -> None:
    if code.owner >= 0:
        s.on(static_node(s, code.owner, name), bind, found, s.of(v.DECLARED, code.owner), 0)
    elif code.ir.parent == 0 and not _only_specifies(s, code, name):
        s.flow(s.global_node(code.module.number, name), found)


def _only_specifies(s: Solver, code: Code, name: str) -> bool:
    """Whether it says what hooks there are: nothing is done by it, nor by any function of its kind in its file."""
    family = name.partition("_")[0] + "_"
    return all(
        instruction[0] == ir.DECLARE
        for each in s.program.codes
        if each.module is code.module and each.ir.parent == 0 and each.ir.qualname.startswith(family)
        for instruction in each.instructions()
    )
