"""The functions of the page, numbered: each name is carried once, however often it is mentioned."""

from __future__ import annotations

from callchain.evidence.verdicts import CONFIRMED, LINE_RAN, NOT_REACHED, NOT_RUN, OBSERVED_ONLY
from callchain.model.package import Evidence
from callchain.report.names import Names
from callchain.report.visible import visible

VERDICTS = (CONFIRMED, OBSERVED_ONLY, LINE_RAN, NOT_REACHED, NOT_RUN)
STAGES = ("", "entry", "config", "core", "normalisation", "sink")
LONGEST = 34
"""Characters of a name in a box of the graph."""


class Symbols:
    """Hands out numbers in the order of the first mention."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._numbers: dict[str, int] = {}
        self._places: dict[int, tuple[str, int, int]] = {}
        self._stages: dict[int, str] = {}

    def number(self, symbol: str, path: str = "", line: int = 0, end_line: int = 0) -> int:
        """The number of a symbol; its place is kept where it is told."""
        number = self._numbers.setdefault(symbol, len(self._numbers))
        known = self._places.get(number, ("", 0, 0))
        if line and (not known[1] or end_line > known[2]):
            self._places[number] = (path, line, end_line)
        return number

    def known(self, symbol: str) -> int | None:
        """The number of a symbol that has one."""
        return self._numbers.get(symbol)

    def mark(self, symbol: str, stage: str) -> None:
        """Say which stage of a flow a symbol is; the first word stands."""
        self._stages.setdefault(self.number(symbol), stage)

    def labels(self) -> list[str]:
        """The short name of each number as a box of the graph shows it."""
        return [shortened(visible(self._names.short(symbol))) for symbol in self._numbers]

    def rows(self) -> list[list[object]]:
        """For each number: short name, symbol, path, line, last line, stage."""
        return [
            [
                visible(self._names.short(symbol)),
                visible(symbol),
                *_place(self._places.get(number, ("", 0, 0))),
                STAGES.index(stage) if (stage := self._stages.get(number, "")) in STAGES else 0,
            ]
            for symbol, number in self._numbers.items()
        ]


def _place(place: tuple[str, int, int]) -> tuple[str, int, int]:
    path, line, end_line = place
    return visible(path), line, max(line, end_line)


def shortened(name: str) -> str:
    """A name with its middle left out where it is too long for a box."""
    if len(name) <= LONGEST:
        return name
    half = (LONGEST - 1) // 2
    return f"{name[: LONGEST - 1 - half]}…{name[-half:]}"


def number_stages(evidence: Evidence, symbols: Symbols) -> None:
    """Give the stages of the flows the first numbers, in the order of the answer."""
    for flow in evidence.flows:
        for stage in flow.chain:
            symbols.number(stage.symbol, stage.path, stage.line, stage.end_line)
            symbols.mark(stage.symbol, stage.stage)
