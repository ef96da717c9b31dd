"""One tree, all tools: CPU seconds and peak memory, each the median of several runs."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from bench.child import Limits, Usage, median, run
from bench.static.tools import FLOOR, PROJECT, Tool, ours
from bench.static.trees import Tree, edit

_HEAVY_S = 20.0
"""A program that took longer is run once."""


@dataclass(frozen=True)
class Row:
    """A tool on a tree."""

    tool: str
    cpu_s: float
    peak_mb: float
    ended: str
    runs: tuple[Usage, ...] = field(repr=False)

    def as_json(self, floor_s: float) -> dict[str, object]:
        """The row with its ratio to the floor, and every run."""
        return {
            "tool": self.tool,
            "cpu_s": round(self.cpu_s, 3),
            "ratio": round(self.cpu_s / floor_s, 2) if floor_s else None,
            "peak_mb": round(self.peak_mb, 1),
            "ended": self.ended,
            "runs": [asdict(usage) for usage in self.runs],
        }


def measure(
    tree: Tree, tools: Sequence[Tool], scratch: Path, repeat: int, limits: Limits, say: Callable[[str], None]
) -> Iterator[Row]:
    """A row for each tool, the floor first, and three for ours: nothing known, all known, one file changed."""
    out = scratch / "out" / tree.name
    out.parent.mkdir(exist_ok=True)

    def once(tool: Tool) -> Callable[[int], Usage]:
        return lambda _: run(tool.command(tree, out), limits=limits, cwd=out.parent)

    yield _row(FLOOR.name, repeat, once(FLOOR), say)
    yield from _ours(tree, scratch, out, repeat, limits, say)
    for tool in tools:
        yield _row(tool.name, repeat, once(tool), say)


def _ours(
    tree: Tree, scratch: Path, out: Path, repeat: int, limits: Limits, say: Callable[[str], None]
) -> Iterator[Row]:
    cache = scratch / f"{tree.name}.cache"

    def reading(_: int) -> Usage:
        variables = {"PYTHONPATH": str(PROJECT), "CALLCHAIN_CACHE_DIR": str(cache)}
        return run(ours(tree, out), limits=limits, variables=variables, cwd=out.parent)

    def cold(turn: int) -> Usage:
        shutil.rmtree(cache, ignore_errors=True)
        return reading(turn)

    def changed(turn: int) -> Usage:
        name = edit(tree, turn)
        usage = reading(turn)
        if not usage.ended and name.encode() not in out.read_bytes():
            return replace(usage, ended="stale result")
        return usage

    yield _row("ours, cold", repeat, cold, say)
    yield _row("ours, nothing changed", repeat, reading, say)
    yield _row("ours, one file edited", repeat, changed, say)


def _row(name: str, repeat: int, once: Callable[[int], Usage], say: Callable[[str], None]) -> Row:
    runs: list[Usage] = []
    while len(runs) < repeat:
        runs.append(once(len(runs)))
        say(f"{name}: {runs[-1].cpu_s:.2f} s CPU, {runs[-1].peak_mb:.0f} MB {runs[-1].ended}")
        if runs[-1].ended.startswith(("exit", "signal")):
            say(runs[-1].output)
        if runs[-1].ended or runs[-1].cpu_s > _HEAVY_S:
            break
    ended = next((usage.ended for usage in runs if usage.ended), "")
    return Row(
        tool=name,
        cpu_s=median([usage.cpu_s for usage in runs]),
        peak_mb=median([usage.peak_mb for usage in runs]),
        ended=ended,
        runs=tuple(runs),
    )
