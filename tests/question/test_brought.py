"""What the asker brings along: told by the grammar, called by the code at the end of a flow."""

from pathlib import Path

import pytest

from callchain.callgraph.build import build
from callchain.callgraph.graph import CallGraph
from callchain.facts.store import read_facts
from callchain.question.brought import calls_overridden
from callchain.question.phrasing import done_before, families_asked, handed_over
from callchain.question.spelled import spelled_out
from callchain.question.understand import understand
from callchain.source.tree import read_tree

CODE = """
class Converter:
    def convert(self, text): ...

class Whole(Converter):
    def convert(self, text):
        return super().convert(text)

class Other:
    def convert(self, text): ...

def match_path(converter: Converter, text):
    return converter.convert(text)

def use_other(other: Other):
    other.convert("")
"""


@pytest.fixture
def graph(tmp_path: Path) -> CallGraph:
    (tmp_path / "m.py").write_text(CODE)
    tree = read_tree(tmp_path)
    return build(tree, read_facts(tree, cache=False, jobs=1), cache=False)


@pytest.mark.parametrize(
    ("text", "brought"),
    [
        ("How does training run the layer I wrote?", {"layer"}),
        ("How does `fit` reach the training step that I defined?", {"step"}),
        ("Where is it converted by my own converter?", {"converter"}),
        ("How does it get to the user's callback?", {"callback"}),
        ("How is my data written?", set()),
        ("How do I save a model?", set()),
    ],
)
def test_what_is_brought(text: str, brought: set[str]) -> None:
    assert handed_over(text) == brought


def test_what_was_done_before_is_not_asked_for() -> None:
    text = "How does training run the layer I wrote?"
    assert done_before(text) == {"wrote"}
    assert "produce" not in [family.name for family in families_asked(understand(text))]
    assert "produce" in [family.name for family in families_asked(understand("How is the layer written?"))]


def test_who_calls_a_method_that_such_classes_override(graph: CallGraph) -> None:
    assert set(calls_overridden({"converter"}, graph, {"m.py"})) == {"m.py::match_path"}
    assert calls_overridden({"layer"}, graph, {"m.py"}) == {}


def test_names_that_are_written_as_words(graph: CallGraph) -> None:
    found = spelled_out("How does it match paths by a rule?", graph)
    assert list(found) == ["m.py::match_path"]
    assert 0.2 < found["m.py::match_path"] < 0.7
    assert spelled_out("How is the path matched?", graph) == {}
