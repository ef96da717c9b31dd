"""What a tap file means in the code as it stands: the facts behind `callchain taps check`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec

from callchain.model.errors import CallchainError
from callchain.model.tap import LocatedTap, TapResult, TapSpec
from callchain.source.tree import SourceTree
from callchain.taps.locate import locate_each
from callchain.taps.tapfile import load

SAME = "same"


class Finding(msgspec.Struct, frozen=True):
    """One tap: where it was found, or what is wrong with it."""

    key: str
    found: bool
    symbol: str
    where: str
    path: str = ""
    line: int = 0
    end_line: int = 0
    code: str = ""
    """The first line of the place that was found."""
    problem: str = ""
    drift: str = ""
    """What became of the place since an earlier package: `same`, `moved from path:line`; empty without one."""

    def __str__(self) -> str:
        if not self.found:
            return f"{self.key}: {self.problem}{f' ({self.drift})' if self.drift else ''}"
        moved = f", {self.drift}" if self.drift and self.drift != SAME else ""
        return f"{self.key}: {self.where} {self.path}:{self.line} `{self.code}`{moved}"


def with_drift(findings: Sequence[Finding], earlier: Sequence[TapResult]) -> list[Finding]:
    """The same findings, with what became of each place since the taps of an earlier package were located."""
    known = {tap.key: tap for tap in earlier}
    return [
        msgspec.structs.replace(finding, drift=_drift(finding, known.get(finding.key))) for finding in findings
    ]


def _drift(finding: Finding, before: TapResult | None) -> str:
    if before is None:
        return "not in the earlier package"
    place = f"{before.path}:{before.line}"
    if not finding.found:
        return f"it stood at {place}"
    return SAME if (before.path, before.line) == (finding.path, finding.line) else f"moved from {place}"


def check_file(path: Path, tree: SourceTree) -> list[Finding]:
    """A finding for each tap of the file, in its order.

    Raises:
        CallchainError: the file as a whole cannot be used.
    """
    specs = load(path)
    return [_finding(spec, result, tree) for spec, result in zip(specs, locate_each(specs, tree), strict=True)]


def _finding(spec: TapSpec, result: LocatedTap | CallchainError, tree: SourceTree) -> Finding:
    if isinstance(result, CallchainError):
        problem = f"{result.what} ({result.hint})" if result.hint else result.what
        return Finding(spec.key, found=False, symbol=spec.symbol, where=spec.where, problem=problem)
    return Finding(
        key=spec.key,
        found=True,
        symbol=spec.symbol,
        where=spec.where,
        path=result.path,
        line=result.line,
        end_line=result.end_line,
        code=tree.lines(result.path)[result.line - 1].strip(),
    )
