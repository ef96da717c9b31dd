"""The tracing benchmark: the programs run under every engine, and the tap it places is hit."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from bench.child import Limits
from bench.trace import many
from bench.trace.engines import engines
from bench.trace.run import Result, main, measure, render
from bench.trace.workloads import GIVEN, workloads

LIMITS = Limits(cpu_s=60)


@pytest.fixture(scope="module")
def programs():
    return {work.name: work for work in workloads(short=True)}


@pytest.mark.parametrize("engine", sorted(engines()))
def test_every_engine_runs_an_import_of_the_namespace(engine, programs):
    work = programs["start of an empty program"]
    usage = engines()[engine](work, sys.executable, LIMITS)
    assert (usage.ended, usage.cpu_s > 0) == ("", True)


def test_taps_are_placed_in_the_programs(programs):
    (tap,) = programs["a tap outside the loop"].taps
    assert (tap.path, tap.spec.symbol) == ("inside.py", "inside.py::prepared")


def test_a_program_that_fails_is_said_to(programs):
    usage = engines()["untraced"](programs["start of an empty program"], "/bin/false", LIMITS)
    result = Result(programs["start of an empty program"], {"untraced": [usage], "ours": [usage]})
    assert "exit 1 > 1.0" in render([result])


def test_what_a_program_needs_is_made_once_and_given_to_each_run(programs):
    work = replace(
        programs["start of an empty program"],
        needs=("-c", "open('made.txt', 'x').write('1')"),
        words=("-c", f"open(r'{GIVEN}/made.txt').read()"),
    )
    columns = {name: engines()[name] for name in ("untraced", "ours")}
    result = measure(work, sys.executable, 2, LIMITS, columns)
    assert [[usage.ended for usage in usages] for usages in result.runs.values()] == [["", ""], ["", ""]]


def test_no_call_of_many_is_missing(capsys):
    assert many.main(["--calls", "20000", "--tapped"]) == 0
    told = capsys.readouterr().out
    assert "calls made 20,000, recorded 20,000, missing 0" in told
    assert "values of tap value (hit, not kept)" in told
    assert "tap value: 17,980 hits, " in told


def test_kept_runs_give_the_same_table(capsys, tmp_path, monkeypatch):
    file = tmp_path / "runs.json"
    python = Path(sys.executable)
    monkeypatch.chdir(python.parent.parent)
    near = str(python.relative_to(python.parent.parent))  # as the Makefile names interpreters
    assert main(["--short", "--only", "empty", "--repeat", "1", "--python", near, "--json", str(file)]) == 0
    measured = capsys.readouterr().out
    assert f"programs run by Python {sys.version.split()[0]}" in measured
    assert main(["--kept", str(file)]) == 0
    assert capsys.readouterr().out == measured
