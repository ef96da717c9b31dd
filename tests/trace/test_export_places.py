"""Exports into places without room: one line, and nothing that is half written."""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

import pytest

from tests.trace.programs import Traced


def exported(traced: Traced, *words: str, room: int = -1) -> subprocess.CompletedProcess[str]:
    """What the command says about a small recording; no file may grow beyond `room` bytes."""
    traced({"main.py": "def f(n):\n    return n\n\nfor n in range(9):\n    f(n)\n"})
    return subprocess.run(
        [sys.executable, "-m", "callchain", "trace", "export", str(traced.recording), *words],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (room, room)),
    )


def test_a_file_that_does_not_fit_leaves_the_old_one(traced: Traced, tmp_path: Path) -> None:
    place = tmp_path / "place"
    place.mkdir()
    file = place / "calls.json"
    file.write_text("old", encoding="utf-8")
    done = exported(traced, "--out", str(file), room=100)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert done.stderr.startswith(f"callchain: {file} cannot be written: File too large")
    assert [each.name for each in place.iterdir()] == ["calls.json"]
    assert file.read_text(encoding="utf-8") == "old"


def test_tables_that_do_not_fit_leave_none(traced: Traced, tmp_path: Path) -> None:
    place = tmp_path / "parts"
    done = exported(traced, "--format", "parquet", "--out", str(place), room=1000)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "cannot be written" in done.stderr
    assert not list(place.iterdir())


@pytest.mark.parametrize("form", ["perfetto", "speedscope", "parquet"])
def test_a_place_below_a_file(traced: Traced, tmp_path: Path, form: str) -> None:
    place = tmp_path / "file"
    place.touch()
    done = exported(traced, "--format", form, "--out", str(place / "below"))
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert done.stderr.startswith(f"callchain: {place / 'below'} cannot be written: Not a directory")


def test_a_pipe_is_written_to_as_it_is(traced: Traced) -> None:
    done = exported(traced, "--out", "/dev/stdout")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("{")
