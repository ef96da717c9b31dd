"""From the facts of all files to the call graph."""

from __future__ import annotations

from collections.abc import Mapping

from callchain.callgraph import collect
from callchain.callgraph.graph import CallGraph
from callchain.callgraph.hierarchy import link_classes
from callchain.callgraph.program import Program
from callchain.callgraph.solver import Solver
from callchain.facts.records import FileFacts
from callchain.model.graph import BlindSpot
from callchain.model.symbol import Definition
from callchain.source.tree import SourceTree

_MOST_ROUNDS = 2
_LATE_ROUNDS = 4


def build(tree: SourceTree, facts: Mapping[str, FileFacts]) -> CallGraph:
    """Link the files and resolve their calls.

    Args:
        tree: the code base, for the text of call sites that stay open.
        facts: path → facts of each file.
    """
    solver = solve(facts)
    spots = (*collect.blind_spots(solver), *_unreadable(facts))
    return CallGraph(
        definitions=definitions(facts),
        edges=collect.edges(solver),
        external=collect.external(solver),
        blind_spots=tuple(sorted(_with_text(tree, spots))),
        names=solver.program.names,
    )


def solve(facts: Mapping[str, FileFacts]) -> Solver:
    """Resolve all calls; again where the flow of values told of further bases of classes."""
    extra: dict[int, list[int]] = {}
    for _ in range(_MOST_ROUNDS):
        program = Program(facts)
        link_classes(program, extra)
        solver = Solver(program)
        for module in program.modules:
            solver.instance(program.codes[module.first_unit], None)
        solver.run()
        for _ in range(_LATE_ROUNDS):
            late, solver.late = solver.late, []
            for action, arguments in late:
                action(solver, *arguments)
            solver.run()
        if not solver.bases_seen:
            break
        extra = solver.bases_seen
    return solver


def definitions(facts: Mapping[str, FileFacts]) -> dict[str, Definition]:
    """Symbol → definition in order of path and line; of several with one symbol the last counts, as when run."""
    found: dict[str, Definition] = {}
    for path in sorted(facts):
        for definition in facts[path].definitions:
            found[definition.symbol] = definition
    return found


def _unreadable(facts: Mapping[str, FileFacts]) -> list[BlindSpot]:
    return [
        BlindSpot(path=path, line=0, symbol=f"{path}::<module>", kind="file", reason=each.error)
        for path, each in facts.items()
        if each.error
    ]


def _with_text(tree: SourceTree, spots: tuple[BlindSpot, ...]) -> list[BlindSpot]:
    """Each open call with the source line it stands on."""
    found: list[BlindSpot] = []
    lines: dict[str, list[str]] = {}
    for spot in spots:
        if spot.path not in lines:
            lines[spot.path] = tree.lines(spot.path)
        text = lines[spot.path]
        line = text[spot.line - 1].strip()[:160] if 0 < spot.line <= len(text) else ""
        found.append(BlindSpot(spot.path, spot.line, spot.symbol, spot.kind, spot.reason, line, spot.command))
    return found
