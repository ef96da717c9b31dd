"""`getattr` called with arguments that nothing tells."""

from pathlib import Path

from callchain.callgraph.build import build
from callchain.facts.store import read_facts
from callchain.source.tree import read_tree

CODE = """
class Reader:
    def read(self, *arguments):
        return getattr(*arguments)

    def one(self): ...
    def two(self): ...
    def three(self): ...
    def four(self): ...
"""


def test_a_getattr_whose_arguments_are_unpacked_stays_open(tmp_path: Path) -> None:
    (tmp_path / "reader.py").write_text(CODE)
    tree = read_tree(tmp_path)
    graph = build(tree, read_facts(tree, cache=False, jobs=1), cache=False)
    assert not graph.calls_from("reader.py::Reader.read")
