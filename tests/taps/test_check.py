"""Drift: taps are found again as code; what is not found is told with what is near."""

import json

import pytest
from typer.testing import CliRunner

from callchain.cli.taps_command import taps as app
from callchain.model.tap import TapResult
from callchain.source.tree import read_tree
from callchain.taps.check import check_file, with_drift

DEPOT = """\"\"\"A depot.\"\"\"

def pack(items):
    total = 0
    names = []
    for number, item in enumerate(items):
        total += 2 * item
        names.append("ab"[number])
    return total


def never(x):
    return x
"""
TAPS = """
[[tap]]
key = "tap_total"
purpose = "everything is counted"
at = { symbol = "depot.py::pack", after = "for number, item in enumerate(items):" }
units = "crates"
expect = ["total > 0"]
expected = "something was packed"
[tap.capture]
total = "total"
names = "names"

[[tap]]
key = "tap_never"
purpose = "nobody comes here"
at = { symbol = "depot.py::never", on = "entry" }
[tap.capture]
x = "x"
"""


@pytest.fixture
def depot(tmp_path):
    (tmp_path / "depot.py").write_text(DEPOT)
    (tmp_path / "taps.toml").write_text(TAPS)
    return tmp_path


def result(key, line):
    return TapResult(key, "", "depot.py::pack", "depot.py", line, line, "after", "", "", "", "", 1, (), ())


def test_a_tap_is_found_again_after_lines_moved(depot):
    earlier = [result("tap_total", 6), result("tap_never", 12)]
    found = with_drift(check_file(depot / "taps.toml", read_tree(depot)), earlier)
    assert [each.drift for each in found] == ["same", "same"]
    (depot / "depot.py").write_text("# moved\n# down\n" + DEPOT.replace("enumerate(items)", "enumerate( items )"))
    found = with_drift(check_file(depot / "taps.toml", read_tree(depot)), earlier)
    assert [(each.found, each.line, each.drift) for each in found] == [
        (True, 8, "moved from depot.py:6"),
        (True, 14, "moved from depot.py:12"),
    ]
    assert str(found[0]).endswith("`for number, item in enumerate( items ):`, moved from depot.py:6")


def test_near_misses_are_shown(depot):
    (depot / "depot.py").write_text(DEPOT.replace("enumerate(items)", "enumerate(items, 1)"))
    found = with_drift(check_file(depot / "taps.toml", read_tree(depot)), [result("tap_total", 6)])
    assert not found[0].found
    assert "near: line 6 `for number, item in enumerate(items, 1):`" in str(found[0])
    assert "it stood at depot.py:6" in str(found[0])
    assert found[1].drift == "not in the earlier package"
    run = CliRunner().invoke(
        app, ["check", str(depot / "taps.toml"), "--root", str(depot), "--json"], standalone_mode=False
    )
    assert run.return_value == 2
    assert [each["found"] for each in json.loads(run.stdout)] == [False, True]
