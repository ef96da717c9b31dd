"""Each mechanism of the language: what the interpreter called must be among what was read."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from callchain.callgraph.build import build
from callchain.facts.store import read_facts
from callchain.source.tree import read_tree

sys.path.insert(0, str(Path(__file__).parent))
from observed import observed_calls

PROGRAMS = sorted((Path(__file__).parents[1] / "assets" / "mechanisms").glob("*.py"))


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda path: path.stem)
def test_every_call_that_runs_is_read(program: Path, tmp_path: Path) -> None:
    copy = tmp_path / program.name
    copy.write_bytes(program.read_bytes())
    tree = read_tree(tmp_path)
    graph = build(tree, read_facts(tree, cache=False, jobs=1), cache=False)
    static = {(edge.caller, edge.line, edge.callee) for edge in graph.edges}
    ran = observed_calls(copy, program.name)
    assert ran or program.stem in ("generators_async", "singledispatch")
    assert sorted(ran - static) == []


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda path: path.stem)
def test_no_call_of_a_function_that_never_runs(program: Path, tmp_path: Path) -> None:
    """In programs that run all of their code, a sure edge from a line is one that ran."""
    copy = tmp_path / program.name
    copy.write_bytes(program.read_bytes())
    tree = read_tree(tmp_path)
    graph = build(tree, read_facts(tree, cache=False, jobs=1), cache=False)
    ran = {(caller, callee) for caller, _, callee in observed_calls(copy, program.name, through_others=True)}
    ran_at_all = {callee for _, callee in ran} | {f"{program.name}::<module>"}
    sure = [
        (edge.caller, edge.line, edge.callee)
        for edge in graph.edges
        if edge.confidence >= 0.9 and edge.caller in ran_at_all and (edge.caller, edge.callee) not in ran
    ]
    assert sure == []
