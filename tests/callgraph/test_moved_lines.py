"""A file whose lines moved gives the calls that solving it anew gives, without solving it anew."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest

import callchain.demo
from callchain.callgraph import solving
from callchain.callgraph.build import build
from callchain.facts.store import read_facts
from callchain.source.tree import read_tree

FILES = {
    "shop/__init__.py": "",
    "shop/stock.py": """class Shelf:
    def take(self, name):
        return [name, {"a": len(name)}][0]


def find(name, **more):
    with open(name) as file:
        return unknown(file.read() + name)
""",
    "shop/sale.py": """from shop.stock import Shelf, find

HANDLERS = {"take": Shelf().take, "find": find}


class Sale(Shelf):
    def take(self, name):
        return super().take(name)


def sell(kind):
    shelf = Sale()
    first, *rest = [each.take(kind) for each in (shelf,)]
    return HANDLERS[kind](first), lambda: find(rest)
""",
}


@pytest.fixture
def root(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("CALLCHAIN_CACHE_DIR", str(tmp_path / "cache"))
    for name, text in FILES.items():
        path = tmp_path / "root" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path / "root"


@pytest.fixture
def solved(monkeypatch) -> list[int]:
    """Grows by one for each time that calls are resolved anew."""
    times: list[int] = []
    solve = solving.solve
    monkeypatch.setattr(solving, "solve", lambda *given: (times.append(1), solve(*given))[1])
    return times


def _graph(root: Path, *, cache: bool):
    tree = read_tree(root)
    return build(tree, read_facts(tree, cache=cache, jobs=1), cache=cache)


def _said(root: Path, *, cache: bool) -> tuple[object, ...]:
    graph = _graph(root, cache=cache)
    return tuple(graph.edges), tuple(graph.external), tuple(graph.blind_spots)


def _edit(root: Path, old: str, new: str, name: str = "shop/sale.py") -> None:
    path = root / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def _agrees(root: Path, solved: list[int]) -> bool:
    """Whether the edited tree's calls were known; they must be those of solving it anew either way."""
    before = len(solved)
    known = _said(root, cache=True)
    anew = len(solved) > before
    assert known == _said(root, cache=False)
    return not anew


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("from shop", "# a comment\n\nfrom shop"),
        ("class Sale", "\n\n\nclass Sale"),
        ("    shelf = Sale()\n", "    # why\n    shelf = Sale()  # what\n"),
        ("\n\nclass Sale", "\nclass Sale"),
        ("(self, name):\n", '(self, name):\n        """What it takes."""\n'),
    ],
)
def test_lines_that_moved_are_not_solved_again(root, solved, old, new):
    _said(root, cache=True)
    _edit(root, old, new)
    assert _agrees(root, solved)
    _edit(root, new, old)
    assert _agrees(root, solved)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("super().take(name)", "find(name)"),
        ("super().take(name)", "super().take(\n            name)"),
        ("Sale()\n    first", "Sale(); first"),
        ('"find": find', '"find": Shelf'),
        ("import Shelf, find", "import Shelf, find as find"),
        ("class Sale(Shelf)", "class Sale"),
        ("return HANDLERS", "return 1, HANDLERS"),
        ("def sell(kind)", "def sell(kind: Shelf)"),
    ],
)
def test_what_changed_is_solved_as_if_nothing_were_known(root, solved, old, new):
    _said(root, cache=True)
    _edit(root, old, new)
    _agrees(root, solved)
    assert solved


def test_what_changed_in_a_call_changes_the_graph(root, solved):
    before = _said(root, cache=True)
    _edit(root, "super().take(name)", "find(name)")
    assert not _agrees(root, solved)
    assert _said(root, cache=True) != before


def test_blind_spots_show_the_line_as_it_is_now(root, solved):
    _said(root, cache=True)
    _edit(
        root,
        "return unknown(file.read() + name)",
        "# two\n        return unknown(file.read() + name)  # now",
        "shop/stock.py",
    )
    assert _agrees(root, solved)
    assert any(spot.expression.endswith("# now") for spot in _graph(root, cache=True).blind_spots)


def test_files_that_break_or_vanish_are_not_taken_for_moved(root, solved):
    _said(root, cache=True)
    _edit(root, "def sell(kind):", "def sell(kind:")
    assert not _agrees(root, solved)
    (root / "shop/sale.py").unlink()
    assert not _agrees(root, solved)


def test_edits_at_random_over_a_package_agree(tmp_path, monkeypatch, solved):
    monkeypatch.setenv("CALLCHAIN_CACHE_DIR", str(tmp_path / "cache"))
    root = tmp_path / "root"
    shutil.copytree(Path(callchain.demo.__file__).parent, root, ignore=shutil.ignore_patterns("__pycache__"))
    files = sorted(path for path in root.rglob("*.py") if path.stat().st_size > 500)
    choose = random.Random(7)  # noqa: S311 - the same edits each time
    _said(root, cache=True)
    kept = 0
    for turn in range(12):
        for path in choose.sample(files, choose.randint(1, 3)):
            lines = path.read_text(encoding="utf-8").split("\n")
            at = choose.randrange(len(lines))
            part = [[""], ["# a comment"], ["", "", "# two"], []][turn % 4]
            lines[at : at + (turn % 4 == 3)] = part
            path.write_text("\n".join(lines), encoding="utf-8")
        kept += _agrees(root, solved)
    assert kept
