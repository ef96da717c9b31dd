"""Exports are valid in the eyes of the tools they are for, and hold what was recorded."""

from __future__ import annotations

import builtins
import json
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from callchain.model.errors import CallchainError
from callchain.trace.export import perfetto, speedscope
from callchain.trace.export.recordings import Run, newest_package, runs_in
from callchain.trace.export.rows import TABLES
from callchain.trace.export.tables import as_json, as_text, query, write_parquet
from callchain.trace.export.timeline import processes_of
from tests.trace.programs import Traced, tap, watch

PROGRAM = """\
import os
import subprocess
import sys
import threading

cfg = {}

def leaf(n):
    if n == 2:
        raise ValueError(n)

def work(n):
    try:
        leaf(n)
    except ValueError:
        cfg["failed"] = n

for n in range(4):
    work(n)
thread = threading.Thread(target=work, args=(9,), name="other")
thread.start()
thread.join()
open("out.txt", "w").close()
if "RANK" not in os.environ:
    subprocess.run([sys.executable, __file__], env={**os.environ, "RANK": "1", "WORLD_SIZE": "2"}, check=True)
"""
# The parts of speedscope's file-format-schema.json that a sampled profile has.
SPEEDSCOPE = {
    "type": "object",
    "required": ["$schema", "shared", "profiles"],
    "properties": {
        "$schema": {"const": "https://www.speedscope.app/file-format-schema.json"},
        "activeProfileIndex": {"type": "number"},
        "exporter": {"type": "string"},
        "name": {"type": "string"},
        "shared": {
            "type": "object",
            "required": ["frames"],
            "additionalProperties": False,
            "properties": {
                "frames": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "required": ["name"],
                        "additionalProperties": False,
                        "properties": {
                            "name": {"type": "string"},
                            "file": {"type": "string"},
                            "line": {"type": "number"},
                            "col": {"type": "number"},
                        },
                    },
                }
            },
        },
        "profiles": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["type", "name", "unit", "startValue", "endValue", "samples", "weights"],
                "additionalProperties": False,
                "properties": {
                    "type": {"const": "sampled"},
                    "name": {"type": "string"},
                    "unit": {"enum": ["bytes", "microseconds", "milliseconds", "nanoseconds", "none", "seconds"]},
                    "startValue": {"type": "number"},
                    "endValue": {"type": "number"},
                    "samples": {"type": "array", "items": {"type": "array", "items": {"type": "integer"}}},
                    "weights": {"type": "array", "items": {"type": "number"}},
                },
            },
        },
    },
}


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    traced = Traced(tmp_path_factory.mktemp("exports"))
    record = traced(
        {"main.py": PROGRAM},
        *(sys.executable, str(traced.root / "main.py")),
        taps=(tap("main.py::leaf", "entry", (8, 8), 8, n="n"),),
        watch=(watch("__main__", "cfg"),),
    )
    assert record.exit_code == 0
    yield traced.recording


@pytest.fixture(scope="module")
def runs(recorded: Path) -> tuple[Run, ...]:
    return runs_in(recorded)


def test_speedscope(runs: tuple[Run, ...]) -> None:
    document = json.loads(speedscope.render(runs))
    jsonschema.validate(document, SPEEDSCOPE)
    frames, profiles = document["shared"]["frames"], document["profiles"]
    assert len(profiles) == 4, "two threads in each of two processes"
    assert any("rank 1 of 2" in profile["name"] for profile in profiles)
    for profile in profiles:
        assert len(profile["samples"]) == len(profile["weights"])
        assert profile["endValue"] == sum(profile["weights"])
        assert all(0 <= frame < len(frames) for sample in profile["samples"] for frame in sample)
    named = [[frames[at]["name"] for at in sample] for sample in profiles[0]["samples"]]
    weights = dict(zip(map(tuple, named), profiles[0]["weights"], strict=True))
    assert weights == {("<module>",): 1, ("<module>", "work"): 4, ("<module>", "work", "leaf"): 4}


def test_perfetto(runs: tuple[Run, ...]) -> None:
    document = json.loads(perfetto.render(runs))
    events: list[dict[str, Any]] = document["traceEvents"]
    for event in events:
        assert {"ph", "name", "pid", "tid"} <= event.keys()
        assert event["ph"] in {"M", "X", "i"}
        assert event["ph"] == "M" or event["ts"] >= 0
        assert event["ph"] != "X" or event["dur"] >= 0
        assert event["ph"] != "i" or event["s"] in {"g", "p", "t"}
    names = {event["args"]["name"] for event in events if event["name"] in ("process_name", "thread_name")}
    assert {"MainThread", "other"} <= names and any(name.endswith("(rank 1 of 2)") for name in names)
    slices = [event for event in events if event["ph"] == "X"]
    leaf = next(event for event in slices if event["name"] == "leaf")
    assert (leaf["args"]["entered"], leaf["args"]["line"]) == (4, 14)
    for inner in slices:  # in one thread they nest or follow one another
        for outer in (s for s in slices if (s["pid"], s["tid"]) == (inner["pid"], inner["tid"])):
            start, end = outer["ts"], outer["ts"] + outer["dur"]
            assert not (start < inner["ts"] < end < inner["ts"] + inner["dur"])
    instants = {event["cat"] for event in events if event["ph"] == "i"}
    assert instants == {"effects", "hits", "state", "exceptions"}


