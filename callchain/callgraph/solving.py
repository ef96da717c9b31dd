"""Solving: rounds of loading and carrying values on, and what is read off them."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from callchain.callgraph import collect
from callchain.callgraph.hierarchy import link_classes
from callchain.callgraph.program import Program
from callchain.callgraph.rule_files import Rules
from callchain.callgraph.solver import Solver
from callchain.facts.collection import no_collection
from callchain.facts.records import FileFacts
from callchain.model.graph import BlindSpot, Edge

_MOST_ROUNDS = 2
_DEPTH = 20_000
_LATE_ROUNDS = 4
_SOLVED_ONCE = 100_000
"""A program of so many constraints is not solved again for the few bases that names do not tell of."""


def collected(solver: Solver) -> tuple[tuple[Edge, ...], tuple[Edge, ...], tuple[BlindSpot, ...]]:
    """What was found, sorted; the solver, the largest thing there is, is of no use after this."""
    solver.flows.clear()
    solver.watchers.clear()
    return collect.edges(solver), collect.external(solver), collect.blind_spots(solver)


def solve(facts: Mapping[str, FileFacts], rules: Rules | None = None) -> Solver:
    """Resolve all calls; again where the flow of values told of further bases of classes."""
    with no_collection(), _deep():
        return _solve(facts, rules)


@contextmanager
def _deep() -> Iterator[None]:
    """Values that lead to values are followed by calls of our own, which take no room on the machine's stack."""
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(max(limit, _DEPTH))
    try:
        yield
    finally:
        sys.setrecursionlimit(limit)


def _solve(facts: Mapping[str, FileFacts], rules: Rules | None) -> Solver:
    extra: dict[int, list[int]] = {}
    for _ in range(_MOST_ROUNDS):
        program = Program(facts)
        link_classes(program, extra)
        solver = Solver(program, rules)
        for module in program.modules:
            solver.instance(program.codes[module.first_unit], None)
        solver.run()
        for _ in range(_LATE_ROUNDS):
            late, solver.late = solver.late, []
            for action, arguments in late:
                action(solver, *arguments)
            solver.run()
        if not solver.bases_seen or solver.size > _SOLVED_ONCE:
            break
        extra = solver.bases_seen
    return solver
