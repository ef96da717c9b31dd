"""A code base from a mapping of paths to texts, and its graph."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from callchain.callgraph.build import build
from callchain.callgraph.graph import CallGraph
from callchain.facts.store import read_facts
from callchain.source.tree import read_tree


@pytest.fixture
def graph_of(tmp_path: Path) -> Callable[[Mapping[str, str]], CallGraph]:
    def make(files: Mapping[str, str]) -> CallGraph:
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(textwrap.dedent(text), encoding="utf-8")
        tree = read_tree(tmp_path)
        return build(tree, read_facts(tree, cache=False, jobs=1), cache=False)

    return make
