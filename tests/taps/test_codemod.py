"""Taps as temporary statements: they log what was captured, and taking them out gives the same bytes."""

import logging
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from callchain.cli.taps_command import taps as taps_app
from callchain.model.errors import CallchainError
from callchain.model.tap import TapSpec
from callchain.source.decoding import decode
from callchain.source.tree import read_tree
from callchain.taps.codemod import applied_keys, apply_taps, remove_taps
from callchain.taps.locate import locate_all
from callchain.taps.written import take_out, write_taps

SOURCE = '''"""Weighing."""
import os

TABLE = {"a": 1}


def weigh(values, table=TABLE):
    """Sum them up."""
    total = 0
    for value in values:
        if value < 0:
            return None
        total += value  # running
    with open(os.devnull) as sink:
        sink.read()
    return (
        total * 2,
        table["a"],
    )


def note(text):
    print(text)
'''
SPECS = (
    TapSpec("tap_before", "p", "m.py::weigh", "before", "total += value", {"value": "value", "a": "table['a']"}),
    TapSpec("tap_after", "p", "m.py::weigh", "after", "for value in values:", {"total": "total"}),
    TapSpec("tap_entry", "p", "m.py::weigh", "entry", "", {"n": "len(values)", "bad": "values['x']"}),
    TapSpec("tap_return", "p", "m.py::weigh", "return", "", {"result": "result"}),
    TapSpec("tap_note", "p", "m.py::note", "return", "", {"result": "result", "text": "text"}),
)
FORMS = {
    "plain": SOURCE.encode(),
    "crlf": SOURCE.replace("\n", "\r\n").encode(),
    "old mac": SOURCE.replace("\n", "\r").encode(),
    "bom": b"\xef\xbb\xbf" + SOURCE.encode(),
    "no last line end": SOURCE.rstrip("\n").encode(),
    "crlf, no last line end": SOURCE.rstrip("\n").replace("\n", "\r\n").encode(),
    "latin-1": ("# -*- coding: latin-1 -*-\n" + SOURCE.replace("Sum", "S\u00fcm")).encode("latin-1"),
    "shift-jis": ("# coding: shift-jis\n" + SOURCE.replace("Weighing", "\u91cd\u3055\u8868")).encode("shift-jis"),
    "tabs": SOURCE.replace("    ", "\t").encode(),
    "form feed": SOURCE.replace("\n\n\ndef note", "\n\f\n\ndef note").encode(),
    "mixed ends": SOURCE.replace("total = 0\n", "total = 0\r\n").encode(),
}


def located(tmp_path, data, specs=SPECS):
    (tmp_path / "m.py").write_bytes(data)
    return locate_all(specs, read_tree(tmp_path))


@pytest.mark.parametrize("form", FORMS)
def test_what_was_written_in_is_taken_out_byte_for_byte(tmp_path, form):
    data = FORMS[form]
    changed = apply_taps(data, located(tmp_path, data))
    assert set(applied_keys(changed)) == {spec.key for spec in SPECS}
    compile(decode(changed), "m.py", "exec")
    assert remove_taps(changed) == data
    some = remove_taps(changed, {"tap_before", "tap_return"})
    assert set(applied_keys(some)) == {"tap_after", "tap_entry", "tap_note"}
    assert remove_taps(some) == data


@pytest.mark.parametrize("form", ["plain", "crlf", "latin-1", "tabs"])
def test_the_statements_log_and_change_nothing_else(tmp_path, form, caplog):
    data = FORMS[form]
    names, plain = {}, {}
    exec(compile(decode(data), "m.py", "exec"), plain)  # noqa: S102 - the file is this test's own
    exec(compile(decode(apply_taps(data, located(tmp_path, data))), "m.py", "exec"), names)  # noqa: S102
    with caplog.at_level(logging.WARNING, logger="callchain.tap"):
        assert [names["weigh"](v) for v in ([1, 2], [-1])] == [plain["weigh"](v) for v in ([1, 2], [-1])]
        assert names["note"]("x") is None
    said = [record.getMessage() for record in caplog.records]
    assert said[0].startswith("tap_entry cannot be read: TypeError")
    assert said[1:5] == [
        "tap_before {'value': 1, 'a': 1}",
        "tap_before {'value': 2, 'a': 1}",
        "tap_after {'total': 3}",
        "tap_return {'result': (6, 1)}",
    ]
    assert said[-2:] == ["tap_return {'result': None}", "tap_note {'result': None, 'text': 'x'}"]


