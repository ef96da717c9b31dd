"""Programs whose values would have no end: they are solved, and what is certain in them is found."""

from __future__ import annotations

import textwrap

import pytest

from callchain.callgraph.build import build
from callchain.callgraph.rule_files import load_rules, shipped_digest
from callchain.callgraph.solving import solve
from callchain.facts.store import read_facts
from callchain.source.tree import read_tree

PARTIALS = """
    from functools import partial

    class Maker:
        def __call__(self, function=None, **options):
            if function is None:
                return partial(self, mode=1, **options)
            return partial(self(**options), function)

    make = Maker()

    @make
    @make(mode=2)
    def work():
        return helper()

    def helper():
        return 1

    work()
    """
MORE_IN_FRONT = """
    def walk(first, *rest):
        if rest:
            return walk(first, first, *rest)
        return helper(first)

    def helper(value):
        return value

    walk(helper, helper)
    """
DYNAMIC_BASE = """
    class Base:
        def run(self):
            return self.step()

        def step(self):
            return 1

    def extend(parent):
        class Child(parent):
            def step(self):
                return self.run()
        return Child

    extend(Base)().run()
    """

CLASSES_IN_THEMSELVES = """
    class Node:
        def visit(self):
            return 1

    def walk(node, kinds):
        if isinstance(node, kinds):
            return node.visit()
        return walk(node, (kinds, list))

    walk(Node(), (Node, dict))
    """


@pytest.mark.parametrize(
    ("text", "call"),
    [
        (PARTIALS, ("code.py::work", "code.py::helper")),
        (MORE_IN_FRONT, ("code.py::walk", "code.py::walk")),
        (MORE_IN_FRONT, ("code.py::walk", "code.py::helper")),
        (CLASSES_IN_THEMSELVES, ("code.py::walk", "code.py::Node.visit")),
        (DYNAMIC_BASE, ("code.py::extend.Child.step", "code.py::Base.run")),
    ],
)
def test_it_ends_and_finds(tmp_path, text, call):
    (tmp_path / "code.py").write_text(textwrap.dedent(text))
    tree = read_tree(tmp_path)
    graph = build(tree, read_facts(tree, cache=False), cache=False)
    assert call in {(edge.caller, edge.callee) for edge in graph.edges}


def test_a_base_found_on_the_way_is_a_base_at_once(tmp_path):
    (tmp_path / "code.py").write_text(textwrap.dedent(DYNAMIC_BASE))
    program = solve(read_facts(read_tree(tmp_path), cache=False)).program
    base, child = program.classes
    assert child.mro == [child.number, base.number]
    assert base.children == [child.number]


def test_the_shipped_rules_have_one_digest():
    assert shipped_digest() == load_rules().digest
