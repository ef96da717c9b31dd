"""The demo's page as a reader uses it, in a real browser."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from callchain.report.counts import TIMES
from tests.browser import packages
from tests.browser.conftest import Open, Opened, probe, write_page

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_page(packages.demo(), tmp_path_factory.mktemp("demo"))


@pytest.fixture
def demo(file: Path, open_page: Open) -> Opened:
    return open_page(file)


def node(page: Page, name: str):
    """The box of a function in the graph."""
    return page.locator(".canvas .node").filter(has=page.locator(f"text:text-is('{name}')")).first


def test_the_page_is_small_enough_and_opens_with_the_answer(file: Path, demo: Opened):
    assert file.stat().st_size < 2_000_000
    expect(demo.page.locator("h1")).to_contain_text("How does the TensorFlow workflow")
    flows = demo.page.locator("article.flow")
    assert flows.locator("h3").all_inner_texts() == ["Produce", "Consume", "Contrast"]
    expect(flows.first.locator("li").last).to_contain_text("ModelManager.save_model")
    expect(demo.page.locator(".findings")).to_contain_text("custom_objects_count > 20")


def test_the_policy_is_in_force(demo: Opened):
    """A script, a style, a picture and a request from elsewhere are all refused, and markup from text too."""
    refused = demo.page.evaluate(probe("policy"))
    assert refused["broken"] is False
    assert refused["markup"] is False
    assert refused["shown"] == "block"
    assert {"connect-src", "style-src-elem"} <= set(refused["refused"])
    demo.complaints.clear()  # the browser tells of each refusal on its console


def test_search_finds_a_function_and_shows_it(demo: Opened):
    page = demo.page
    page.keyboard.press("/")
    page.keyboard.type("save_multiple")
    options = page.locator("#found [role=option]")
    expect(options.first).to_contain_text("ModelManager.save_multiple_models")
    page.keyboard.press("Enter")
    expect(page.locator("#panel h2")).to_have_text("ModelManager.save_multiple_models")
    expect(page.locator(".canvas .node.chosen")).to_contain_text("save_multiple_models")
    page.locator("#find").fill("gridsize")
    expect(options.filter(has_text="state").first).to_contain_text("gridsize")
    page.locator("#find").fill("no such thing at all")
    expect(options).to_have_count(1)
    expect(options).to_have_text("Nothing of that name")


def test_a_click_on_an_edge_shows_the_call_site_with_its_line_marked(demo: Opened):
    page = demo.page
    arrow = page.locator(".canvas .arrow-g").filter(
        has_text=re.compile("save → ModelManager.save_multiple_models")
    )
    arrow.locator(".reach").dispatch_event("click")
    panel = page.locator("#panel")
    expect(panel.locator("h2")).to_have_text("save → ModelManager.save_multiple_models")
    expect(panel).to_contain_text(f"confirmed {TIMES}1")
    expect(panel.locator(".site")).to_contain_text("confidence")
    expect(panel.locator(".site .here")).to_contain_text("save_multiple_models(")
    panel.get_by_role("button", name="Callee").click()
    expect(panel.locator("h2")).to_have_text("ModelManager.save_multiple_models")
    expect(panel).to_contain_text("Called by (1)")
    expect(panel.locator(".code .here")).to_contain_text("def save_multiple_models")
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()


def test_filters_hide_edges_by_flow_verdict_confidence_and_name(demo: Opened):
    page = demo.page
    shown = page.locator(".canvas .arrow-g:not(.off)")
    everything = shown.count()
    assert everything > 15
    page.locator("label.check", has_text="observed-only").click()
    expect(page.locator(".canvas .arrow-g.v1:not(.off)")).to_have_count(0)
    confirmed = shown.count()
    assert 0 < confirmed < everything
    page.get_by_label("Least confidence").fill("1")
    expect(shown).not_to_have_count(confirmed)
    page.evaluate(probe("rest"))
    assert shown.count() < confirmed
    page.get_by_role("button", name="consume", exact=True).click()
    expect(page.locator(".canvas .node").filter(has_text="load_inference_bundle")).to_have_count(1)
    expect(page.locator(".canvas .node").filter(has_text="cli_main")).to_have_count(0)
    page.locator("#chain-find").fill("load_model")
    expect(page.locator(".canvas .node.match")).to_have_count(1)
    page.get_by_role("button", name="List", exact=True).click()
    expect(page.locator(".edges .row").first).to_be_visible()
    assert all("load_model" in text for text in page.locator(".edges .row").all_inner_texts())


def test_a_function_unfolds_by_one_hop_and_folds_again(demo: Opened):
    page = demo.page
    boxes = page.locator(".canvas .node")
    before = boxes.count()
    pill = page.locator(".canvas .node .more").first
    more = int((pill.locator("text").text_content() or "").lstrip("+"))
    pill.dispatch_event("click")
    expect(boxes).to_have_count(before + more)
    assert overlaps(page) == []
    page.locator("#fold-all").click()
    expect(boxes).to_have_count(before)


def overlaps(page: Page) -> list[object]:
    """Boxes that lie on another one."""
    return page.evaluate(probe("overlaps"))


def test_no_two_boxes_lie_on_each_other_in_any_view(demo: Opened):
    page = demo.page
    for name in ("all flows", "produce", "consume", "contrast"):
        page.get_by_role("button", name=name, exact=True).first.click()
        assert overlaps(page) == [], name
    page.get_by_role("button", name="all flows").click()
    page.locator("#show-all").click()
    assert overlaps(page) == []


def test_the_graph_is_walked_and_opened_by_keys(demo: Opened):
    page = demo.page
    node(page, "save").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".canvas .node:focus")).to_contain_text("save_multiple_models")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.locator("#panel h2")).to_have_text("ModelManager.save_model")
    expect(page.locator("#panel h2")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".canvas .node:focus")).to_contain_text("save_model")


def test_taps_open_and_tell_expected_against_seen(demo: Opened):
    page = demo.page
    failing = page.locator("details.tap.fail")
    expect(failing).to_have_attribute("open", "")
    expect(failing.locator("tr.fail")).to_contain_text("custom_objects_count = 18")
    first = page.locator("#tap-1")
    expect(first.locator(".expected")).to_be_hidden()
    first.locator("summary").first.click()
    expect(first.locator(".expected")).to_contain_text("gridsize is not None")
    expect(first.locator(".values")).to_contain_text("at every hit")


def test_a_place_shows_its_source(demo: Opened):
    page = demo.page
    page.locator("#state ~ ol.changes .at").first.click()
    expect(page.locator("#panel .code .here")).to_be_visible()


def test_the_call_tree_folds_filters_and_becomes_a_flame(demo: Opened):
    page = demo.page
    tree = page.locator(".calls-tree")
    expect(tree.locator(".row").first).to_contain_text("scripts/train.py")
    tree.focus()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowLeft")
    expect(tree.locator(".row")).to_have_count(1)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#panel h2")).to_have_text("scripts/train.py::main")
    page.locator("#calls-find").fill("save_model")
    expect(tree.locator(".row b").first).to_have_text("save_model")
    page.locator("#trees").get_by_role("button", name="contrast").click()
    page.locator("#calls-find").fill("")
    page.get_by_role("button", name="Flame").click()
    canvas = page.locator(".flame canvas")
    page.evaluate(probe("rest"))
    assert (
        canvas.evaluate("(e) => new Set(e.getContext('2d').getImageData(0, 0, e.width, e.height).data).size") > 20
    )
    canvas.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#panel h2")).not_to_be_empty()


def test_the_theme_changes_and_is_kept(demo: Opened):
    page = demo.page
    ground = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(ground)
    page.get_by_role("button", name="Switch to dark colours").click()
    dark = page.evaluate(ground)
    assert light != dark
    page.reload()
    page.wait_for_selector("html[data-ready]")
    assert page.evaluate(ground) == dark
    demo.requests.pop()  # the page itself, once more


def test_without_scripts_the_page_is_whole(file: Path, open_page: Open):
    page = open_page(file, java_script_enabled=False).page
    expect(page.locator(".drawing svg")).to_be_visible()
    expect(page.locator("section[aria-labelledby=chain] table").first).to_contain_text("save_multiple_models")
    expect(page.locator("pre.calls")).to_contain_text("save_multiple_models")
    expect(page.locator(".bar input")).to_be_hidden()


def test_print_shows_the_drawing_and_the_tables(demo: Opened):
    page = demo.page
    page.emulate_media(media="print")
    expect(page.locator(".drawing svg")).to_be_visible()
    expect(page.locator("#graph")).to_be_hidden()
    expect(page.locator(".bar")).to_be_hidden()


@pytest.mark.parametrize("width", [360, 820])
def test_narrow_screens_need_no_sideways_scroll(file: Path, open_page: Open, width: int):
    page = open_page(file, width=width, height=740).page
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.locator("#find").fill("save")
    expect(page.locator("#found")).to_be_visible()
    found = page.locator("#found").bounding_box()
    assert found
    assert found["x"] >= 0
    assert found["x"] + found["width"] <= width
    page.keyboard.press("Escape")
    page.locator(".canvas .node").first.dispatch_event("click")
    expect(page.locator("#panel")).to_be_visible()
    box = page.locator("#panel").bounding_box()
    assert box
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width


def test_everything_that_can_be_used_has_a_name(demo: Opened):
    assert demo.page.evaluate(probe("nameless")) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_its_ground(file: Path, open_page: Open, scheme: str):
    """The contrast of every text colour in use, by the formula of WCAG 2, is at least 4.5 to 1."""
    page = open_page(file, color_scheme=scheme).page
    page.locator(".canvas .node").nth(3).dispatch_event("click")
    assert page.evaluate(probe("contrast")) == []
