"""Which test `--roi auto` takes where the answer ends in no sink, and where it does."""

from pathlib import Path

import pytest

from callchain.callgraph.build import build
from callchain.chain.roi import run_of_interest
from callchain.facts.store import read_facts
from callchain.model.chain import Chain, Flow, Stage
from callchain.source.tree import read_tree

PAGE = """
def render(text):
    return join(parse(text))


def parse(text):
    return text.split()


def join(parts):
    return " ".join(parts)
"""
TESTS = """
from site_made import page


def test_join():
    assert page.join(["a"]) == "a"


def test_render():
    assert page.render("a") == "a"
"""


@pytest.mark.parametrize(
    ("last", "test", "why"),
    [
        (
            "core",
            "test_render",
            "page.py::join through site_made/page.py::render and can call 3",
        ),
        ("sink", "test_join", "page.py::join and can call 1"),
    ],
)
def test_an_end_without_a_sink_is_come_to_through_the_entry(
    tmp_path: Path, last: str, test: str, why: str
) -> None:
    for path, text in {
        "site_made/__init__.py": "",
        "site_made/page.py": PAGE,
        "tests/test_page.py": TESTS,
    }.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text)
    tree = read_tree(tmp_path)
    graph = build(tree, read_facts(tree, cache=False, jobs=1))
    stages = tuple(
        Stage(f"site_made/page.py::{name}", "site_made/page.py", line, line + 1, role)
        for name, line, role in (("render", 2, "entry"), ("join", 10, last))
    )
    chosen = run_of_interest(Chain((Flow("show", "", stages),)), graph, tree, tmp_path)
    assert chosen.command[-1] == f"tests/test_page.py::{test}"
    assert why in chosen.why
