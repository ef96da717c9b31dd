"""A supervisor's gate on the committed sample: it passes; after one edited character it fails and says where."""

import shutil
from pathlib import Path

import pytest

import callchain
from callchain.evidence.package import load
from callchain.review.gate import gate
from callchain.review.own_root import root_of
from callchain.review.package_proof import Package
from tests.review.conftest import read_calls

SAMPLE = Path(__file__).parents[2] / "reports" / "INTEGRATE-PYTORCH-001" / "sample"
SUBJECT = Path(callchain.__file__).parent / "demo"
COMMIT = "commit reachable and clean"
"""Where the history is not at hand (a shallow checkout, a source archive) this alone cannot pass."""


@pytest.fixture(scope="module")
def calls():
    return read_calls(SUBJECT)


@pytest.fixture
def sample(tmp_path):
    return Package(Path(shutil.copytree(SAMPLE, tmp_path / "INTEGRATE-PYTORCH-001" / "sample")), "sample")


def failed(package, calls, *files):
    known = calls.subject.history.is_ancestor(load(package.folder).provenance.commit)
    checks = {check.name: check.reasons for check in gate(package, calls, files) if not check.passed}
    return {name: reasons for name, reasons in checks.items() if known or name != COMMIT}


def test_the_sample_passes_and_is_named_by_a_plan(sample, calls, tmp_path):
    plan = tmp_path / "fix_plan.md"
    plan.write_text("- [x] evidence in reports/INTEGRATE-PYTORCH-001/sample\n")
    assert failed(sample, calls, plan) == {}


def test_the_sample_is_held_against_the_folder_that_it_speaks_of():
    if not (SUBJECT.parents[1] / ".git").exists():
        assert root_of([SAMPLE], SUBJECT.parents[1]) == SUBJECT.parents[1], "without git nothing is known of it"
    else:
        assert root_of([SAMPLE], SUBJECT.parents[1]) == SUBJECT
    assert root_of([SAMPLE], SUBJECT) == SUBJECT


def test_a_damaged_record_says_nothing_of_its_folder(sample):
    (sample.folder / "evidence.json").write_text('{"broken":')
    assert root_of([sample.folder], SUBJECT.parents[1]) == SUBJECT.parents[1]


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("summary.md", "save_multiple_models", "save_multiple_model5"),
        ("callchain/static.md", "ptycho/model_manager.py:102", "ptycho/model_manager.py:103"),
        ("trace/tap_points.md", "custom_objects_count = 18", "custom_objects_count = 28"),
        ("evidence.json", '"count": 2,', '"count": 3,'),
    ],
)
def test_one_edited_character_is_told_with_its_place(sample, calls, name, before, after):
    file = sample.folder / name
    text = file.read_text(encoding="utf-8")
    assert before in text
    line = text[: text.index(before)].count("\n") + 1
    file.write_text(text.replace(before, after, 1), encoding="utf-8")
    reasons = failed(sample, calls)["claims proved"]
    # An edited record no longer renders the documents beside it: they are named then.
    place = "sample/" if name == "evidence.json" else f"sample/{name}:{line}: "
    assert any(reason.startswith(place) for reason in reasons), reasons
