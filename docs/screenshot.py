"""Make docs/img/page.png: the page of a package as a reader sees it, with a call opened.

Usage: python docs/screenshot.py [PACKAGE]   (the committed sample without one; needs playwright and a Chromium)
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from callchain.evidence.package import load
from callchain.report import graph_dot, graph_svg, index_html

HERE = Path(__file__).parent
SAMPLE = HERE.parent / "reports" / "INTEGRATE-PYTORCH-001" / "sample"
PICTURE = HERE / "img" / "page.png"
SIZE = {"width": 1440, "height": 880}


def main(package: Path) -> None:
    """Render the page from the package's record and take its picture."""
    evidence = load(package)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        file = Path(folder) / "index.html"
        page = index_html.render(evidence, graph_svg.render(graph_dot.render(evidence)))
        file.write_text(page, encoding="utf-8")
        browser = driver.chromium.launch(executable_path=_chromium(), args=["--no-sandbox"])
        tab = browser.new_page(viewport=SIZE, color_scheme="light")
        tab.goto(file.as_uri())
        tab.wait_for_selector("html[data-ready]")
        _open_a_call(tab)
        PICTURE.parent.mkdir(exist_ok=True)
        tab.screenshot(path=PICTURE)
        browser.close()


def _open_a_call(tab: Page) -> None:
    tab.evaluate("document.getElementById('chain').scrollIntoView()")
    tab.locator("#graph .segments").first.get_by_role("button").nth(1).click()
    tab.locator(".canvas .arrow-g.v0 .reach").nth(3).dispatch_event("click")
    tab.get_by_role("button", name="Show all of it").click()
    tab.mouse.move(0, 0)
    tab.wait_for_timeout(300)


def _chromium() -> str:
    found = shutil.which("chromium") or shutil.which("google-chrome") or shutil.which("chrome")
    if found is None:
        sys.exit("no chromium on the path")
    return found


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else SAMPLE)
