"""A package with 2,000 functions and 20,000 lines of call tree opens and answers."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import packages
from tests.browser.conftest import Open, probe, write_page
from tests.evidence import sample, shop

pytestmark = pytest.mark.browser

MOST_ELEMENTS = 60_000
MOST_DRAWN = 5_000
"""Of all functions and their arrows: a box is two elements, and the arrows of a verdict are one line together."""
FROZEN_MS = 30_000
"""What would be a freeze on any machine; the true figures are far below and are printed with `-s`."""


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("large")
    return write_page(packages.large(sample.evidence(shop.write_tree(folder / "code"))), folder)


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


UNFOLDED = {
    "unfold all 2,000 functions": ("click", "#show-all", 0),
    "filter among all of them": ("type", "#chain-find", "method_7"),
    "filter further": ("type", "#chain-find", "method_71"),
    "filter no more": ("type", "#chain-find", ""),
    "hide a verdict among all": ("click", "label.check input", 0),
    "click a function among all": ("click", ".canvas .node", 3),
}


def test_all_two_thousand_functions_can_be_drawn(file: Path, open_page: Open, browser: Browser, tmp_path: Path):
    page = open_page(file).page
    for name, step in UNFOLDED.items():
        trace = tmp_path / "trace.json"
        browser.start_tracing(page=page, path=trace, categories=["toplevel", "devtools.timeline"])
        spent = timed(page, *step)
        expect(page.locator(".canvas .node")).to_have_count(2_000)
        expect(page.locator(".canvas .status")).to_contain_text("2,000 functions, ")
        browser.stop_tracing()
        print(f"{name}: {spent:.0f} ms, the longest task {longest_task(trace):.0f} ms")
        assert spent < FROZEN_MS, name
    assert page.evaluate("document.querySelectorAll('.canvas *').length") < MOST_DRAWN


def longest_task(trace: Path) -> float:
    """Milliseconds of the longest task of a page's main thread in a trace of Chromium."""
    events = msgspec.json.decode(trace.read_bytes())["traceEvents"]
    main = {
        (event["pid"], event["tid"])
        for event in events
        if event["name"] == "thread_name" and event["args"]["name"] == "CrRendererMain"
    }
    tasks = [
        event["dur"]
        for event in events
        if event["name"].endswith("RunTask") and (event["pid"], event["tid"]) in main and "dur" in event
    ]
    return max(tasks, default=0) / 1000


def test_many_functions_are_filtered_by_name_and_their_arrows_found_by_place(file: Path, open_page: Open):
    page = open_page(file).page
    page.locator("#show-all").click()
    expect(page.locator(".canvas .bulk")).not_to_have_count(0)
    page.locator("#chain-find").fill("method_7")
    matching = sum("method_7" in symbol for symbol in packages.names(2_000))
    expect(page.locator(".canvas .node.match")).to_have_count(matching)
    expect(page.locator(".canvas .node.pale")).to_have_count(2_000 - matching)
    page.locator("#chain-find").fill("")
    expect(page.locator(".canvas .node.match, .canvas .node.pale")).to_have_count(0)
    assert page.evaluate(probe("arrow_among_many")) == 1
    for _ in range(7):
        spent = timed(page, "click", ".zoom button", 0)
        assert spent < FROZEN_MS
    print(f"zoom to where names are read: {spent:.0f} ms")
    expect(page.locator(".canvas .node text").first).to_be_attached()
    expect(page.locator("#panel")).to_contain_text("→")
