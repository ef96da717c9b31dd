"""What a tap captured, one row a name: the values of its hits side by side, or once where all are the same."""

from __future__ import annotations

from dataclasses import dataclass

from callchain.model.tap import Hit, TapResult
from callchain.taps.render import render as render_value

MOST_COLUMNS = 4
WIDEST = 400
"""Characters of one value; longer ones are in `evidence.json`."""


@dataclass(frozen=True)
class Row:
    """A captured name; `same` says that one value stands for all hits."""

    name: str
    type: str
    values: tuple[str, ...]
    same: bool


@dataclass(frozen=True)
class Captured:
    """The hits that are shown, as headings, and the rows below them."""

    hits: tuple[Hit, ...]
    rows: tuple[Row, ...]
    left_out: int


def captured(tap: TapResult) -> Captured:
    """The first hits and the last one; every hit is in `evidence.json`."""
    hits = tap.snapshots
    shown = hits if len(hits) <= MOST_COLUMNS else (*hits[: MOST_COLUMNS - 1], hits[-1])
    names = dict.fromkeys(name for hit in hits for name in hit.values)
    return Captured(shown, tuple(_row(name, hits, shown) for name in names), len(hits) - len(shown))


def _row(name: str, hits: tuple[Hit, ...], shown: tuple[Hit, ...]) -> Row:
    everywhere = {render_value(hit.values[name], WIDEST) if name in hit.values else "" for hit in hits}
    kinds = dict.fromkeys(hit.values[name].type for hit in hits if name in hit.values)
    if len(everywhere) == 1:
        return Row(name, ", ".join(kinds), tuple(everywhere), same=True)
    values = tuple(render_value(hit.values[name], WIDEST) if name in hit.values else "" for hit in shown)
    return Row(name, ", ".join(kinds), values, same=False)
