"""What a question costs: of a tree never read, of one that is in the cache, and one more in the same process."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from bench.child import Limits, Usage, median, run
from bench.figures import Figure
from bench.static.tools import PROJECT
from bench.static.trees import Tree

PROGRAM = Path(__file__).resolve().parent / "question.py"
_AGAIN = 5


def latency(
    tree: Tree, question: str, floor_s: float, scratch: Path, repeat: int, limits: Limits
) -> Iterator[Figure]:
    """Three rows, as ratios to `ast.parse` of the tree."""
    what = f"question of {tree.name}"
    cache = scratch / f"{tree.name}.question-cache"

    def once(times: int) -> Usage:
        variables = {"PYTHONPATH": str(PROJECT), "CALLCHAIN_CACHE_DIR": str(cache)}
        command: list[str | Path] = [sys.executable, PROGRAM, tree.root, question, str(times)]
        return run(command, limits=limits, variables=variables, cwd=scratch)

    def figure(program: str, runs: list[Usage]) -> Figure:
        seconds = median([usage.cpu_s for usage in runs])
        bad = next((usage.ended for usage in runs if usage.ended), "")
        return Figure(what, program, seconds, seconds / floor_s, ended=bad)

    cold = []
    for _ in range(repeat):
        shutil.rmtree(cache, ignore_errors=True)
        cold.append(once(1))
    yield figure("ours, cold", cold)
    yield figure("ours, nothing changed", [once(1) for _ in range(repeat)])
    last = once(_AGAIN)
    if last.ended:
        yield Figure(what, "ours, asked again", ended=last.ended)
        return
    seconds = median(json.loads(last.output.splitlines()[-1])[1:])
    yield Figure(what, "ours, asked again", seconds, seconds / floor_s)