@pytest.mark.parametrize(
    ("source", "spec", "message"),
    [
        ("def f(x):\n    if x: y = 1\n    return x\n", ("before", "y = 1"), "shares its line"),
        ("def f(x):\n    y = 1; z = 2\n    return x\n", ("after", "y = 1"), "shares its line"),
        ("def f(x): return x\n", ("return", ""), "shares its line"),
        ("def f(x):\n    return x\n", ("raise", ""), "cannot be written as a statement"),
        (
            "def f(x):\n    if x:\n        y = 1\n    elif not x:\n        y = 2\n",
            ("before", "elif not x:"),
            "fit in|own",
        ),
    ],
)
def test_what_has_no_place_for_a_statement_is_refused(tmp_path, source, spec, message):
    taps = located(tmp_path, source.encode(), [TapSpec("k", "p", "m.py::f", *spec, {"x": "x"})])
    with pytest.raises(CallchainError, match=message):
        apply_taps(source.encode(), taps)


LINES = st.lists(
    st.sampled_from(
        ["x = 1", "if x:\n        x = 2", "return x", "'''a\n  b'''", "# note", "return", "x = [\n 1]"]
    ),
    min_size=1,
    max_size=6,
)


@settings(max_examples=40, deadline=None)
@given(LINES, st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_any_function_comes_back(tmp_path_factory, lines, newline, ended):
    text = "def f(x):\n    y = 0\n" + "".join(f"    {line}\n" for line in lines)
    data = (text if ended else text.rstrip("\n")).replace("\n", newline).encode()
    specs = [
        TapSpec("k", "p", "m.py::f", "return", "", {"r": "result"}),
        TapSpec("e", "p", "m.py::f", "entry", "", {"x": "x"}),
    ]
    changed = apply_taps(data, located(tmp_path_factory.mktemp("any"), data, specs))
    compile(decode(changed), "m.py", "exec")
    assert remove_taps(changed) == data


def git(root, *words):
    subprocess.run(
        ["git", "-c", "user.name=t", "-c", "user.email=t@t", *words], cwd=root, check=True, capture_output=True
    )


@pytest.fixture
def repository(tmp_path):
    (tmp_path / "m.py").write_bytes(FORMS["crlf"])
    (tmp_path / "m.py").chmod(0o755)
    (tmp_path / "taps.toml").write_text(
        '[[tap]]\nkey = "tap_total"\npurpose = "p"\nat = { symbol = "m.py::weigh", after = "total = 0" }\n'
        '[tap.capture]\ntotal = "total"\n'
    )
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-q", "-m", "first")
    return tmp_path


def test_a_dirty_file_is_refused_unless_told(repository):
    file = repository / "m.py"
    file.write_bytes(FORMS["crlf"] + b"# mine\r\n")
    tree = read_tree(repository)
    taps = located(repository, file.read_bytes(), SPECS[:1])
    with pytest.raises(CallchainError, match=r"m\.py has changes that are not committed"):
        write_taps(taps, tree)
    assert file.read_bytes() == FORMS["crlf"] + b"# mine\r\n"
    write_taps(taps, tree, dirty_too=True)
    assert b"callchain: tap tap_before" in file.read_bytes()
    assert file.stat().st_mode & 0o777 == 0o755
    assert [w.keys for w in take_out(read_tree(repository))] == [("tap_before",)]
    assert file.read_bytes() == FORMS["crlf"] + b"# mine\r\n"


def test_the_commands_write_and_take_out(repository):
    def call(*words):
        return CliRunner().invoke(taps_app, [*words, "--root", str(repository)], standalone_mode=False)

    before = (repository / "m.py").read_bytes()
    applied = call("apply", str(repository / "taps.toml"))
    assert (applied.return_value, applied.stdout) == (0, "m.py: tap_total\n")
    done = subprocess.run(
        [sys.executable, "-c", "import m; m.weigh([1])"],
        cwd=repository,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == "tap_total {'total': 0}\n"
    assert isinstance(call("apply", str(repository / "taps.toml")).exception, CallchainError)
    removed = call("remove")
    assert (removed.return_value, removed.stdout) == (0, "m.py: tap_total\n")
    assert (repository / "m.py").read_bytes() == before
    assert call("remove").stdout == ""
