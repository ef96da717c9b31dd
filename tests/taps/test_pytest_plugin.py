"""The plugin in a real pytest: inert, the fixture, failures that show the snapshot, a whole run, xdist."""

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.taps.test_check import DEPOT, TAPS

PROJECT = Path(__file__).parents[2] / "pyproject.toml"

TESTS = """
from depot import pack

def test_a_key_of_the_file(tap):
    seen = tap.file("taps.toml")["tap_total"]
    assert seen.hits == 0
    assert pack([1, 2]) == 6
    assert (seen.hits, seen["total"], len(seen.values("total"))) == (1, 6, 1)
    assert seen["total"] > 5 and 6 >= seen["total"] and seen["names"] == ["a", "b"] and "a" in seen["names"]
    seen.check("total == 6")
    seen.check()

def test_a_tap_of_its_own(tap):
    seen = tap("depot.py::pack", before="total += 2 * item", capture={"item": "item", "so_far": "total"})
    pack([1, 2])
    assert [value.value for value in seen.values("item")] == [1, 2]
    assert seen["so_far"] == 2
    raised = tap("depot.py::pack", on="raise", capture={"kind": "type_name(error)"})
    try:
        pack(None)
    except TypeError:
        pass
    assert "TypeError" in seen_text(raised["kind"])
    assert seen.hits == 2

def seen_text(captured):
    return captured.value

def test_threads_are_seen(tap):
    import threading
    seen = tap("depot.py::pack", on="return", capture={"result": "result"})
    thread = threading.Thread(target=pack, args=([5],))
    thread.start()
    thread.join()
    assert seen["result"] == 10
"""
FAILING = """
from depot import pack

def test_value(tap):
    seen = tap.file("taps.toml")["tap_total"]
    pack([1])
    assert seen["total"] == 7

def test_member(tap):
    seen = tap.file("taps.toml")["tap_total"]
    pack([1])
    assert "z" in seen["names"]

def test_expectation(tap):
    seen = tap.file("taps.toml")["tap_total"]
    pack([-1])
    seen.check()

def test_not_reached(tap):
    tap.file("taps.toml")["tap_total"].check()

def test_unknown(tap):
    tap("tap_totale")
"""
PLAIN = """
import pytest
from depot import pack

@pytest.mark.parametrize("n", range(6))
def test_plain(n):
    assert pack([n]) == 2 * n
"""
INERT = """

def test_inert():
    import sys
    loaded = {name for name in sys.modules if name.startswith("callchain.") and "._" not in name}
    assert loaded == {"callchain.pytest_plugin"}
    assert sys.gettrace() is None
"""


@pytest.fixture
def project(tmp_path):
    (tmp_path / "depot.py").write_text(DEPOT)
    (tmp_path / "taps.toml").write_text(TAPS)
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    return tmp_path


def run(project, text, *options):
    (project / "test_it.py").write_text(text)
    command = [sys.executable, "-m", "pytest", "-p", "callchain.pytest_plugin", "-q", "--tb=short", *options]
    alone = os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False, env=alone)
    return done.returncode, done.stdout + done.stderr


def test_the_fixture_gives_what_the_taps_see(project):
    status, said = run(project, TESTS)
    assert (status, "3 passed" in said) == (0, True), said


def test_failures_show_the_snapshot_the_line_and_what_was_expected(project):
    status, said = run(project, FAILING)
    assert (status, "5 failed" in said) == (1, True), said
    assert "assert 2 == 7" in said
    assert re.search(r"tap_total\.total = 2 \[depot\.py:6, hit 1 of 1\]", said)
    assert "assert 'z' in ['a']" in said
    expected = [
        "tap_total: total > 0 failed on hit 1 of 1",
        "seen      total = -2",
        "expected  total > 0 \u2014 something was packed [crates]",
        "at        depot.py:6 (after this line, in pack)",
        "for number, item in enumerate(items):",
        "stack     depot.py::pack",
        "tap_total was not reached",
        "no tap 'tap_totale' is armed",
    ]
    assert [text for text in expected if text not in said] == []


def test_without_being_asked_nothing_is_loaded_or_said(project):
    status, said = run(project, PLAIN + INERT)
    assert (status, "7 passed" in said, "callchain taps" in said) == (0, True, False), said


@pytest.mark.parametrize("workers", [(), ("-p", "xdist", "-n", "2")], ids=["one process", "xdist"])
def test_a_whole_run_is_summed_up(project, workers):
    strict = ("--callchain-strict",) if workers else ()
    status, said = run(project, PLAIN, "--callchain-taps", "taps.toml", *strict, *workers)
    assert (status, "6 passed" in said) == (1 if strict else 0, True), said
    assert "tap_total: 6 hits in 6 tests; fail: total > 0" in said
    assert "tap_never: not reached" in said
    assert "test_it.py::test_plain[0]" in said


def test_a_trace_function_that_stood_there_is_put_back(project):
    text = """
import sys
from depot import pack

def test_it(tap):
    before = sys.gettrace()
    seen = tap("depot.py::pack", on="return", capture={"result": "result"})
    pack([1])
    tap.stop()
    assert sys.gettrace() is before
    assert seen["result"] == 2
"""
    status, said = run(project, text)
    assert status == 0, said


def test_a_bad_tap_file_is_one_clear_line(project):
    (project / "taps.toml").write_text(TAPS.replace("depot.py::pack", "depot.py::pakc"))
    status, said = run(project, PLAIN, "--callchain-taps", "taps.toml")
    assert status == 4
    assert "callchain: tap 'tap_total': depot.py has no 'pakc' (near: depot.py::pack)" in said
    assert "Traceback" not in said


def test_pytest_finds_the_plugin_where_the_tool_is_installed():
    declared = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]["entry-points"]["pytest11"]
    assert declared == {"callchain": "callchain.pytest_plugin"}
