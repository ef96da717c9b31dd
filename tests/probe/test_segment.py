"""What is written survives; what cannot be written is counted; nothing of it disturbs the program."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

import pytest

from callchain.probe import cells, segment
from callchain.probe.segment import FULL, MANY, UNWRITTEN, Segment
from callchain.trace.segments import SegmentData, read

HEAD: list[Any] = ["head", {"pid": 1}]


def started(folder: Path, **limits: int) -> Segment:
    made = Segment(str(folder), **limits)
    made.write(HEAD, vital=True)
    return made


def back(made: Segment) -> SegmentData:
    data = read(Path(made.path))
    assert data is not None
    return data


def test_counts_are_in_the_file_as_soon_as_they_are_counted(tmp_path: Path) -> None:
    made = started(tmp_path)
    made.drop("reason", 3)
    made.drop("reason", 4)
    assert back(made).dropped == {"reason": 7}


def test_more_counters_than_a_block_holds(tmp_path: Path) -> None:
    made = started(tmp_path)
    for number in range(cells.BLOCK + 10):
        made.drop(f"r{number}", number + 1)
    found = back(made).dropped
    assert (len(found), found[f"r{cells.BLOCK + 9}"]) == (cells.BLOCK + 10, cells.BLOCK + 10)


def test_where_nothing_can_be_mapped_counts_come_with_the_records(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "no space")

    monkeypatch.setattr(os, "posix_fallocate", full)
    made = started(tmp_path)
    made.drop("reason", 5)
    made.flush()
    assert back(made).dropped == {"reason": 5}


def test_a_full_recording_counts_what_it_leaves_out_and_still_ends(tmp_path: Path) -> None:
    made = started(tmp_path, max_bytes=2000)
    for line in range(1000):
        made.write(["l", "main.py", line])
    made.write(["end"], vital=True)
    data = back(made)
    assert data.clean
    assert data.dropped == {FULL: 1000 - len(data.lines["main.py"])}
    assert Path(made.path).stat().st_size < 2000 + 200


def test_processes_share_one_limit(tmp_path: Path) -> None:
    first = started(tmp_path, max_bytes=3000)
    for line in range(100):
        first.write(["l", "main.py", line])
    second = started(tmp_path, max_bytes=3000)
    for line in range(1000):
        second.write(["l", "main.py", line])
    assert FULL in back(second).dropped
    assert sum(path.stat().st_size for path in tmp_path.glob("*.jsonl")) < 3000 + 400


def test_a_limit_of_records(tmp_path: Path) -> None:
    made = started(tmp_path, max_records=10)
    for line in range(100):
        made.write(["l", "main.py", line])
    assert back(made).dropped == {MANY: 91}


def test_a_closed_descriptor_is_opened_again_and_a_foreign_one_is_left_alone(tmp_path: Path) -> None:
    made = started(tmp_path)
    os.close(made._descriptor)
    foreign = os.open(tmp_path / "theirs", os.O_WRONLY | os.O_CREAT)
    os.dup2(foreign, made._descriptor)
    made.write(["l", "main.py", 7])
    assert (tmp_path / "theirs").read_bytes() == b""
    assert back(made).lines == {"main.py": {7}}


def test_a_record_that_was_cut_costs_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = started(tmp_path)
    real = segment._write
    monkeypatch.setattr(segment, "_write", lambda descriptor, data: real(descriptor, data[:5]))
    made.write(["l", "main.py", 1])
    monkeypatch.setattr(segment, "_write", real)
    made.write(["l", "main.py", 2])
    data = back(made)
    assert data.lines == {"main.py": {2}}


def test_what_cannot_be_written_is_counted(tmp_path: Path) -> None:
    made = started(tmp_path)
    ring: list[Any] = []
    ring.append(ring)
    made.write(["l", ring, 1])
    assert back(made).dropped == {UNWRITTEN: 1}
