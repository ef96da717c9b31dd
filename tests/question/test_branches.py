"""Where calls stand, and how likely they run."""

from __future__ import annotations

import textwrap
from pathlib import Path

from callchain.callgraph.build import build
from callchain.facts.store import read_facts
from callchain.question.branches import FAILURE, Branches
from callchain.source.tree import read_tree

SOURCE = '''
    def always(): ...
    def sometimes(): ...
    def rarely(): ...
    def often(): ...
    def wrong(): ...
    class Failed(Exception):
        def __init__(self, text): ...


    class Work:
        def run(self, items, verbose):
            text = """
    not indented
    """
            always()
            for item in items:
                often()
            if verbose:
                sometimes()
                if items:
                    rarely()
            try:
                return text
            except KeyError:
                wrong()
                raise Failed(
                    "no"
                )
'''


def test_a_call_is_less_likely_the_more_stands_before_it(tmp_path: Path) -> None:
    (tmp_path / "work.py").write_text(textwrap.dedent(SOURCE))
    tree = read_tree(tmp_path)
    graph = build(tree, read_facts(tree))
    branches = Branches(graph, tree)
    edges = {edge.callee.partition("::")[2]: edge for edge in graph.calls_from("work.py::Work.run")}
    places = {name: branches.place(edge) for name, edge in edges.items()}
    assert places == {
        "always": (),
        "often": ("loop",),
        "sometimes": ("choice",),
        "rarely": ("choice", "choice"),
        "wrong": (FAILURE,),
        "Failed.__init__": (FAILURE, FAILURE),
    }
    likely = [branches.likely(edges[name]) for name in ("always", "often", "sometimes", "rarely", "wrong")]
    assert likely == sorted(likely, reverse=True)
    assert likely[0] == 1.0
