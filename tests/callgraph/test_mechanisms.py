"""Each mechanism of the language: what the interpreter called must be among what was read."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from callchain.callgraph.build import build
from callchain.facts.store import read_facts
from callchain.model.graph import Edge
from callchain.source.tree import read_tree

sys.path.insert(0, str(Path(__file__).parent))
from observed import observed_calls

ASSETS = Path(__file__).parents[1] / "assets"
FILES = sorted((ASSETS / "mechanisms").glob("*.py"))
PROGRAMS = [path for path in FILES if not path.stem.startswith("py312_") or sys.version_info >= (3, 12)]
PACKAGES = sorted(path for path in (ASSETS / "mechanism_packages").iterdir() if path.is_dir())
OUTSIDE_ONLY = ("generators_async", "singledispatch", "async_more")
"""Programs whose functions are started by the event loop or the library alone."""


def _copied(program: Path, folder: Path) -> Path:
    """The file to run, in a folder that holds the program and nothing else."""
    home = folder / "program"
    if program.is_dir():
        shutil.copytree(program, home, ignore=shutil.ignore_patterns("__pycache__"))
        return home / "main.py"
    home.mkdir()
    return Path(shutil.copy(program, home))


def _edges(home: Path) -> tuple[Edge, ...]:
    tree = read_tree(home)
    return build(tree, read_facts(tree, cache=False, jobs=1), cache=False).edges


@pytest.mark.parametrize("program", [*PROGRAMS, *PACKAGES], ids=lambda path: path.stem)
def test_every_call_that_runs_is_read(program: Path, tmp_path: Path) -> None:
    file = _copied(program, tmp_path)
    static = {(edge.caller, edge.line, edge.callee) for edge in _edges(file.parent)}
    ran = observed_calls(file)
    assert ran or program.stem in OUTSIDE_ONLY
    assert sorted(ran - static) == []


@pytest.mark.parametrize("program", [*PROGRAMS, *PACKAGES], ids=lambda path: path.stem)
def test_no_call_of_a_function_that_never_runs(program: Path, tmp_path: Path) -> None:
    """In programs that run all of their code, a sure edge from a line is one that ran."""
    file = _copied(program, tmp_path)
    edges = _edges(file.parent)
    ran = {(caller, callee) for caller, _, callee in observed_calls(file, through_others=True)}
    ran_at_all = {callee for _, callee in ran} | {f"{file.name}::<module>"}
    sure = [
        (edge.caller, edge.line, edge.callee)
        for edge in edges
        if edge.confidence >= 0.9
        and edge.rule != "import"
        and edge.caller in ran_at_all
        and (edge.caller, edge.callee) not in ran
    ]
    assert sure == []


@pytest.mark.parametrize(("caller", "made"), [("plain", "Plain"), ("short", "Short"), ("deep", "Deep")])
def test_a_decorator_without_brackets_gives_back_what_it_was_given(caller: str, made: str, tmp_path: Path) -> None:
    """Neither another class that it decorates, nor the function that it would give back with brackets."""
    file = _copied(ASSETS / "mechanisms" / "decorator_optional_arguments.py", tmp_path)
    callees = {edge.callee for edge in _edges(file.parent) if edge.caller == f"{file.name}::{caller}"}
    assert callees == {f"{file.name}::{made}.__init__"}
