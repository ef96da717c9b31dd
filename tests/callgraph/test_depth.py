"""Programs that nest further than the interpreter's stack reaches, and graphs kept between edits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from callchain.callgraph.build import build
from callchain.callgraph.graph import CallGraph
from callchain.facts.store import read_facts
from callchain.source.tree import read_tree

LINKS = 3_000
CLASSES = 1_200
GraphOf = Callable[[Mapping[str, str]], CallGraph]


def test_a_long_chain_of_callable_objects_is_followed_to_its_end(graph_of: GraphOf) -> None:
    """Each class's `__call__` is an object of the class before it."""
    lines = ["class C0:", "    def __call__(self):", "        return 0"]
    for number in range(1, LINKS):
        lines += [f"class C{number}:", f"    __call__ = C{number - 1}()"]
    graph = graph_of({"chain.py": "\n".join([*lines, f"last = C{LINKS - 1}()", "last()", ""])})
    assert (len(lines) + 2, "chain.py::C0.__call__") in {(edge.line, edge.callee) for edge in graph.edges}


def test_a_long_chain_of_delegating_calls_is_followed_to_its_end(graph_of: GraphOf) -> None:
    lines = ["class C0:", "    def __call__(self):", "        return 0"]
    for number in range(1, CLASSES):
        lines += [
            f"class C{number}:",
            "    def __init__(self, inner):",
            "        self.inner = inner",
            "    def __call__(self):",
            "        return self.inner()",
        ]
    lines += ["o0 = C0()", *(f"o{n} = C{n}(o{n - 1})" for n in range(1, CLASSES)), f"o{CLASSES - 1}()", ""]
    graph = graph_of({"chain.py": "\n".join(lines)})
    found = {(edge.caller, edge.callee) for edge in graph.edges}
    links = {(f"chain.py::C{n}.__call__", f"chain.py::C{n - 1}.__call__") for n in range(1, CLASSES)}
    assert links <= found
    assert ("chain.py::<module>", f"chain.py::C{CLASSES - 1}.__call__") in found


def test_an_object_that_is_its_own_call_ends(graph_of: GraphOf) -> None:
    graph = graph_of({"ring.py": "class A:\n    pass\na = A()\nA.__call__ = a\na()\n"})
    assert [edge.callee for edge in graph.edges] == []


def test_a_long_line_of_classes_is_followed_to_the_first(graph_of: GraphOf) -> None:
    """The class that is asked for stands in the file that is read first."""
    lines = ["class C0:", "    def run(self):", "        return 0"]
    for number in range(1, CLASSES):
        lines += [f"class C{number}(C{number - 1}):", "    pass"]
    graph = graph_of(
        {
            "a.py": f"from b import C{CLASSES - 1} as Last\nclass A(Last): pass\nA().run()\n",
            "b.py": "\n".join(lines),
        }
    )
    assert (3, "b.py::C0.run") in {(edge.line, edge.callee) for edge in graph.edges}


def test_an_edited_file_gives_other_edges(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLCHAIN_CACHE_DIR", str(tmp_path / "cache"))
    root = tmp_path / "tree"
    root.mkdir()

    def callees(text: str) -> list[str]:
        (root / "m.py").write_text(text, encoding="utf-8")
        tree = read_tree(root)
        return [edge.callee for edge in build(tree, read_facts(tree, jobs=1)).edges]

    before = callees("def f(): pass\ndef g(): pass\nf()\n")
    after = callees("def f(): pass\ndef g(): pass\ng()\n")
    assert (before, after) == (["m.py::f"], ["m.py::g"])
    assert callees("def f(): pass\ndef g(): pass\nf()\n") == before


def test_arguments_that_are_put_before_others_again_and_again_come_to_an_end(graph_of: GraphOf) -> None:
    lines = ["def g(x): return x"]
    for number in range(12):
        lines += [f"def f{number}(*args):", "    args[0]()", f"    return f{(number + 1) % 12}(g, *args)"]
    graph = graph_of({"a.py": "\n".join([*lines, "f0(g)"])})
    found = {(edge.caller, edge.callee) for edge in graph.edges}
    assert ("a.py::f11", "a.py::g") in found
