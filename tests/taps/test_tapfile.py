"""Tap files: what is read, and one clear line for everything that can be wrong with one."""

import pytest

from callchain.model.errors import CallchainError
from callchain.taps.tapfile import load

GOOD = """
[[tap]]
key = "first"
purpose = "see"
at = { symbol = "a.py::f", before = "x = 1" }
units = "pixels"
expect = ["n > 0"]
stage = "save"
expected = \"\"\"
n about 3\"\"\"
checklist = ["n is above 0"]

[tap.capture]
n = "len(names)"

[[tap]]
key = "second"
purpose = "see"
at = { symbol = "a.py::C.m", on = "return", occurrence = 2 }
compiled = true
"""


def write(tmp_path, text):
    path = tmp_path / "taps.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_taps_are_read_in_the_order_of_the_file(tmp_path):
    first, second = load(write(tmp_path, GOOD))
    assert (first.key, first.symbol, first.where, first.code) == ("first", "a.py::f", "before", "x = 1")
    assert (first.capture, first.expect, first.expected) == ({"n": "len(names)"}, ("n > 0",), "n about 3")
    assert (first.units, first.stage, first.checklist) == ("pixels", "save", ("n is above 0",))
    assert (second.where, second.code, second.occurrence) == ("return", "", 2)
    assert (first.compiled, second.compiled) == (False, True)


def test_the_table_form_takes_its_name_as_key(tmp_path):
    text = '[tap.mine]\npurpose = "see"\nat = { symbol = "a.py::f", on = "entry" }\n'
    assert [spec.key for spec in load(write(tmp_path, text))] == ["mine"]


def test_a_byte_order_mark_is_no_obstacle(tmp_path):
    assert len(load(write(tmp_path, b"\xef\xbb\xbf" + GOOD.encode()))) == 2


def tap(**changes: str) -> str:
    fields = {
        "key": '"k"',
        "purpose": '"p"',
        "at": '{ symbol = "a.py::f", before = "x" }',
        "capture": '{ n = "x" }',
        **changes,
    }
    return "[[tap]]\n" + "".join(f"{name} = {value}\n" for name, value in fields.items() if value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", r"taps\.toml: it holds no taps"),
        ("tap = 3\n", "it holds no taps"),
        ("tap = [1]\n", "it holds no taps"),
        ("[tap]\nkey = 'x'\n", "it holds no taps"),
        ("[[tap]\n", "it is not TOML: .*line 1"),
        (b"[[tap]]\nkey = '\xe9'\n", "line 2 is not UTF-8"),
        ("[[taps]]\nkey = 'x'\n", r"unknown table or key 'taps' \(a tap file holds"),
        ("version = 1\n" + tap(), "unknown table or key 'version'"),
        (tap() + tap(), "two taps have the key 'k'"),
        (tap(key=""), "tap 1: the key 'key' is missing"),
        (tap(key="''"), "the key '' is not usable as a name"),
        (tap(key="'has blank'"), "tap 'has blank': the key 'has blank' is not usable"),
        (tap(key="3"), "'key' is wrong: input should be a valid string, got int"),
        (tap(purpose=""), "tap 'k': the key 'purpose' is missing"),
        (tap(at=""), "the key 'at' is missing"),
        (tap(at='"a.py::f"'), "'at' is wrong"),
        (tap(at='{ before = "x" }'), "the key 'at.symbol' is missing"),
        (tap(at='{ symbol = "f", before = "x" }'), "`at.symbol` is 'f' .*path/to/file.py::Class.method"),
        (tap(at='{ symbol = "a.py::f" }'), "`at` has none of them"),
        (tap(at='{ symbol = "a.py::f", before = "x", after = "y" }'), "`at` has `before` and `after`"),
        (tap(at='{ symbol = "a.py::f", on = "exit" }'), "`at.on` is 'exit' .*entry, return, raise"),
        (tap(at='{ symbol = "a.py::f", befor = "x" }'), r"unknown key 'at\.befor' \(did you mean 'before'"),
        (tap(at='{ symbol = "a.py::f", before = "x", occurrence = 0 }'), "'at.occurrence' is wrong"),
        (tap(capture="[1]"), "'capture' is wrong"),
        (tap(capture="{ n = 3 }"), r"'capture\.n' is wrong"),
        (tap(capture='{ "1n" = "x" }'), "the capture name '1n' is no identifier"),
        (tap(capture='{ n = "x + 1" }'), r"capture 'n': `x \+ 1` cannot be captured: .*it has names"),
        (tap(expect='"n > 0"'), "'expect' is wrong: input should be a valid list"),
        (tap(expect='["n +"]'), "cannot be expected"),
        (tap(capture='{ name = "x" }', expect='["nane > 0"]'), "speaks of 'nane', .*did you mean 'name'"),
        (tap(expect='["far > 0"]'), r"speaks of 'far', which is not captured \(captured: n\)"),
        (tap(units="3"), "'units' is wrong: input should be a valid string, got int"),
        (tap(whatever="3"), "unknown key 'whatever' .known: key, purpose, at, capture"),
        (tap(purpos="3", stag="1"), "unknown key 'purpos'; and 1 more"),
    ],
)
def test_what_is_wrong_is_told_in_one_line(tmp_path, text, said):
    with pytest.raises(CallchainError, match=said) as caught:
        load(write(tmp_path, text))
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith("taps.toml: ")


def test_a_file_that_is_not_there_or_a_folder(tmp_path):
    with pytest.raises(CallchainError, match="no such tap file"):
        load(tmp_path / "none.toml")
    with pytest.raises(CallchainError, match="cannot be read"):
        load(tmp_path)
