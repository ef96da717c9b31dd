"""What an act costs the page's main thread, by Chromium's own trace: other load on the machine does not count."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
from playwright.sync_api import Browser, Page

from tests.browser.conftest import probe

CATEGORIES = ["toplevel", "devtools.timeline"]
Step = tuple[str, str, str | int]
"""What is done (`click`, `type`, `scroll`), the selector, and which of them, or what is typed, or how far."""


@dataclass(frozen=True)
class Spent:
    """Milliseconds: until the picture after the act, and what the main thread worked."""

    wall: float
    longest_task: float
    work: float

    def __str__(self) -> str:
        return (
            f"main thread: longest task {self.longest_task:.0f} ms, all of it {self.work:.0f} ms; "
            f"answered after {self.wall:.0f} ms by the clock"
        )


def act(browser: Browser, page: Page, step: Step, trace: Path) -> Spent:
    """Do it, and wait until all that follows from it is drawn."""
    browser.start_tracing(page=page, path=trace, categories=CATEGORIES)
    wall = float(page.evaluate(probe("timed"), list(step)))
    page.evaluate(probe("rest"))
    browser.stop_tracing()
    tasks = list(_tasks(msgspec.json.decode(trace.read_bytes())["traceEvents"]))
    return Spent(wall, max(tasks, default=0), sum(tasks))


def _tasks(events: list[dict[str, Any]]) -> Iterator[float]:
    """The CPU time of each task of the page's main thread, in milliseconds."""
    main = {
        (event["pid"], event["tid"])
        for event in events
        if event["name"] == "thread_name" and event["args"]["name"] == "CrRendererMain"
    }
    for event in events:
        if event["name"].endswith("RunTask") and (event["pid"], event["tid"]) in main and "tdur" in event:
            yield event["tdur"] / 1000
