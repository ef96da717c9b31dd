"""How verdicts and stages look in every drawing; colour is never the only sign."""

from __future__ import annotations

from dataclasses import dataclass

from callchain.evidence.verdicts import CONFIRMED, LINE_RAN, NOT_REACHED, NOT_RUN, OBSERVED_ONLY


@dataclass(frozen=True)
class EdgeStyle:
    """An edge's colour, its line and the word beside it."""

    colour: str
    line: str
    word: str


EDGE_STYLES = {
    CONFIRMED: EdgeStyle("#1a7f37", "solid", "confirmed"),
    OBSERVED_ONLY: EdgeStyle("#8250df", "bold", "observed only"),
    LINE_RAN: EdgeStyle("#b54708", "dashed", "line ran"),
    NOT_REACHED: EdgeStyle("#6e7781", "dotted", "not reached"),
    NOT_RUN: EdgeStyle("#0550ae", "solid", ""),
}
STAGE_FILLS = {
    "entry": "#dbeafe",
    "config": "#fef3c7",
    "core": "#f3f4f6",
    "normalisation": "#ede9fe",
    "sink": "#fee2e2",
}
UNKNOWN_FILL = "#ffffff"
