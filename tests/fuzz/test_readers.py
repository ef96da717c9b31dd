"""Every reader, fed what nobody meant it to read: it gives a result or its own error of one line, nothing else."""

import json
import re
from functools import cache
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from callchain.ask.read import Codebase, answer_question, read_codebase
from callchain.ask.request import AskRequest
from callchain.evidence.package import EVIDENCE, load
from callchain.facts.extract import extract
from callchain.model.errors import CallchainError
from callchain.review.document import Document
from callchain.review.documents import Inputs
from callchain.review.prove_edge import Calls
from callchain.review.review import review
from callchain.review.subject import make_subject
from callchain.source.notebooks import NotebookError, as_python
from callchain.taps.capture import compile_expression
from callchain.taps.tapfile import load as load_taps
from callchain.trace.segments import read as read_segment

ROOT = Path(__file__).parents[2]
SUBJECT = ROOT / "tests" / "assets" / "archive_sample"
RECORD = (ROOT / "reports" / "INTEGRATE-PYTORCH-001" / "sample" / "evidence.json").read_bytes()
TAPS = (ROOT / "callchain" / "demo" / "taps.toml").read_text(encoding="utf-8")
WORDS = st.sampled_from(
    [
        "`train`",
        "Keeper.save_all",
        "pkg/keeper.py:31",
        "pkg/keeper.py::Keeper",
        "→",
        "calls",
        "|",
        "\n",
        "\n- ",
        "```",
        "#",
        "`a.py:1-2`",
        "never",
        "weights.zip",
        "exactly 3",
        "0",
        "x" * 300,
        "\u202e",
        "<b>",
        "](",
        "::",
        ":0",
        ":99999999",
    ]
)
PROSE = st.lists(st.one_of(WORDS, st.text(max_size=12)), max_size=30).map(" ".join)
PIECES = st.sampled_from(
    [
        "x",
        "[",
        "]",
        "(",
        ")",
        ".",
        "'k'",
        "len",
        "keys",
        "0",
        "-1",
        ",",
        "{",
        "}",
        ":",
        " ",
        "1e999",
        "lambda",
        "**",
    ]
)
LINES = st.sampled_from(
    [
        b'["head",{"pid":1,"start":1}]',
        b'["s",0,"a.py","f",1]',
        b'["n",1,1,0,0,0,[]]',
        b'["c",[[1,1,0,{}]]]',
        b'["l","a.py",1]',
        b'["h","k",1,1,{},[]]',
        b'["end"]',
        b"[]",
        b"{}",
        b"null",
        b'["n"]',
        b'["s",1e999]',
        b'["t",1,"M",true]',
    ]
)


def told(error: CallchainError) -> None:
    assert str(error)
    assert "Traceback" not in str(error)


@st.composite
def harmed(draw: st.DrawFn, data: bytes) -> bytes:
    """The data with some bytes flipped, and cut."""
    found = bytearray(data)
    for at in draw(st.lists(st.integers(0, len(found) - 1), max_size=6)):
        found[at] = draw(st.integers(0, 255))
    return bytes(found[: draw(st.integers(0, len(found)))] if draw(st.booleans()) else found)


@given(data=harmed(RECORD))
def test_records(data: bytes, tmp_path: Path) -> None:
    (tmp_path / EVIDENCE).write_bytes(data)
    try:
        assert load(tmp_path).schema
    except CallchainError as error:
        told(error)


@given(data=st.one_of(harmed(TAPS.encode()), st.binary(max_size=200)))
def test_tap_files(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "taps.toml").write_bytes(data)
    try:
        assert isinstance(load_taps(tmp_path / "taps.toml"), tuple | list)
    except CallchainError as error:
        told(error)


@given(text=st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=14).map("".join)))
def test_capture_expressions(text: str) -> None:
    try:
        json.dumps(compile_expression(text))
    except CallchainError as error:
        told(error)


@given(lines=st.lists(st.one_of(LINES, st.binary(max_size=40)), max_size=25), cut=st.integers(0, 20))
def test_recordings(lines: list[bytes], cut: int, tmp_path: Path) -> None:
    data = b"\n".join(lines)
    segment = tmp_path / "seg-1-1.jsonl"
    segment.write_bytes(data[: len(data) - cut])
    found = read_segment(segment)
    assert found is None or isinstance(found.head, dict)


@given(
    data=st.one_of(
        st.binary(max_size=300), st.text(max_size=300).map(lambda text: text.encode("utf-8", "replace"))
    )
)
def test_sources_and_notebooks(data: bytes) -> None:
    facts = extract("a.py", "a", data)
    assert facts.error or facts.definitions
    with pytest.raises(NotebookError):
        as_python(data)


@cache
def codebase() -> Codebase:
    """No fixture: hypothesis would print all of it with every failure."""
    return read_codebase(SUBJECT, lambda _: None)


@given(text=PROSE)
@example(text="\r pkg/keeper.py:31")
@example(text="``` \n \x85 pkg/keeper.py:31")
@example(text="pkg/keeper.py:31\r\n\r\npkg/keeper.py:31")
def test_claims(text: str) -> None:
    calls = Calls(make_subject(codebase().tree, codebase().graph))
    lines = len(re.split("\r\n|\n|\r", text))  # what Markdown calls a line's end
    for claim in review(Inputs((Document("<text>", text),), ()), calls, lambda _: None).claims:
        assert 1 <= claim.document_line <= lines


@given(text=PROSE)
def test_questions(text: str) -> None:
    try:
        found = answer_question(codebase(), AskRequest(question=text, root=SUBJECT), lambda _: None)
    except CallchainError as error:
        told(error)
    else:
        assert found.question.text
