"""Every sentence of static.md and summary.md is a claim: it has anchors, or the record holds what it says."""

from __future__ import annotations

from pathlib import Path

import pytest

from callchain.evidence.join import join
from callchain.model.package import Evidence, Provenance
from callchain.report import static_md, summary_md
from tests.chain.asking import QUESTION, SAMPLE, Asked, ask
from tests.report.sentences import unfounded


@pytest.fixture(scope="module")
def answered() -> Evidence:
    """What reading alone says of a question to a code base with archives, clauses and a findings ledger."""
    return joined(ask(SAMPLE, QUESTION, ("pkg", "other")))


def joined(asked: Asked) -> Evidence:
    """The record of what reading alone says."""
    return join(
        question=asked.question,
        ranking=asked.ranking,
        candidates=asked.candidates,
        entries=asked.entries,
        chain=asked.chain,
        tree=asked.tree,
        provenance=Provenance("callchain", "", False, ("callchain", "run"), "sample"),
    )


@pytest.mark.parametrize("document", [static_md, summary_md])
def test_every_sentence_of_an_answer_rests_on_something(answered: Evidence, document):
    assert not unfounded(document.render(answered), answered)


@pytest.mark.parametrize("document", [static_md, summary_md])
def test_every_sentence_about_runs_rests_on_something(evidence: Evidence, read_only: Evidence, document):
    assert not unfounded(document.render(evidence), evidence)
    assert not unfounded(document.render(read_only), read_only)


def test_free_prose_and_anchors_of_nothing_are_found(evidence: Evidence):
    page = summary_md.render(evidence) + "\nAll is well.\n\n- the end `shop/app.py:999`\n"
    assert [told.partition(": ")[2] for told in unfounded(page, evidence)] == [
        "All is well.",
        "- the end `shop/app.py:999`",
    ]


@pytest.mark.parametrize("document", [static_md, summary_md])
def test_every_sentence_about_the_whole_rests_on_something(tmp_path: Path, document):
    (tmp_path / "README.md").write_text("# pack\n\nCall `fill()` first.\n")
    (tmp_path / "pack").mkdir()
    (tmp_path / "pack" / "__init__.py").write_text("from pack.box import fill\n")
    (tmp_path / "pack" / "box.py").write_text("def fill():\n    return empty()\n\n\ndef empty():\n    return 1\n")
    record = joined(ask(tmp_path, "What does this do?", ("pack",)))
    assert "told of in `README.md:3`" in static_md.render(record)
    assert not unfounded(document.render(record), record)


@pytest.mark.parametrize("document", [static_md, summary_md])
def test_every_sentence_of_a_comparison_rests_on_something(document):
    record = joined(ask(SAMPLE, "Compare `Keeper.save_all` with `other.train`", ("pkg", "other")))
    assert record.contrast is not None
    assert not unfounded(document.render(record), record)
