"""Decorators used too often to be told apart by their uses: what they decorate runs all the same."""

from pathlib import Path

import pytest

from callchain.callgraph.build import build
from callchain.callgraph.solver import Solver
from callchain.facts.store import read_facts
from callchain.source.tree import read_tree

PROGRAM = Path(__file__).parents[1] / "assets" / "mechanisms" / "decorators_made_by_exec.py"


def test_a_method_under_a_decorator_that_is_only_declared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Solver, "is_full", lambda *_: True)
    (tmp_path / "m.py").write_text(PROGRAM.read_text("utf-8"))
    tree = read_tree(tmp_path)
    graph = build(tree, read_facts(tree, cache=False, jobs=1), cache=False)
    assert [edge.callee for edge in graph.calls_from("m.py::main")] == ["m.py::Work.begin"]