def test_sql_over_all_processes(runs: tuple[Run, ...]) -> None:
    calls = query(
        runs, "select process, sum(entered) from calls where callee like '%::leaf' group by 1 order by 1"
    )
    assert calls.rows == ((0, 5), (1, 5))
    joined = query(
        runs,
        "select p.role, e.target, e.line from effects e join processes p using (run, process) "
        "where e.kind = 'file' order by 1",
    )
    assert joined.rows == (("", "out.txt", 23), ("rank 1 of 2", "out.txt", 23))
    assert query(runs, "select distinct store, key, symbol, line from state").rows == (
        ("__main__::cfg", "failed", "main.py::work", 16),
    )
    (hit,) = query(runs, "select captured from hits where process = 0 and sequence = 3").rows
    assert json.loads(hit[0]) == {"n": {"type": "int", "value": 2}}
    assert query(runs, "select type, message from exceptions where process = 1").rows == (("ValueError", "2"),)
    assert query(runs, "select distinct first_end_ns >= first_ns from calls").rows == ((True,),)
    for table in TABLES:
        assert query(runs, "select count(*) from " + table).rows, table


def test_parquet_is_read_back(runs: tuple[Run, ...], tmp_path: Path) -> None:
    import duckdb

    files = write_parquet(runs, tmp_path / "tables")
    assert [file.stem for file in files] == list(TABLES)
    for file in files:
        found = duckdb.sql(f"select * from read_parquet('{file}')")
        assert list(found.columns) == list(TABLES[file.stem])
    total = duckdb.sql(f"select sum(entered) from read_parquet('{tmp_path}/tables/calls.parquet')").fetchall()
    assert total == [(22,)]


def test_a_query_sees_the_tables_and_nothing_of_the_machine(runs: tuple[Run, ...], tmp_path: Path) -> None:
    (tmp_path / "private.txt").write_text("x")
    for sql in (f"select * from read_text('{tmp_path}/private.txt')", f"copy calls to '{tmp_path}/copy.csv'"):
        with pytest.raises(CallchainError, match="the query failed"):
            query(runs, sql)
    with pytest.raises(CallchainError, match="the tables are processes, threads, calls"):
        query(runs, "select * from nothing")
    assert not (tmp_path / "copy.csv").exists()


def test_results_as_text_and_json(runs: tuple[Run, ...]) -> None:
    answer = query(runs, "select 1 as a, 'x\ty' as b, null as c")
    assert as_text(answer) == "a\tb\tc\n1\tx\\ty\t\n"
    assert json.loads(as_json(answer)) == [{"a": 1, "b": "x\ty", "c": None}]


def test_without_duckdb_one_line_says_what_to_install(
    runs: tuple[Run, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    real = builtins.__import__

    def without(name: str, *rest: Any, **more: Any) -> Any:
        if name == "duckdb":
            raise ImportError(name)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(CallchainError, match=r"callchain-evidence\[query\]"):
        query(runs, "select 1")


def test_no_recording_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(CallchainError, match="no recording in"):
        runs_in(tmp_path)
    with pytest.raises(CallchainError, match="no package with a recording"):
        newest_package(tmp_path)


def test_the_commands(recorded: Path, tmp_path: Path) -> None:
    def call(*words: object) -> str:
        command = [sys.executable, "-m", "callchain", "trace", *map(str, words)]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    asked = call(
        "query", "select callee, entered from calls where callee like '%::work' and process = 1", recorded
    )
    assert asked.splitlines() == ["callee\tentered", "main.py::work\t4", "main.py::work\t1"]
    assert "traceEvents" in json.loads(call("export", recorded))
    call("export", recorded, "--format", "speedscope", "--out", tmp_path / "speed.json")
    jsonschema.validate(json.loads((tmp_path / "speed.json").read_text()), SPEEDSCOPE)
    assert len(call("export", recorded, "--format", "parquet", "--out", tmp_path / "p").splitlines()) == len(
        TABLES
    )


@pytest.mark.parametrize("table", TABLES)
def test_every_table_and_column_is_documented(table: str) -> None:
    text = (Path(__file__).parents[2] / "docs" / "exports.md").read_text(encoding="utf-8")
    assert f"| `{table}` | {', '.join(f'`{column}`' for column in TABLES[table])} |" in text


def test_the_time_line_has_each_first_call_with_its_begin_and_end(runs: tuple[Run, ...]) -> None:
    (run,) = runs
    first, second = processes_of(run)
    assert second.role == "rank 1 of 2"
    assert first.start == 0 < second.start <= second.end <= first.end
    main, other = first.lanes
    assert [lane.name for lane in (main, other)] == ["MainThread", "other"]
    assert [(call.depth, call.symbol, call.count) for call in main.calls] == [
        (0, "main.py::<module>", 1),
        (1, "main.py::work", 4),
        (2, "main.py::leaf", 4),
    ]
    for outer, inner in pairwise(main.calls):
        assert outer.start <= inner.start <= inner.end <= outer.end <= outer.until, (
            "each first call is in the other"
        )
        assert not inner.is_open
    assert [name for _, name in main.hits] == ["look"] * 4
    assert all(main.calls[2].start <= at <= first.end for at, _ in main.hits)
    assert any(what.endswith("out.txt") for _, what in first.effects)


def test_a_recording_of_old_has_no_ends(recorded: Path, tmp_path: Path) -> None:
    (segment, *_) = sorted(recorded.rglob("seg-*.jsonl"))
    old = tmp_path / segment.name
    old.write_text(segment.read_text().replace('"node_cells":4', '"node_cells":3'))
    old.with_suffix(".cells").write_bytes(segment.with_suffix(".cells").read_bytes())
    calls = processes_of(runs_in(tmp_path)[0])[0].lanes[0].calls
    assert [call.is_open for call in calls] == [True, True, False], "a raised error tells its own time"
    assert len({call.end for call in calls if call.is_open}) == 1
