from pathlib import Path

import pytest

from callchain.callgraph.build import build
from callchain.callgraph.graph import CallGraph
from callchain.callgraph.select import (
    dotted,
    select_callees,
    select_callers,
    select_namespace,
    select_paths,
    with_constructors,
)
from callchain.facts.store import read_facts
from callchain.model.errors import CallchainError
from callchain.source.tree import SourceTree, read_tree

FILES = {
    "inner/__init__.py": "",
    "inner/core.py": "import json\nimport outer\n\n\n"
    "class Box:\n    def __init__(self):\n        outer.note()\n\n\n"
    "def save():\n    Box()\n    json.dumps(1)\n",
    "outer.py": "def note():\n    pass\n",
    "script.py": "from inner.core import save\n\n\ndef main():\n    save()\n",
}


@pytest.fixture
def tree(tmp_path: Path) -> SourceTree:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    return read_tree(tmp_path)


@pytest.fixture
def graph(tree: SourceTree) -> CallGraph:
    return build(tree, read_facts(tree, cache=False), cache=False)


def test_what_leaves_the_namespace_is_external_under_its_import_name(tree: SourceTree, graph: CallGraph) -> None:
    part = select_namespace(graph, {"inner/core.py"}, lambda path: tree.file(path).module)
    assert [(edge.caller, edge.callee) for edge in part.edges] == [
        ("inner/core.py::save", "inner/core.py::Box.__init__")
    ]
    assert {edge.callee for edge in part.external} >= {"outer.note", "json.dumps"}


def test_a_least_confidence_leaves_out_what_is_below(tree: SourceTree, graph: CallGraph) -> None:
    part = select_namespace(graph, {"inner/core.py"}, lambda path: tree.file(path).module, least=1.01)
    assert part.edges == part.external == ()


def test_callers_may_stand_anywhere_under_the_root(graph: CallGraph) -> None:
    assert [edge.caller for edge in select_callers(graph, ["inner/core.py::save"]).edges] == ["script.py::main"]


def test_a_class_is_entered_through_its_constructor(graph: CallGraph) -> None:
    meant = with_constructors(graph, graph.find("Box"))
    assert [edge.line for edge in select_callers(graph, meant).edges] == [11]


def test_a_class_without_a_constructor_is_called_and_named_where_the_source_says_so(tmp_path: Path) -> None:
    (tmp_path / "shapes.py").write_text("class Plain:\n    pass\n\n\nclass Sub(Plain):\n    pass\n")
    (tmp_path / "use.py").write_text(
        "import shapes\nfrom shapes import Plain as P\n\n\n"
        "def make(x: P):\n    P()\n    Plain = str\n    return shapes.Plain(), Plain(1)\n\n\n"
        "class Holder:\n    kind = shapes.Plain\n"
    )
    tree = read_tree(tmp_path)
    graph = build(tree, read_facts(tree, cache=False), cache=False)
    found = select_callers(graph, graph.find("Plain"), tree=tree)
    assert [(edge.caller, edge.line, edge.rule) for edge in found.edges] == [
        ("use.py::make", 6, "instance"),
        ("use.py::make", 8, "instance"),
    ]
    assert [(edge.caller, edge.line, edge.rule) for edge in found.named] == [
        ("shapes.py::Sub", 5, "subclass"),
        ("use.py::<module>", 5, "named"),
        ("use.py::Holder", 12, "named"),
    ]


def test_callees_come_from_both_sides_of_the_root(graph: CallGraph) -> None:
    part = select_callees(graph, ["inner/core.py::save"])
    assert [edge.callee for edge in part.edges] == ["inner/core.py::Box.__init__"]
    assert "json.dumps" in {edge.callee for edge in part.external}


def test_ways_are_kept_whole(graph: CallGraph) -> None:
    part = select_paths(graph, ["script.py::main"], ["outer.py::note"], 3)
    assert [[edge.callee for edge in way] for way in part.paths] == [
        ["inner/core.py::save", "inner/core.py::Box.__init__", "outer.py::note"]
    ]
    assert select_paths(graph, ["outer.py::note"], ["script.py::main"], 3).paths == ()


def test_names_of_too_many_symbols_are_refused_in_one_line(graph: CallGraph) -> None:
    many = [f"script.py::f{number}" for number in range(11)]
    with pytest.raises(CallchainError, match="from 11 symbols to 11, which are too many") as caught:
        select_paths(graph, many, many, 3)
    assert "script.py::f0" in caught.value.hint


def test_dotted_names(tree: SourceTree) -> None:
    assert dotted("inner/core.py::Box.__init__", lambda path: tree.file(path).module) == "inner.core.Box.__init__"
    assert dotted("inner/core.py::<module>", lambda path: tree.file(path).module) == "inner.core"
