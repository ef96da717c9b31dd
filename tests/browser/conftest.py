"""A real browser for the page: Debian's or any Chromium on the path, driven by Playwright."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from callchain.model.package import Evidence
from callchain.report import graph_dot, graph_svg, index_html

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
WATCH = """
window.refused = [];
document.addEventListener("securitypolicyviolation", (event) => window.refused.push(event.violatedDirective));
"""


def chromium() -> str:
    return next((found for name in NAMES if (found := shutil.which(name))), "")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One a module: as long as it is open, its driver's event loop runs in this thread, and no other can."""
    program = chromium()
    if not program:
        if os.environ.get("CALLCHAIN_REQUIRE_BROWSER"):
            pytest.fail(f"no browser on the path (looked for {', '.join(NAMES)}), and this run requires one")
        pytest.skip(f"no browser on the path (looked for {', '.join(NAMES)}); install chromium to test the page")
    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        yield opened
        opened.close()


@dataclass
class Opened:
    """A page with all that it must never do: complain, fail, ask the network, break its policy."""

    page: Page
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def refused(self) -> list[str]:
        return list(self.page.evaluate("window.refused"))


def probe(name: str) -> str:
    """A function to be run in the page."""
    return (Path(__file__).parent / "probes" / f"{name}.js").read_text(encoding="utf-8")


Open = Callable[..., Opened]


def write_page(evidence: Evidence, folder: Path) -> Path:
    file = folder / "index.html"
    page = index_html.render(evidence, graph_svg.render(graph_dot.render(evidence)))
    file.write_text(page, encoding="utf-8")
    return file


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Open]:
    """Opens a file; at the end of the test the page must have kept quiet."""
    opened: list[Opened] = []

    def open_file(file: Path, *, width: int = 1280, height: int = 900, **more: object) -> Opened:
        context = browser.new_context(viewport={"width": width, "height": height}, **more)
        context.add_init_script(WATCH)
        page = context.new_page()
        found = Opened(page)
        page.on("console", lambda message: found.complaints.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: found.complaints.append(str(error)))
        page.on("request", lambda request: found.requests.append(request.url))
        page.on("dialog", lambda dialog: found.complaints.append(f"dialog: {dialog.message}") or dialog.dismiss())
        page.goto(file.as_uri())
        if more.get("java_script_enabled", True):
            page.wait_for_selector("html[data-ready]", timeout=20_000)
        opened.append(found)
        return found

    yield open_file
    for found in opened:
        assert found.complaints == []
        assert found.requests == [found.page.url.partition("#")[0]], "the page asks for nothing but itself"
        if found.page.evaluate("'refused' in window"):
            assert found.refused() == []
        found.page.context.close()
