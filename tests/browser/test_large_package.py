"""A package with 2,000 functions and 20,000 lines of call tree opens and answers."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from callchain.evidence.verdicts import CONFIRMED, LINE_RAN, NOT_REACHED, OBSERVED_ONLY
from tests.browser import packages
from tests.browser.conftest import Open, probe, write_page
from tests.browser.traced import Step, act
from tests.evidence import sample, shop

pytestmark = pytest.mark.browser

MOST_ELEMENTS = 60_000
MOST_DRAWN = 2_000
"""Of all functions and their arrows, which are painted: only those in sight that can be read are elements."""
FROZEN_MS = 30_000
"""What would be a freeze on any machine; the true figures are far below and are printed with `-s`."""


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("large")
    return write_page(packages.large(sample.evidence(shop.write_tree(folder / "code"))), folder)


OPENED: dict[str, Step] = {
    "search": ("type", "#find", "method_19"),
    "filter the chain by name": ("type", "#chain-find", "method_19"),
    "filter no more": ("type", "#chain-find", ""),
    "hide a verdict": ("click", "label.check input", 0),
    "click a function": ("click", ".canvas .node", 3),
    "unfold a function": ("click", ".canvas .node .more", 2),
    "filter the calls": ("type", "#calls-find", "method_19"),
    "show the calls again": ("type", "#calls-find", ""),
    "unfold all calls": ("click", "#trees .folds button", 0),
    "scroll the calls": ("scroll", ".calls-tree", 300_000),
    "flame": ("click", "#trees .segments button", 1),
    "switch the theme": ("click", "#theme", 0),
}
UNFOLDED: dict[str, Step] = {
    "unfold all 2,000 functions": ("click", "#show-all", 0),
    "filter among all of them": ("type", "#chain-find", "method_7"),
    "filter further": ("type", "#chain-find", "method_71"),
    "filter no more among all": ("type", "#chain-find", ""),
    "hide a verdict among all": ("click", "label.check input", 0),
    "show it again": ("click", "label.check input", 0),
    "click among all": ("at", ".canvas > svg", 0),
    "zoom out among all": ("click", ".zoom button", 1),
    "zoom in among all": ("click", ".zoom button", 0),
}


def test_it_opens_with_few_elements_and_every_step_is_answered(
    file: Path, open_page: Open, browser: Browser, tmp_path: Path
):
    page = open_page(file).page
    assert page.evaluate("document.querySelectorAll('*').length") < MOST_ELEMENTS
    assert page.locator(".calls-tree .row").count() < 100
    for name, step in OPENED.items():
        spent = act(browser, page, step, tmp_path / "trace.json")
        print(f"{name}: {spent}")
        assert spent.wall < FROZEN_MS, name
    expect(page.locator("#trees output")).to_have_text("20,000 lines")


def test_all_two_thousand_functions_can_be_drawn(file: Path, open_page: Open, browser: Browser, tmp_path: Path):
    page = open_page(file).page
    for name, step in UNFOLDED.items():
        spent = act(browser, page, step, tmp_path / "trace.json")
        print(f"{name}: {spent}")
        assert spent.wall < FROZEN_MS, name
        expect(page.locator(".canvas .status")).to_contain_text("2,000 functions, ")
    assert page.evaluate("document.querySelectorAll('.canvas *').length") < MOST_DRAWN


def test_many_functions_are_filtered_by_name_and_found_by_their_place(file: Path, open_page: Open):
    page = open_page(file).page
    status = page.locator(".canvas .status")
    page.locator("#show-all").click()
    expect(status).to_contain_text("2,000 functions, 2,999 of 2,999 arrows")
    page.locator("#chain-find").fill("method_7")
    matching = sum("method_7" in symbol for symbol in packages.names(2_000))
    expect(status).to_contain_text(f", {matching} matches")
    page.locator("#chain-find").fill("")
    expect(status).not_to_contain_text("match")
    for what in ("box", "arrow"):
        page.evaluate(probe("click_among_many"), what)
        expect(page.locator(f".canvas .chosen[data-{'id' if what == 'box' else 'arrow'}]")).to_have_count(1)
    expect(page.locator("#panel")).to_contain_text("→")
    for _ in range(9):
        page.locator(".zoom button").first.click()
    page.evaluate(probe("rest"))
    named = page.locator(".canvas .node text:not(.sub)")
    assert 10 < named.count() < 200


def test_verdicts_of_many_arrows_differ_by_dash_as_well_as_colour(open_page: Open, tmp_path: Path):
    """The same arrows, all of one verdict: a whole line takes more ink than one with gaps."""
    evidence = packages.large(sample.evidence(shop.write_tree(tmp_path / "code")), functions=400, lines=10)
    inked = {}
    for verdict in (CONFIRMED, OBSERVED_ONLY, LINE_RAN, NOT_REACHED):
        page = open_page(write_page(packages.all_of(evidence, verdict), tmp_path)).page
        page.locator("#show-all").click()
        page.evaluate(probe("rest"))
        inked[verdict] = page.evaluate(probe("inked"))
    assert inked[CONFIRMED] == max(inked.values())
    assert len(set(inked.values())) == len(inked), inked
