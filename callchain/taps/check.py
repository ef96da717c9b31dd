"""What a tap file means in the code as it stands: the facts behind `callchain taps check`."""

from __future__ import annotations

from pathlib import Path

import msgspec

from callchain.model.errors import CallchainError
from callchain.model.tap import LocatedTap, TapSpec
from callchain.source.tree import SourceTree
from callchain.taps.locate import locate_each
from callchain.taps.tapfile import load


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

    def __str__(self) -> str:
        if not self.found:
            return f"{self.key}: {self.problem}"
        return f"{self.key}: {self.where} {self.path}:{self.line} `{self.code}`"


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
