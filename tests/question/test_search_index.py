"""The index of words: its scores, and that it is kept."""

import math
from pathlib import Path

import pytest

from callchain.callgraph.build import build
from callchain.callgraph.derived import derived
from callchain.facts.store import read_facts
from callchain.question.rank import rank
from callchain.question.search_index import Corpus, SearchIndex, indexed, search_index
from callchain.question.understand import understand
from callchain.source.tree import read_tree

CODE = '''
def save_all(models):
    """Save models."""
    return models


def load(path):
    """Load one."""
'''


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CALLCHAIN_CACHE_DIR", str(tmp_path / "cache"))
    folder = tmp_path / "code"
    folder.mkdir()
    (folder / "one.py").write_text(CODE)
    (folder / "two.py").write_text(CODE)
    return folder


def test_a_score_is_that_of_bm25(root: Path) -> None:
    tree = read_tree(root)
    corpus = Corpus(indexed(read_facts(tree, cache=False), tree), {"one.py"})
    assert corpus.symbols == ["one.py::<module>", "one.py::save_all", "one.py::load"]
    # `sav` and `all` five times each as a name, the module `one`, the summary twice, the
    # parameter, the name in the body: 17 stems
    lengths = {"module": 1, "save_all": 17, "load": 5 + 1 + 2 * 2 + 1}
    mean = sum(lengths.values()) / 3
    rarity = math.log(1 + (3 - 1 + 0.5) / (1 + 0.5))
    expected = rarity * 7 / (7 + 1.5 * (0.25 + 0.75 * lengths["save_all"] / mean))
    assert corpus.scores("sav").tolist() == pytest.approx([0.0, expected, 0.0])
    assert corpus.scores("unheard").tolist() == [0.0, 0.0, 0.0]


def test_the_index_is_kept_until_a_file_changes(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = _index(root)
    made: list[str] = []
    monkeypatch.setattr("callchain.question.search_index.documents", lambda *_: made.append("made") or iter(()))
    assert _index(root) == first
    assert not made
    (root / "two.py").write_text(CODE + "\nlater = load\n")
    _index(root)
    assert made == ["made"]


def _index(root: Path) -> SearchIndex:
    tree = read_tree(root)
    facts = read_facts(tree, jobs=1)
    return search_index(build(tree, facts), facts, tree)


def test_a_ranking_is_the_same_with_and_without_a_kept_index(root: Path) -> None:
    tree = read_tree(root)
    facts = read_facts(tree, jobs=1)
    kept, bare = build(tree, facts), build(tree, facts, cache=False)
    question = understand("How are models saved?")
    paths = {"one.py", "two.py"}
    rankings = [rank(question, graph, facts, tree, paths) for graph in (kept, kept, bare)]
    assert kept.key
    assert not bare.key
    assert rankings[0] == rankings[1] == rankings[2]
    assert rankings[0][0].symbol == "one.py::save_all"


def test_a_damaged_entry_is_made_anew(root: Path) -> None:
    tree = read_tree(root)
    facts = read_facts(tree, jobs=1)
    graph = build(tree, facts)
    code = Path(__file__).parent
    assert derived(graph, "words", str, code, lambda: "text") == "text"
    assert derived(graph, "words", int, code, lambda: 7) == 7  # what is kept is no number
    assert derived(graph, "words", int, code, lambda: 8) == 7
