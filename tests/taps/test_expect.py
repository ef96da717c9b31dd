"""Expectations, judged over snapshots that the probe itself made of real values."""

import dataclasses
from collections import OrderedDict
from pathlib import PurePosixPath
from typing import Any

import msgspec
import numpy
import pytest

from callchain.model.errors import CallchainError
from callchain.model.tap import Hit, LocatedTap, Snapshot, TapSpec
from callchain.probe import snapshot as probe
from callchain.taps.expect import check_expectation, judge, judge_expectation


def picture(value: Any, name: str = "") -> Snapshot:
    """The probe's own snapshot."""
    return msgspec.convert(probe.snapshot(value, name), Snapshot)


@dataclasses.dataclass
class Config:
    n: int = 3
    name: str = "pinn"


VALUES: dict[str, Any] = {
    "N": 64,
    "ratio": 0.5,
    "none": None,
    "flag": True,
    "off": False,
    "text": "model.keras",
    "long": "a" * 200 + "needle" + "b" * 300,
    "names": ["b", "a"],
    "pair": (1, 2),
    "empty": [],
    "kinds": {"x", "y"},
    "many": list(range(30)),
    "cfg": {"N": 64, "v": "1.0", "deep": {"k": [1]}},
    "ordered": OrderedDict(a=1),
    "wide": {f"k{number}": number for number in range(30)},
    "numbered": {1: "one"},
    "nested": [[[[1]]]],
    "config": Config(),
    "nan": float("nan"),
    "inf": float("inf"),
    "huge": 2**100,
    "scalar": numpy.float32(2.5),
    "point": numpy.array(3.0),
    "bad_point": numpy.array(float("nan")),
    "array": numpy.arange(12.0).reshape(3, 4),
    "path": PurePosixPath("a/b"),
    "password": "hunter2",
    "login": "https://user:secret99@host/",
    "thing": object(),
}
SNAPSHOTS = {name: picture(value, name) for name, value in VALUES.items()}
SNAPSHOTS["broken"] = msgspec.convert(probe.failure(NameError("no such name: broken")), Snapshot)


def hit(**values: Any) -> Hit:
    made = {name: picture(value, name) for name, value in values.items()}
    return Hit(sequence=1, process=1, thread="MainThread", values=made)


def verdict(expression: str) -> str:
    check_expectation(expression)
    return judge_expectation(expression, [Hit(1, 1, "MainThread", SNAPSHOTS)]).verdict


@pytest.mark.parametrize(
    "expression",
    [
        "N > 0",
        "0 < N <= 64",
        "N != 63 and not N == 63",
        "N in [1, 64]",
        "N in (64,)",
        "N not in {1, 2}",
        "none is None",
        "N is not None",
        "thing is not None",
        "password is not None",
        "flag is True",
        "off is not True",
        "flag",
        "not off",
        "not empty",
        "names",
        "ratio == 0.5",
        "ratio > -1",
        "text == 'model.keras'",
        "'keras' in text",
        "len(text) == 11",
        "len(long) == 506",
        "'aaa' in long",
        "names == ['b', 'a']",
        "sorted(names) == ['a', 'b']",
        "'a' in names and 'c' not in names",
        "names[0] == 'b' and names[-1] == 'a'",
        "pair == (1, 2)",
        "kinds == {'y', 'x'}",
        "len(many) == 30",
        "3 in many",
        "many[19] == 19",
        "many != [1]",
        "cfg == {'N': 64, 'v': '1.0', 'deep': {'k': [1]}}",
        "cfg['deep']['k'][0] == 1",
        "keys(cfg) == ['N', 'v', 'deep']",
        "'N' in cfg and 'M' not in cfg",
        "'N' in keys(cfg)",
        "ordered == {'a': 1}",
        "len(wide) == 30",
        "wide['k3'] == 3",
        "numbered[1] == 'one'",
        "1 in numbered",
        "config.n == 3",
        "config.name == 'pinn'",
        "nan != nan",
        "inf > 1",
        "scalar == 2.5",
        "point == 3",
        "point >= 3.0",
        "bad_point != bad_point",
        "array.shape == [3, 4]",
        "array.shape == (3, 4)",
        "array.max == 11",
        "array.dtype == 'float64'",
        "len(array) == 3",
        "path == 'a/b'",
        "type_name(N) == 'int'",
        "type_name(password) == 'str'",
        "names == names",
        "cfg['N'] == N",
        "broken == 1 or N == 64",
        "none is None or none > 3",
        "'M' in cfg and cfg['M'] > 3 or N == 64",
    ],
)
def test_it_holds(expression):
    assert verdict(expression) == "pass"


@pytest.mark.parametrize(
    "expression",
    [
        "N > 64",
        "0 < N < 64",
        "N is None",
        "none is not None",
        "none > 0",
        "text > 3",
        "flag is False",
        "N is True",
        "off",
        "empty",
        "names == ['a', 'b']",
        "names == ['b']",
        "pair == [1, 3]",
        "kinds == {'x'}",
        "'c' in names",
        "5 not in many",
        "many == [0]",
        f"many == {list(range(30, 0, -1))}",
        "cfg == {'N': 64}",
        "cfg['M'] is None",
        "names[7] == 'a'",
        "len(N) == 2",
        "keys(names) == []",
        "'1' in numbered and N == 0",
        "config == {'n': 3, 'name': 'pinn'}",
        "config.m == 3",
        "nan > 0",
        "nan == nan",
        "point == 4",
        "array.whatever == 1",
        "long == 'a'",
        "N == '64'",
        "broken == 1 and N == 0",
        "'x' in N",
    ],
)
def test_it_does_not_hold(expression):
    assert verdict(expression) == "fail"


