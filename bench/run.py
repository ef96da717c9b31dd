"""`make bench`: reading, accuracy, tracing and questions in one run, one table.

Reading and questions are compared with `ast.parse` of the same files, tracing with the untraced run of the same
program. Peers stand beside ours where `make` has installed them. Accuracy is
measured where a truth is given: CALLCHAIN_BENCH_TRUTH and CALLCHAIN_BENCH_SOURCES, or the options.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench import baseline, machine
from bench.accuracy import accuracy
from bench.child import Limits
from bench.figures import Figure
from bench.latency import latency
from bench.static.measure import measure as measure_static
from bench.static.tools import LOSSLESS, PROJECT, peers
from bench.static.trees import Tree, copy_tree, package_folder
from bench.table import markdown
from bench.trace.engines import UNTRACED, engines
from bench.trace.run import measure as measure_trace
from bench.trace.workloads import workloads

_TREE = "rich"
_QUESTION = "How does a table get its column widths?"
_PARTS = ("reading", "question", "accuracy", "running")
_LIMITS = Limits(cpu_s=60)
_SLOW = ("hunter", "viztracer", "kolo")
_SLOW_LIMITS = Limits(cpu_s=10)
"""Peers that take a hundred times the program's time are run once, and ended."""


def reading(tree: Tree, scratch: Path, repeat: int) -> Iterator[Figure]:
    """A figure for each way to read the tree; `ast.parse` is the first."""
    floor = 0.0
    tools = (LOSSLESS, *peers(PROJECT / ".venv-peers"))
    for row in measure_static(tree, tools, scratch, repeat, _LIMITS, _say):
        floor = floor or row.cpu_s
        yield Figure(f"reading {tree.name}", row.tool, row.cpu_s, row.cpu_s / floor, ended=row.ended)


def tracing(repeat: int) -> Iterator[Figure]:
    """A figure for each program under each engine."""
    with_peers = PROJECT / ".venv-trace-peers" / "bin" / "python"
    others = str(with_peers) if with_peers.exists() else ""
    columns = engines(peers=others)
    quick = {name: engine for name, engine in columns.items() if name not in _SLOW}
    slow = {name: engine for name, engine in columns.items() if name in _SLOW}
    for work in workloads(short=True, peers=others):
        result = measure_trace(work, sys.executable, repeat, _LIMITS, quick)
        if not work.slow:
            result.runs.update(measure_trace(work, sys.executable, 1, _SLOW_LIMITS, slow).runs)
        for name, usages in result.runs.items():
            seconds = result.seconds(name)
            bad = next((usage.ended for usage in usages if usage.ended), "")
            ratio = seconds / result.seconds(UNTRACED)
            yield Figure(f"running: {work.name}", name, seconds, ratio, ended=bad)


def figures(options: argparse.Namespace) -> Iterator[Figure]:
    """Everything that is measured, in the order of the table."""
    wanted = options.only or _PARTS
    if "reading" in wanted or "question" in wanted:
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            scratch = Path(folder)
            tree = copy_tree(_TREE, [package_folder(_TREE)], scratch)
            print(f"{tree.name}: {len(tree.files)} files, {tree.lines:,} lines\n", flush=True)
            rows = list(reading(tree, scratch, options.repeat))
            yield from rows
            yield from latency(tree, _QUESTION, rows[0].cpu_s, scratch, options.repeat, _LIMITS)
    if "accuracy" in wanted and options.truth:
        yield from accuracy(options.truth, options.sources or options.truth)
    if "running" in wanted:
        yield from tracing(options.repeat)


def checked(found: Sequence[Figure], file: Path) -> int:
    """Say what became worse than the baseline; 1 when anything did."""
    before = baseline.load(file)
    lines = list(baseline.regressions(found, before))
    for key in baseline.unmeasured(found, before):
        print(f"not measured here: {key}")
    for line in lines:
        print(line)
    if not lines:
        ratio, share = before["tolerance"]["ratio"], before["tolerance"]["share"]
        print(f"no regression: ratios within {ratio:+.0%} of {file.name}, shares within {share:.1%}")
    return 1 if lines else 0


def main(arguments: list[str] | None = None) -> int:
    """Print the table; progress on stderr."""
    options = _options(arguments)
    print(f"Measured on {machine.line()}")
    found = list(figures(options))
    print(markdown(("what", "program", "CPU s", "ratio or share"), [each.cells() for each in found]))
    about = machine.describe()
    if options.json:
        rows = [each.as_json() for each in found]
        options.json.write_text(json.dumps({"machine": about, "figures": rows}, indent=1) + "\n", encoding="utf-8")
    if options.write_baseline:
        baseline.update(options.write_baseline, baseline.record(found, about))
    return checked(found, options.check) if options.check else 0


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", type=Path, help="write all figures and the machine's description to this file")
    parser.add_argument("--only", action="append", choices=_PARTS, help="measure only this; may be repeated")
    parser.add_argument("--repeat", type=int, default=3, help="runs of which the middle counts")
    parser.add_argument("--truth", type=Path, default=_given("CALLCHAIN_BENCH_TRUTH"), help="folder of a truth")
    parser.add_argument(
        "--sources", type=Path, default=_given("CALLCHAIN_BENCH_SOURCES"), help="folder of the truth's sources"
    )
    parser.add_argument(
        "--check",
        type=Path,
        nargs="?",
        const=baseline.FILE,
        help="compare with a baseline; exit 1 on a regression",
    )
    parser.add_argument(
        "--write-baseline",
        type=Path,
        nargs="?",
        const=baseline.FILE,
        help="keep this run's ratios as the baseline",
    )
    return parser.parse_args(arguments)


def _given(variable: str) -> Path | None:
    return Path(os.environ[variable]) if os.environ.get(variable) else None


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
