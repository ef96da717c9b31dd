from __future__ import annotations

import sys
from typing import Any

import msgspec
import pytest

from callchain.model.tap import Hit, LocatedTap, Snapshot
from callchain.trace.compiled import process_notes, tap_notes
from callchain.trace.segments import SegmentData
from tests.trace.programs import Traced, tap

STEP = tap("main.py::step", "before", (3, 3), 2, x="x")
SYMBOLIC = Snapshot(type="SymbolicTensor", array={"shape": [2], "dtype": "float32", "omitted": "symbolic"})
EAGER = Snapshot(type="EagerTensor", array={"shape": [2], "dtype": "float32", "mean": 0.5})


def compiled(*functions: tuple[str, str]) -> SegmentData:
    return SegmentData(head={}, compiled=[("main.py", *function) for function in functions])


def hits(*values: Snapshot) -> tuple[Hit, ...]:
    return tuple(
        Hit(sequence=at, process=0, thread="MainThread", values={"x": value}) for at, value in enumerate(values, 1)
    )


def note(data: SegmentData, *values: Snapshot) -> str:
    return tap_notes([data], [STEP], {"look": hits(*values)} if values else {}).get("look", "")


def test_a_tap_that_never_fired_in_a_compiled_function_says_so_and_how_to_reach_it() -> None:
    told = note(compiled(("step", "AutoGraph")))
    assert told.startswith("not reached (compiled): AutoGraph ran a copy of the function; ")
    assert "`run_eagerly=True`" in told
    told = note(compiled(("step", "torch.compile")))
    assert told.startswith("not reached (compiled): torch.compile ran a copy of the function; ")
    assert "`torch.compiler.disable`" in told
    assert "`compiled = true`" in told
    assert note(compiled(("other", "AutoGraph"))) == ""


def test_symbolic_values_are_told_from_those_of_steps() -> None:
    assert note(compiled(("step", "AutoGraph")), SYMBOLIC, SYMBOLIC).startswith("saw only symbolic values: ")
    # A graph is traced without AutoGraph as well (`autograph=False`, Keras building a layer).
    assert "`run_eagerly=True`" in note(compiled(), SYMBOLIC)
    assert note(compiled(), SYMBOLIC, EAGER).startswith("saw symbolic values in 1 of 2 hits: ")
    inside = Snapshot(type="dict", fields=(("k", Snapshot(type="list", items=(SYMBOLIC,))),))
    assert note(compiled(), inside).startswith("saw only symbolic values: ")
    assert note(compiled(("step", "AutoGraph")), EAGER) == ""


def test_hits_besides_a_compiled_copy_are_not_all() -> None:
    assert "calls are not among the hits" in note(compiled(("step", "torch.compile")), EAGER)


def test_the_processes_name_the_compilers() -> None:
    data = compiled(("step", "torch.compile"), ("step", "AutoGraph"))
    assert process_notes(data, [STEP]) == ["tap look: its function was compiled by AutoGraph and torch.compile"]


TORCH = """\
import torch

def inner(x):
    return x + 1

def outer(x):
    return inner(x) * 2

def plain(x):
    return x - 1

compiled = torch.compile(outer, backend="eager")
for _ in range(3):
    compiled(torch.ones(2))
    plain(torch.ones(2))
"""


def named(key: str, located: LocatedTap) -> LocatedTap:
    return msgspec.structs.replace(located, spec=msgspec.structs.replace(located.spec, key=key))


@pytest.mark.demo
def test_functions_that_torch_compiled(traced: Traced) -> None:
    taps: Any = (
        named("inner", tap("main.py::inner", "return", (3, 3), 3, x="x")),
        named("plain", tap("main.py::plain", "return", (9, 9), 9, x="x")),
    )
    record = traced(
        {"main.py": TORCH}, sys.executable, str(traced.root / "main.py"), taps=taps, time_budget_s=200.0
    )
    assert record.exit_code == 0
    assert record.hits_total == {"plain": 3}
    assert list(record.tap_notes) == ["inner"]
    assert record.tap_notes["inner"].startswith(
        "not reached (compiled): torch.compile ran a copy of the function; "
    )
