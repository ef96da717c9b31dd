"""What runs say of a tap's hits reaches the tap's result."""

from typing import Any

from callchain.ask.package import judge_taps
from callchain.model.recording import RunRecord
from callchain.model.tap import Hit, Snapshot
from tests.trace.programs import tap

LOOK = tap("a.py::f", "entry", (1, 1), 1, x="x")
HIT = Hit(sequence=1, process=0, thread="MainThread", values={"x": Snapshot(type="int", value=1)})


def record(name: str, **fields: Any) -> RunRecord:
    return RunRecord(name=name, command=("python",), exit_code=0, engine="hunter", **fields)


def test_hits_beyond_the_limit_count() -> None:
    (result,) = judge_taps((LOOK,), (record("run", hits={"look": (HIT,)}, hits_total={"look": 500}),))
    assert (result.hits, len(result.snapshots)) == (500, 1)
    assert result.note == "values of 1 of 500 hits were recorded"


def test_a_note_of_the_only_run_stands_alone_and_of_several_by_name() -> None:
    silent = record("run", tap_notes={"look": "not reached (compiled)"})
    assert judge_taps((LOOK,), (silent,))[0].note == "not reached (compiled)"
    seen = record("load", hits={"look": (HIT,)}, hits_total={"look": 1})
    (result,) = judge_taps((LOOK,), (silent, seen))
    assert (result.hits, result.note) == (1, "run run: not reached (compiled)")
    assert judge_taps((LOOK,), ())[0].note == ""
