"""The committed sample: a package that anyone can hold against the source it speaks of."""

from pathlib import Path

from callchain.evidence.anchors import check, check_printed
from callchain.evidence.package import damaged, load
from callchain.source.tree import read_tree
from tests.functional.conftest import SUBJECT

SAMPLE = Path(__file__).parents[2] / "reports" / "INTEGRATE-PYTORCH-001" / "sample"


def test_the_sample_is_whole_and_every_anchor_holds_today() -> None:
    evidence = load(SAMPLE)
    assert damaged(SAMPLE, evidence) == ()
    tree = read_tree(SUBJECT)
    report = check(evidence, tree)
    assert report.checked > 500
    assert report.false == (), "the subject has changed: run `make sample`"


def test_every_anchor_printed_in_the_sample_holds_today() -> None:
    tree = read_tree(SUBJECT)
    for name in ("callchain/static.md", "summary.md", "trace/tap_points.md", "callgraph/dynamic.txt"):
        printed = check_printed(name, (SAMPLE / name).read_text(encoding="utf-8"), tree)
        assert printed.checked > 5, name
        assert printed.false == (), name


def test_the_sample_answers_with_a_run() -> None:
    evidence = load(SAMPLE)
    assert [run.exit_code for run in evidence.runs] == [0, 0, 0]
    assert [tap.key for tap in evidence.taps if not tap.hits] == []
    assert evidence.quality.expectations == {"fail": 1, "pass": 41}