@pytest.mark.parametrize(
    "expression",
    [
        "broken == 1",
        "broken is None",
        "broken",
        "not broken",
        "len(broken) == 1",
        "type_name(broken) == 'x'",
        "password == 'hunter2'",
        "'h' in password",
        "login == 'x'",
        "long == long",
        "'needle' in long",
        "29 in many",
        "99 not in many",
        "many[25] == 25",
        "sorted(many) == [1]",
        "many == many",
        "'k29' in wide",
        "'zzz' not in wide",
        "wide['k29'] == 29",
        "keys(wide) == []",
        "nested == [[[[1]]]]",
        "nested[0][0][0] == [1]",
        "huge > 1",
        "array == 1",
        "array[0] == 1",
        "array",
        "thing == 1",
        "thing",
        "len(thing) == 1",
        "config",
        "password == 'x' or N == 0",
        "broken == 1 and N == 64",
    ],
)
def test_what_was_left_out_is_never_guessed(expression):
    result = judge_expectation(expression, [Hit(1, 1, "MainThread", SNAPSHOTS)])
    assert result.verdict == "error"
    assert "cannot be judged" in result.value


def test_all_hits_must_satisfy_it_and_the_first_failure_is_shown():
    hits = [hit(n=3), hit(n=-1), hit(n=-2)]
    assert msgspec.structs.astuple(judge_expectation("n > 0", hits)) == ("n > 0", "fail", "n = -1", 2)
    assert msgspec.structs.astuple(judge_expectation("n > -9", hits)) == ("n > -9", "pass", "n = 3", 1)


def test_a_failure_outweighs_what_cannot_be_judged_and_that_outweighs_a_pass():
    unknown = Hit(1, 1, "MainThread", {"n": Snapshot(type="", error="no such name: n")})
    result = judge_expectation("n > 0", [hit(n=1), unknown, hit(n=-1)])
    assert (result.verdict, result.hit) == ("fail", 3)
    result = judge_expectation("n > 0", [hit(n=1), unknown])
    assert (result.verdict, result.hit) == ("error", 2)
    assert "no such name: n" in result.value


def test_without_hits_it_is_not_reached():
    assert msgspec.structs.astuple(judge_expectation("n > 0", [])) == ("n > 0", "not reached", "", 0)


def test_what_was_compared_is_shown_and_why_it_failed():
    hits = [Hit(1, 1, "MainThread", SNAPSHOTS)]
    assert judge_expectation("len(names) == 3", hits).value == "len(names) = 2"
    assert judge_expectation("cfg['N'] > 99 and flag", hits).value == "cfg['N'] = 64, flag = True"
    missing = judge_expectation("cfg['M'] > 99", hits).value
    assert missing == "cfg = {'N': 64, 'v': '1.0', 'deep': {'k': [1]}} (`cfg` has no 'M')"
    assert len(judge_expectation("many == [1]", hits).value) < 400


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("N + 1 == 2", r"`N \+ 1` is not part"),
        ("save(N) == 1", r"`save\(…\)` is not part"),
        ("N.save() == 1", "is not part"),
        ("all(x for x in N)", "is not part"),
        ("len(N, M)", "takes one argument"),
        ("1 == 1", "speaks of no captured value"),
        ("N is 64", "write `==`"),
        ("N is M", "write `==`"),
        ("N ==", "not an expression"),
        ("lambda: N", "is not part"),
        ("N == b'x'", "a literal of type bytes"),
        ("-N > 0", "is not part"),
        ("N == {**M}", "is not part"),
        ("N if M else 1", "is not part"),
        ("N[1:2] == 1", "is not part"),
    ],
)
def test_what_goes_beyond_the_language_is_refused(text, said):
    with pytest.raises(CallchainError, match=said):
        check_expectation(text)


def test_the_result_of_a_tap_carries_all_that_the_report_needs():
    spec = TapSpec(
        key="k",
        purpose="p",
        symbol="a.py::f",
        where="before",
        code="x",
        units="u",
        expect=("n > 0", "n > 2"),
        stage="s",
    )
    tap = LocatedTap(spec=spec, path="a.py", line=3, end_line=4, definition_line=1, programs={})
    result = judge(tap, [hit(n=1), hit(n=2)])
    assert (result.key, result.path, result.line, result.end_line, result.hits) == ("k", "a.py", 3, 4, 2)
    assert [(item.expression, item.verdict) for item in result.expectations] == [
        ("n > 0", "pass"),
        ("n > 2", "fail"),
    ]
    assert result.note == ""
    more = judge(tap, [hit(n=3)], total=900)
    assert (more.hits, len(more.snapshots), more.note) == (900, 1, "values of 1 of 900 hits were recorded")
