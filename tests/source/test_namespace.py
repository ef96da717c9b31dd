"""Choosing files by namespace."""

import pytest

from callchain.model.errors import CallchainError
from callchain.source.namespace import select
from callchain.source.tree import read_tree


@pytest.fixture
def tree(tmp_path):
    for path in (
        "ptycho/__init__.py",
        "ptycho/workflows/components.py",
        "ptycho_torch/train.py",
        "ptycho_torch/train.pyi",
        "ptycho_torch/native.pyi",
        "scripts/train.py",
    ):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).touch()
    return read_tree(tmp_path)


def test_a_namespace_is_a_module_and_all_below_it_but_no_mere_prefix(tree):
    assert select(tree, ["ptycho"]) == {"ptycho/__init__.py", "ptycho/workflows/components.py"}


def test_namespaces_add_up(tree):
    assert select(tree, ["ptycho.workflows", "ptycho_torch"]) == {
        "ptycho/workflows/components.py",
        "ptycho_torch/train.py",
        "ptycho_torch/native.pyi",
    }


@pytest.mark.parametrize("path", ["scripts/train.py", "scripts/", "./scripts", "scripts"])
def test_a_path_will_do(tree, path):
    assert select(tree, [path]) == {"scripts/train.py"}


def test_no_namespace_is_everything_but_stubs_of_modules(tree):
    assert select(tree, []) == {file.path for file in tree.files} - {"ptycho_torch/train.pyi"}


def test_a_namespace_that_matches_nothing_shows_near_names(tree):
    with pytest.raises(CallchainError, match=r"'ptycho_troch' matches no file \(near names: ptycho_torch, ptycho"):
        select(tree, ["ptycho", "ptycho_troch"])


@pytest.mark.parametrize("namespace", ["", " ", ".", "/", "zzzzzz"])
def test_a_namespace_that_resembles_nothing_shows_what_there_is(tree, namespace):
    with pytest.raises(CallchainError, match="the root holds: ptycho, ptycho_torch, scripts"):
        select(tree, [namespace])
