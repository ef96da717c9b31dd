"""From a folder of Python files to the dotted call graph of a suite."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from pathlib import Path

from bench.suites.bodies import ClassBodies
from bench.suites.constructions import recorded
from bench.suites.lambdas import number_lambdas
from bench.suites.naming import Convention, dotted, outside
from callchain.callgraph import collect
from callchain.callgraph.solver import Solver
from callchain.callgraph.solving import solve
from callchain.facts.store import read_facts
from callchain.source.tree import read_tree

Dotted = dict[str, list[str]]
Pair = tuple[str, str]
_BODIES = frozenset({"import", "class"})
"""Rules of calls that run a module's or class's body: no suite counts them."""
_INIT = ".__init__"


def convert(root: Path, convention: Convention, *, least: float = 0.0, tops: Collection[str] = ()) -> Dotted:
    """Caller → callees of the files below `root`, every function a key.

    Args:
        root: the import root of the snippet or application.
        convention: whose names are wanted.
        least: the least confidence of an edge.
        tops: the top-level packages or modules to read; all when empty.
    """
    tree = read_tree(root)
    modules = {file.path: file.module for file in tree.files if not tops or file.module.partition(".")[0] in tops}
    facts = read_facts(tree, cache=False, jobs=1)
    with recorded() as made:
        solver = solve(number_lambdas({path: facts[path] for path in modules}))
    bodies = ClassBodies({path: facts[path] for path in modules})

    def name_of(symbol: str) -> str:
        return dotted(symbol, modules)

    def caller_of(scope: str, line: int) -> str:
        return name_of(bodies.caller(scope, line) if convention.class_bodies else scope)

    found: dict[str, set[str]] = {name_of(code.symbol): set() for code in solver.program.codes}
    pairs = [*_pairs(solver, convention, least, name_of, caller_of)]
    if convention.every_class:
        pairs += [(caller_of(each.scope, each.line), name_of(each.made) + _INIT) for each in made]
    for caller, callee in pairs:
        found.setdefault(caller, set()).add(callee)
    return {caller: sorted(callees) for caller, callees in sorted(found.items())}


def _pairs(
    solver: Solver,
    convention: Convention,
    least: float,
    name_of: Callable[[str], str],
    caller_of: Callable[[str, int], str],
) -> Iterator[Pair]:
    for edge in collect.edges(solver):
        if edge.rule in _BODIES or edge.confidence < least:
            continue
        if not (convention.every_class and edge.rule in ("constructor", "raise") and edge.callee.endswith(_INIT)):
            yield caller_of(edge.caller, edge.line), name_of(edge.callee)
    for edge in collect.external(solver):
        if edge.confidence >= least and _is_counted(edge.callee, edge.rule, convention):
            yield caller_of(edge.caller, edge.line), outside(edge.callee, convention)


def _is_counted(callee: str, rule: str, convention: Convention) -> bool:
    """`raise ValueError` without a call is none to the suites."""
    if rule == "decorator" or callee in ("builtins.staticmethod", "builtins.classmethod", "builtins.property"):
        return convention.builtin_decorators or not callee.startswith("builtins.")
    return rule != "raise"
