"""The sweep over folders that are there already, and the page that it writes."""

from __future__ import annotations

import zipfile

import pytest

from bench.sweep.fetch import size, unpack
from bench.sweep.one import plain
from bench.sweep.run import swept
from bench.sweep.table import page


@pytest.fixture(scope="module")
def row(tmp_path_factory):
    place = tmp_path_factory.mktemp("packages") / "small==1.0"
    place.mkdir()
    (place / "a.py").write_text("def f(x):\n    x()\n    return g()\n\n\ndef g():\n    return 1\n")
    (place / "broken.py").write_text("def (:\n")
    return swept(place)


def test_a_package_is_read_and_its_broken_file_counted(row):
    assert (row["package"], row["files"], row["edges"], row["left_out"]) == ("small==1.0", 2, 1, 1)
    assert sum(row["reasons"].values()) == row["open"]


def test_the_page_has_sums_failures_and_what_was_left(row):
    text = page([row, {"package": "bad==1", "failure": "exit 1, boom"}], ["late==2"])
    assert "1 packages read, 1 failures: 2 files" in text
    assert "- bad==1 failed: exit 1, boom" in text
    assert "Not read in the time given: late==2." in text


def test_a_reader_that_fails_is_a_failure_with_its_last_line(tmp_path):
    assert "failure" in swept(tmp_path / "missing")


def test_reasons_lose_what_is_of_one_place():
    assert plain("unknown name 'x' at 12: more") == "unknown name … at …"


def test_an_archive_is_unpacked_and_measured(tmp_path):
    with zipfile.ZipFile(tmp_path / "small-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr("small/__init__.py", "x = 1\n")
        wheel.writestr("small/data.txt", "no Python")
    unpack(tmp_path / "small-1.0-py3-none-any.whl", tmp_path / "tree")
    assert size(tmp_path / "tree") == 6
