"""Target text in Markdown, read back by a Markdown reader."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from callchain.report.markdown import anchor, block, code, joined, listed, table, text

READER = MarkdownIt("commonmark").enable("table")
HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "</script><script>alert(1)</script>",
    "a | b",
    "`tick` ``two``",
    "`",
    "\\`x\\`",
    "a\\|b",
    "[x](javascript:alert(1)) ![y](http://e.vil/z.png)",
    "<http://e.vil>",
    "&lt;b&gt; &amp;",
    "line\nnext\r\n\u2028# heading",
    "\u202etxet\u202c \u200b\ufeff",
    "**bold** __init__ *x* ~~y~~ _z_",
    "- item",
    "1. item",
    "> quote",
    "# heading",
    "a\x00b\x1b[31m",
    "\udce9",
    "$math$ @name #12",
]


def leaves(tokens: list[Token]) -> list[Token]:
    return [leaf for token in tokens for leaf in (leaves(token.children) if token.children else [token])]


def words(tokens: list[Token]) -> str:
    return "".join(leaf.content for leaf in leaves(tokens) if leaf.type in {"text", "code_inline"})


def kinds(tokens: list[Token]) -> set[str]:
    return {leaf.type for leaf in leaves(tokens)}


def seen(value: str) -> str:
    """What a reader of the page should see of a value: nothing hidden, everything else as it is."""
    from callchain.report.visible import visible

    return visible(value)


@pytest.mark.parametrize("value", HOSTILE)
def test_prose_is_read_as_the_text_it_is(value: str):
    tokens = READER.parse(f"x {text(value)} y")
    assert [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]
    assert kinds(tokens) <= {"text", "code_inline", "paragraph_open", "paragraph_close"}
    if "`" not in value:
        assert words(tokens) == f"x {seen(value)} y"


@pytest.mark.parametrize("value", HOSTILE)
def test_a_line_that_starts_with_target_text_is_a_paragraph(value: str):
    tokens = READER.parse(text(value))
    assert [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]


@pytest.mark.parametrize("value", [value for value in HOSTILE if "\\|" not in value])
def test_code_is_one_span_that_holds_the_value(value: str):
    tokens = READER.parse(f"x {code(value)} y")
    spans = [leaf for leaf in leaves(tokens) if leaf.type == "code_inline"]
    assert [span.content for span in spans] == [seen(value)]


@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize("form", [text, code])
def test_a_cell_stays_a_cell(value: str, form):
    tokens = READER.parse("\n".join(table(("a", "b"), [("first", form(value)), ("last", "end")])))
    assert sum(token.type == "tr_open" for token in tokens) == 3
    assert sum(token.type == "td_open" for token in tokens) == 4
    assert words(tokens).startswith("abfirst")
    assert words(tokens).endswith("lastend")
    assert "html_inline" not in kinds(tokens)
    if form is code:
        assert words(tokens) == f"abfirst{seen(value)}lastend"


@given(st.text(max_size=40))
def test_no_text_breaks_out_of_a_cell(value: str):
    tokens = READER.parse("\n".join(table(("a",), [(text(value),), (code(value),)])))
    assert sum(token.type == "td_open" for token in tokens) == 2
    assert not {"html_inline", "link_open", "image"} & {leaf.type for leaf in leaves(tokens)}


@given(st.text(max_size=60))
def test_no_text_breaks_out_of_a_fence(value: str):
    tokens = READER.parse("\n".join([*block(value, "python"), "after"]))
    assert [token.type for token in tokens] == ["fence", "paragraph_open", "inline", "paragraph_close"]


def test_spans_of_code_in_prose_stay_spans():
    assert text("a `b|c` d") == "a `b|c` d"
    assert text("`__init__` of <b>") == "`__init__` of \\<b\\>"


def test_prose_stays_readable():
    assert text("ModelManager.save_model writes 4 files, then returns.") == (
        "ModelManager.save_model writes 4 files, then returns."
    )


def test_anchors():
    assert anchor("a/b.py", 3) == "`a/b.py:3`"
    assert anchor("a/b.py", 3, 9) == "`a/b.py:3-9`"
    assert anchor("a/b.py", 3, 3) == "`a/b.py:3`"
    assert anchor("a/b.py", 0) == "`a/b.py`"
    assert anchor("", 3) == ""
    assert anchor("odd`name.py", 3) == "``odd`name.py:3``"


def test_lists_are_cut_and_say_how_much_is_left():
    assert listed(["a", "b", "c"], 2) == "a, b, … 1 more"
    assert listed(["a", "b"], 2) == "a, b"


def test_a_document_ends_with_one_line_end_and_has_no_trailing_blanks():
    assert joined(["a  ", "", "", "", "b", ""]) == "a\n\nb\n"


def test_an_empty_cell_is_marked():
    assert table(("a",), [("",)])[-1] == "| - |"
