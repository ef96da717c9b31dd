"""`make bench`: the short form of both benchmarks, one table.

Reading is compared with `ast.parse` of the same files, tracing with the untraced run of the same program.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench import machine
from bench.child import Limits
from bench.static.measure import measure as measure_static
from bench.static.tools import LOSSLESS, PROJECT, peers
from bench.static.trees import copy_tree, package_folder
from bench.table import markdown
from bench.trace.engines import UNTRACED
from bench.trace.run import measure as measure_trace
from bench.trace.workloads import workloads

_TREE = "rich"
_REPEAT = 2
_LIMITS = Limits(cpu_s=60)
Cells = tuple[str, str, str, str]


def reading() -> Iterator[Cells]:
    """A row for each way to read one small tree; the peers where `make bench-static` has installed them."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        tree = copy_tree(_TREE, [package_folder(_TREE)], Path(folder))
        what = f"reading {_TREE}, {tree.lines:,} lines"
        floor = 0.0
        for row in measure_static(
            tree, (LOSSLESS, *peers(PROJECT / ".venv-peers")), Path(folder), _REPEAT, _LIMITS, _say
        ):
            floor = floor or row.cpu_s
            ratio = f"{row.cpu_s / floor:.1f}"
            yield what, row.tool, f"{row.cpu_s:.2f}", f"{row.ended} > {ratio}" if row.ended else ratio


def tracing() -> Iterator[Cells]:
    """A row for each program under each engine."""
    for work in workloads(short=True):
        result = measure_trace(work, sys.executable, 1, _LIMITS)
        for engine in result.runs:
            seconds = f"{result.seconds(engine):.2f}"
            yield f"running: {work.name}", engine, seconds, "1.0" if engine == UNTRACED else result.cell(engine)


def main() -> int:
    """Print the table; progress on stderr."""
    rows = [*reading(), *tracing()]
    print(f"Measured on {machine.line()}\n")
    print(markdown(("what", "program", "CPU s", "ratio"), rows))
    return 0


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
