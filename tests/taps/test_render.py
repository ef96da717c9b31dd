"""Snapshots as lines of text."""

import dataclasses
from typing import Any

import msgspec
import numpy
import pytest

from callchain.model.tap import Snapshot
from callchain.probe import snapshot as probe
from callchain.taps.render import render, render_operand


def picture(value: Any, name: str = "") -> Snapshot:
    """The probe's own snapshot."""
    return msgspec.convert(probe.snapshot(value, name), Snapshot)


@dataclasses.dataclass
class Config:
    n: int = 3


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "None"),
        (True, "True"),
        (64, "64"),
        (1e9, "1000000000.0"),
        (float("nan"), "nan"),
        ("it's\n", '"it\'s\\n"'),
        ([], "[]"),
        (["a", 1], "['a', 1]"),
        ((1,), "(1,)"),
        ((1, 2), "(1, 2)"),
        ({"b", "a"}, "{'a', 'b'}"),
        ({"N": 64, 2: [None], None: 1}, "{'N': 64, 2: [None], None: 1}"),
        ({}, "{}"),
        (list(range(22)), f"[{', '.join(map(str, range(20)))}, … 2 more, omitted: width]"),
        (numpy.float32(0.5), "0.5"),
        (numpy.zeros((2, 3), "float32")[:0], "numpy.ndarray(shape=0x3, dtype=float32, device=cpu"),
        (object(), "<object: omitted: user object>"),
        (len, "builtins.len"),
    ],
)
def test_a_value_reads_as_python_would_write_it(value: Any, text):
    assert render(picture(value)).startswith(text)


def test_objects_errors_and_secrets():
    assert render(picture(Config())).endswith("Config(n=3)")
    assert render(picture("x" * 9, "token")) == "<str: omitted: redacted>"
    assert (
        render(msgspec.convert(probe.failure(NameError("no such name: x")), Snapshot))
        == "<error: no such name: x>"
    )


def test_the_line_is_one_and_bounded():
    value = {f"key{number}": ["x" * 100] * 5 for number in range(20)}
    wide = picture(value)
    for width in (10, 160, 4000):
        line = render(wide, width)
        assert len(line) <= width
        assert "\n" not in line
    assert render(wide, 10).endswith("…")


def test_plain_operands():
    assert render_operand(["a", 1, {"k": None}]) == "['a', 1, {'k': None}]"
    assert render_operand({"b", "a"}) == "{'a', 'b'}"
