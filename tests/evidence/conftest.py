from __future__ import annotations

from pathlib import Path

import pytest

from callchain.evidence.sources import Sources
from callchain.model.package import Evidence
from callchain.source.tree import SourceTree
from tests.evidence import sample, shop


@pytest.fixture
def tree(tmp_path: Path) -> SourceTree:
    return shop.write_tree(tmp_path / "tree")


@pytest.fixture
def sources(tree: SourceTree) -> Sources:
    return Sources(tree)


@pytest.fixture
def evidence(tree: SourceTree) -> Evidence:
    return sample.evidence(tree)


@pytest.fixture
def read_only(tree: SourceTree) -> Evidence:
    return sample.evidence(tree, ran=False)
