from __future__ import annotations

import sys
from typing import Any

import pytest

from callchain.probe.capture import CaptureError, Scope, evaluate
from callchain.taps.capture import compile_expression

RAN: list[str] = []


class Thing:
    limit = 5

    def __init__(self) -> None:
        self.size = 3
        self.inner = {"a": [10, 20]}

    @property
    def computed(self) -> int:
        RAN.append("property")
        return 1

    def method(self) -> int:
        return 1

    def __getattr__(self, name: str) -> Any:
        RAN.append(name)
        return 1

    def __getitem__(self, key: Any) -> Any:
        RAN.append("item")
        return 1

    def __len__(self) -> int:
        RAN.append("len")
        return 1


class Counting(dict):  # type: ignore[type-arg]
    def __missing__(self, key: Any) -> Any:
        RAN.append("missing")
        return 1


def look(text: str, **names: Any) -> Any:
    frame = sys._getframe()
    return evaluate(compile_expression(text), Scope(frame, names))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("thing.size", 3),
        ("thing.limit", 5),
        ("thing.inner['a'][1]", 20),
        ("thing.inner['a'][-1]", 20),
        ("len(thing.inner)", 1),
        ("keys(thing.inner)", ["a"]),
        ("sorted(names)", ["a", "b"]),
        ("[thing.size, 1]", [3, 1]),
        ("{'n': thing.size}", {"n": 3}),
        ("type_name(thing.size)", "int"),
        ("module.path.sep", "/"),
        ("pair[0]", "x"),
        ("word[1]", "o"),
        ("array.shape", [2, 3]),
        ("array[1][2]", 5),
        ("len(array)", 2),
        ("exists('/')", True),
        ("kind.limit", 5),
    ],
)
def test_what_the_language_reads(text: str, value: Any) -> None:
    import os

    import numpy

    names = {
        "thing": Thing(),
        "names": {"b", "a"},
        "module": os,
        "pair": ("x", 1),
        "word": "word",
        "array": numpy.arange(6).reshape(2, 3),
        "kind": Thing,
    }
    assert look(text, **names) == value


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("thing.computed", "computed by code"),
        ("thing.method", "computed by code"),
        ("thing.nothing", "no plain attribute"),
        ("thing['a']", "computed by code"),
        ("len(thing)", "computed by code"),
        ("missing", "no such name"),
        ("counting['x']", "no such key"),
        ("thing.inner['b']", "no such key"),
        ("thing.inner['a'][7]", "no such index"),
        ("sorted(mixed)", "only strings or numbers"),
        ("keys(mixed)", "not a dict"),
        ("files('/no/such/folder')", "no such folder"),
        ("members('/etc/hostname')", "not a readable zip"),
        ("checkpoint_keys('/no/such/file')", "No such file"),
    ],
)
def test_what_it_refuses_and_that_no_code_runs(text: str, why: str) -> None:
    RAN.clear()
    with pytest.raises(CaptureError, match=why):
        look(text, thing=Thing(), counting=Counting(), mixed=[1, "a"])
    assert RAN == []
