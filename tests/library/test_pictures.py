"""What notebooks show: bars and curves, with every text of the target as text."""

import html.parser
from pathlib import Path

from msgspec.structs import replace

import callchain
from callchain.library.html import tap_html
from callchain.model.tap import Hit, Snapshot

SAMPLE = Path(__file__).parents[2] / "reports" / "INTEGRATE-PYTORCH-001" / "sample"
EVIL = "</code><script>alert(1)</script>"


class Elements(html.parser.HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append(tag)


def test_a_package_shows_its_verdicts_as_bars_and_its_taps_to_unfold() -> None:
    package = callchain.Package.load(SAMPLE)
    shown = package._repr_html_()
    assert "15 confirmed" in shown
    assert "custom_objects_count &gt; 20" in shown
    assert Elements(shown).found.count("details") == len(package.taps) == 8


def test_numbers_over_the_hits_are_a_curve_and_texts_stay_texts() -> None:
    hits = tuple(Hit(number, 0, "main", {EVIL: Snapshot("float", value=0.5**number)}) for number in range(4))
    tap = replace(callchain.Package.load(SAMPLE).taps[0].result, key=EVIL, purpose=EVIL, snapshots=hits)
    elements = Elements(tap_html(tap)).found
    assert {"svg", "polyline"} <= set(elements)
    assert "script" not in elements
