"""A package as an object, with a picture of itself for notebooks."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from callchain.ask.digest import digest
from callchain.evidence.package import load
from callchain.library.html import package_html, tap_html
from callchain.model.package import Evidence
from callchain.model.tap import ExpectationResult, TapResult


@dataclass(frozen=True)
class Tap:
    """A tap with what a run showed; in a notebook it shows itself as a table."""

    result: TapResult

    @property
    def key(self) -> str:
        """Its name in the tap file."""
        return self.result.key

    @property
    def hits(self) -> int:
        """How often it was hit."""
        return self.result.hits

    @property
    def expectations(self) -> tuple[ExpectationResult, ...]:
        """What it had to satisfy, with verdicts."""
        return self.result.expectations

    def _repr_html_(self) -> str:
        return tap_html(self.result)


@dataclass(frozen=True)
class Package:
    """An evidence package: its folder and its record."""

    folder: Path
    evidence: Evidence

    @classmethod
    def load(cls, folder: str | os.PathLike[str]) -> Self:
        """Read a package back.

        Raises:
            CallchainError: there is none, it is incomplete, or its record is damaged.
        """
        place = Path(folder)
        return cls(place, load(place))

    @property
    def flows(self) -> dict[str, tuple[str, ...]]:
        """The answer in order: the name of each flow and the symbols of its stages."""
        return {flow.name: tuple(stage.symbol for stage in flow.chain) for flow in self.evidence.flows}

    @property
    def verdicts(self) -> dict[str, int]:
        """Verdict → number of edges."""
        return dict(self.evidence.quality.edges)

    @property
    def taps(self) -> tuple[Tap, ...]:
        """The taps in the order of their file."""
        return tuple(Tap(result) for result in self.evidence.taps)

    @property
    def summary(self) -> str:
        """The answer in a few lines."""
        return "\n".join(str(line) for line in digest(self.evidence, self.folder))

    def read(self, name: str) -> str:
        """The text of one of the package's files, such as `summary.md`."""
        return (self.folder / name).read_text(encoding="utf-8")

    def __str__(self) -> str:
        return self.summary

    def _repr_html_(self) -> str:
        return package_html(self.evidence, self.folder)
