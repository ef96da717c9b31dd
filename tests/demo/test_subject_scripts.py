"""The scripts run, repeat themselves and leave the source alone."""

import re
import subprocess
import sys

import pytest

pytestmark = pytest.mark.demo


def test_training_says_what_it_did(subject_run):
    lines = dict(line.split(": ", 1) for line in subject_run.printed["train"].splitlines())
    assert lines["patterns"] == "64, groups: 16"
    assert lines["archive"] == "wts.h5.zip"
    assert float(lines["intensity_scale"].split()[0]) > 0


def test_training_twice_prints_the_same(subject_run):
    assert subject_run.printed["train"] == subject_run.printed["train_again"]
    first = (subject_run.outputs / "metrics.json").read_bytes()
    assert (subject_run.folder / "again" / "metrics.json").read_bytes() == first
    first = (subject_run.outputs / "phase.npy").read_bytes()
    assert (subject_run.folder / "again" / "phase.npy").read_bytes() == first


def test_loading_finds_the_scale_of_the_training(subject_run):
    pattern = re.compile(r"^intensity_scale: .*$", re.MULTILINE)
    trained = pattern.search(subject_run.printed["train"])
    loaded = pattern.search(subject_run.printed["load"])
    assert trained is not None
    assert loaded is not None
    assert trained[0] == loaded[0]


def test_results_do_not_name_the_working_folder(subject_run):
    said = "".join(subject_run.printed.values()) + (subject_run.outputs / "logs" / "run.log").read_text()
    assert str(subject_run.folder) not in said
    assert str(subject_run.subject) not in said


def test_nothing_is_written_below_the_subject(subject_run):
    assert subject_run.after == subject_run.before


def test_the_subjects_own_tests_pass(subject_run):
    # A failing test ends pytest with a status that `python` does not accept.
    said = subject_run.python("-m", "pytest", "-q", "-p", "no:cacheprovider", str(subject_run.subject / "tests"))
    assert re.search(r"[1-9]\d* passed", said)


def test_importing_the_tool_brings_no_subject_along():
    check = "import sys, callchain; print([name for name in sys.modules if 'demo' in name or 'ptycho' in name])"
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
