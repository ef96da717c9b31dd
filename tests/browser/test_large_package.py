"""A package with 2,000 functions and 20,000 lines of call tree opens and answers."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser import packages
from tests.browser.conftest import Open, probe, write_page
from tests.evidence import sample

pytestmark = pytest.mark.browser

MOST_ELEMENTS = 60_000
FROZEN_MS = 30_000
"""What would be a freeze on any machine; the true figures are far below and are printed with `-s`."""


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("large")
    return write_page(packages.large(sample.evidence(sample.write_tree(folder / "code"))), folder)


STEPS = {
    "search": ("type", "#find", "method_19"),
    "filter the chain by name": ("type", "#chain-find", "method_19"),
    "hide a verdict": ("click", "label.check input", 0),
    "click a function": ("click", ".canvas .node", 3),
    "unfold a function": ("click", ".canvas .node .more", 2),
    "filter the calls": ("type", "#calls-find", "method_19"),
    "show the calls again": ("type", "#calls-find", ""),
    "unfold all calls": ("click", "#trees .segments button", 3),
    "scroll the calls": ("scroll", ".calls-tree", 300_000),
    "flame": ("click", "#trees .segments button", 2),
}


def timed(page: Page, act: str, selector: str, value: str | int) -> float:
    return float(page.evaluate(probe("timed"), [act, selector, value]))


def test_it_opens_with_few_elements_and_every_step_is_answered(file: Path, open_page: Open):
    page = open_page(file).page
    assert page.evaluate("document.querySelectorAll('*').length") < MOST_ELEMENTS
    assert page.locator(".calls-tree .row").count() < 100
    for name, step in STEPS.items():
        spent = timed(page, *step)
        print(f"{name}: {spent:.0f} ms")
        assert spent < FROZEN_MS, name
    expect(page.locator("#trees output")).to_have_text("20,000 lines")


def test_all_two_thousand_functions_can_be_drawn(file: Path, open_page: Open):
    page = open_page(file).page
    spent = timed(page, "click", "#show-all", 0)
    print(f"unfold all 2,000 functions: {spent:.0f} ms")
    expect(page.locator(".canvas .node")).to_have_count(2_000)
    assert spent < FROZEN_MS
    spent = timed(page, "type", "#chain-find", "method_7")
    print(f"filter among all of them: {spent:.0f} ms")
    assert page.locator(".canvas .node.match").count() == sum(
        "method_7" in symbol for symbol in packages.names(2_000)
    )
