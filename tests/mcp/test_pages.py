"""Answers stay within a page, whatever is in them, and pages together hold everything once."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callchain.mcp.pages import LIMIT_TOKENS, NOTICE, answer, bounded, count_tokens
from callchain.model.errors import CallchainError


def all_pages(items: list[dict[str, object]], limit: int = LIMIT_TOKENS) -> list[dict[str, object]]:
    pages, cursor = [], ""
    while True:
        text = answer({"q": "?"}, items, cursor, asked=("t",), limit=limit)
        assert count_tokens(text) <= limit
        pages.append(json.loads(text))
        cursor = pages[-1]["next_cursor"] or ""
        if not cursor:
            return pages


def test_a_long_answer_is_read_to_its_end_page_by_page() -> None:
    items = [{"anchor": f"package/module.py:{line}", "n": line} for line in range(3000)]
    pages = all_pages(items)
    assert len(pages) > 3
    assert [item["n"] for page in pages for item in page["items"]] == list(range(3000))
    assert {page["total"] for page in pages} == {3000}
    assert {page["notice"] for page in pages} == {NOTICE}


@settings(max_examples=60, deadline=None)
@given(st.lists(st.dictionaries(st.text(max_size=8), st.text(max_size=3000), max_size=4), max_size=12))
def test_no_text_makes_a_page_too_large(items: list[dict[str, object]]) -> None:
    pages = all_pages(items)
    assert sum(len(page["items"]) for page in pages) == len(items)


def test_one_item_that_fills_more_than_a_page_is_said_to_be_left_out() -> None:
    huge = {"anchor": "a.py:1", "lists": [["界" * 1000] * 30] * 30}
    (page,) = all_pages([huge])
    assert page["items"] == [{"anchor": "a.py:1", "omitted": "too large for a page"}]


def test_what_is_cut_is_said() -> None:
    assert bounded("x" * 1600) == "x" * 1500 + "… (100 characters more)"
    assert bounded(list(range(40)))[-1] == "… (10 more)"
    assert bounded({"empty": "", "zero": 0, "none": None}) == {"zero": 0}


@pytest.mark.parametrize("cursor", ["x", "5", "5.abc", "-1.abc", "²."])
def test_a_cursor_of_something_else_is_refused(cursor: str) -> None:
    with pytest.raises(CallchainError, match="another question"):
        answer({}, [], cursor, asked=("t",))
