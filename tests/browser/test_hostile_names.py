"""A package full of names that try to be markup, in a real browser."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser import packages
from tests.browser.conftest import Open, write_page
from tests.evidence import sample, shop

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    return write_page(packages.hostile(sample.evidence(shop.write_tree(folder / "code"))), folder)


def test_hostile_names_are_shown_as_text_and_do_nothing(file: Path, open_page: Open):
    """That no dialog, error, refusal or request came is asserted when the page is closed."""
    opened = open_page(file)
    page = opened.page
    own = page.evaluate("[...document.querySelectorAll('img, iframe, object, embed, form, base')].length")
    assert own == 0
    assert page.evaluate("document.scripts.length") == 2
    links = page.evaluate("[...document.querySelectorAll('a')].map((a) => a.getAttribute('href'))")
    assert not [link for link in links if ":" in link]
    expect(page.locator("main")).to_contain_text("<img src=x onerror=alert(1)>")
    expect(page.locator("main")).to_contain_text("</script><script>alert(2)</script>")
    expect(page.locator("main")).to_contain_text("\\u202e")


def test_every_part_of_a_hostile_page_can_be_used(file: Path, open_page: Open):
    page = open_page(file).page
    for name in ("alert(2)", "onerror", "xxxxxxxx", "\u05d0\u05d1"):
        page.locator("#find").fill(name)
        expect(page.locator("#found [role=option]").first).to_be_visible()
    page.keyboard.press("Enter")
    for index in range(page.locator(".canvas .node").count()):
        page.locator(".canvas .node").nth(index).dispatch_event("click")
        expect(page.locator("#panel h2")).not_to_be_empty()
    for index in range(page.locator(".canvas .arrow-g").count()):
        page.locator(".canvas .arrow-g").nth(index).dispatch_event("click")
    page.locator("#show-all").click()
    page.locator("#chain-find").fill("</script>")
    page.locator(".calls-tree .row").first.click()
    page.locator("#calls-find").fill("<img")
    page.get_by_role("button", name="Flame").click()
    page.get_by_role("button", name="List", exact=True).click()
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280


def test_names_of_three_hundred_characters_break_no_layout(file: Path, open_page: Open):
    page = open_page(file, width=390, height=800).page
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    widest = page.evaluate(
        "Math.max(...[...document.querySelectorAll('.node rect.box')].map((r) => r.width.baseVal.value))"
    )
    assert widest < 330
