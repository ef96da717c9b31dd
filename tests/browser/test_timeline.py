"""A run over time, as `callchain view` shows it: the page of a package with the times of its recording."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from callchain.ask.timed_page import timed_page
from tests.browser.conftest import Open, probe

pytestmark = pytest.mark.browser

PROGRAM = '''\
"""Counts letters."""

import subprocess
import sys
import threading


def count_letters(word):
    return len(word)


def count_all(words):
    return sum(count_letters(word) for word in words)


def main():
    thread = threading.Thread(target=count_all, args=(["a", "b"],), name="helper")
    thread.start()
    thread.join()
    if len(sys.argv) == 1:
        subprocess.run([sys.executable, __file__, "child"], check=True)
    print(count_all(["one", "two", "three"]))


if __name__ == "__main__":
    main()
'''


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("timed")
    (folder / "code").mkdir()
    (folder / "code" / "letters.py").write_text(PROGRAM, encoding="utf-8")
    command = [*(sys.executable, "-m", "callchain", "run", "--question", "How does main count letters?")]
    command += ["--root", str(folder / "code"), "--out", str(folder / "package"), "--", sys.executable]
    subprocess.run([*command, str(folder / "code" / "letters.py")], check=True, capture_output=True)
    (folder / "timed.html").write_text(timed_page(folder / "package"), encoding="utf-8")
    return folder


def timeline(page: Page):
    page.get_by_role("button", name="Timeline").click()
    canvas = page.locator(".timeline canvas")
    expect(canvas).to_be_visible()
    return canvas


def picture(page: Page) -> str:
    page.evaluate(probe("rest"))
    return str(page.locator(".timeline canvas").evaluate("(canvas) => canvas.toDataURL()"))


def test_each_process_and_thread_has_a_lane_by_the_clock(package: Path, open_page: Open):
    page = open_page(package / "timed.html").page
    canvas = timeline(page)
    box = canvas.bounding_box()
    assert box
    assert box["height"] > 4 * 40, "two threads in each of two processes"
    canvas.focus()
    said = page.locator("#said")
    for key, wanted in (("ArrowDown", "main"), ("ArrowDown", "count_all"), ("ArrowUp", "main")):
        page.keyboard.press(key)
        expect(said).to_contain_text(wanted)
    expect(said).to_contain_text("first call")
    page.keyboard.press("Enter")
    expect(page.locator("#panel h2")).to_have_text("main")
    told = re.compile(r"first call[\d.]+ m?s, from [\d.]+ (µs|ms|s) on")
    expect(page.locator("#panel dl")).to_contain_text(told)
    expect(page.locator("#panel .code .here").last).to_contain_text("def main")


def test_it_zooms_and_filters(package: Path, open_page: Open):
    page = open_page(package / "timed.html").page
    canvas = timeline(page)
    canvas.focus()
    page.keyboard.press("ArrowDown")
    pictures = [picture(page)]
    for key in ("z", "+", "Escape"):
        page.keyboard.press(key)
        pictures.append(picture(page))
    page.locator("#calls-find").fill("count_all")
    pictures.append(picture(page))
    whole, one_call, nearer, again, filtered = pictures
    assert whole == again
    assert len({whole, one_call, nearer, filtered}) == 4
    page.get_by_role("button", name="Tree").click()
    expect(page.locator(".calls-tree")).to_be_visible()


def test_the_file_of_the_package_has_no_times_and_says_where_they_are(package: Path, open_page: Open):
    page = open_page(package / "package" / "index.html").page
    expect(page.get_by_role("button", name="Timeline")).to_have_count(0)
    expect(page.locator("#trees")).to_contain_text("callchain view shows them")
