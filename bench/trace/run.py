"""`python -m bench.trace.run`: what tracing costs, as ratios to the untraced run of the same program.

Every program runs several times under each engine, the engines taking turns; CPU seconds are those of the
program's processes, and the middle of the runs counts.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bench import machine
from bench.child import Limits, Usage, median
from bench.child import run as child
from bench.table import markdown
from bench.trace.engines import QUICK, UNTRACED, Engine, engines
from bench.trace.workloads import GIVEN, Workload, workloads


@dataclass(frozen=True)
class Result:
    """All runs of a program, by engine."""

    work: Workload
    runs: dict[str, list[Usage]]

    def seconds(self, engine: str) -> float:
        """The middle of the runs' CPU seconds."""
        return median([usage.cpu_s for usage in self.runs[engine]])

    def a_call(self) -> str:
        """What a recorded call costs under ours, in µs."""
        if not self.work.calls:
            return "-"
        return f"{(self.seconds('ours') - self.seconds(UNTRACED)) / self.work.calls * 1e6:.2f}"

    def cell(self, engine: str) -> str:
        """The ratio to the untraced run, or why there is none."""
        usages = self.runs.get(engine)
        if not usages:
            return "-"
        bad = next((usage.ended for usage in usages if usage.ended), "")
        ratio = self.seconds(engine) / self.seconds(UNTRACED)
        return f"{bad} > {ratio:.1f}" if bad else f"{ratio:.2f}"


def measure(work: Workload, python: str, repeat: int, limits: Limits, columns: Mapping[str, Engine]) -> Result:
    """Run a program under the engines in turn; an engine that failed once is not tried again."""
    with _ready(work, work.python or python, limits) as prepared:
        return _in_turn(prepared, work.python or python, repeat, limits, columns)


@contextmanager
def _ready(work: Workload, python: str, limits: Limits) -> Iterator[Workload]:
    """The program when what it needs was run; where that fails, the runs tell of it."""
    with tempfile.TemporaryDirectory(prefix="bench-trace-") as folder:
        if work.needs:
            child([python, *work.needs], limits=limits, cwd=Path(folder))
        yield replace(work, words=tuple(word.replace(GIVEN, folder) for word in work.words))


def _in_turn(work: Workload, python: str, repeat: int, limits: Limits, columns: Mapping[str, Engine]) -> Result:
    names = QUICK if work.slow else tuple(columns)
    runs: dict[str, list[Usage]] = {name: [] for name in names}
    for _ in range(repeat):
        for name in names:
            if any(usage.ended for usage in runs[name]):
                continue
            usage = columns[name](work, python, limits)
            runs[name].append(usage)
            print(f"{work.name}, {name}: {usage.cpu_s:.2f} s CPU {usage.ended}", file=sys.stderr, flush=True)
    return Result(work, runs)


def render(results: Sequence[Result]) -> str:
    """One row a program, one column an engine."""
    others = list(dict.fromkeys(name for each in results for name in each.runs if name != UNTRACED))
    rows = [
        [each.work.name, f"{each.seconds(UNTRACED):.2f}", *(each.cell(name) for name in others), each.a_call()]
        for each in results
    ]
    return markdown(["program", "untraced, CPU s", *(f"{name}, x" for name in others), "ours, µs a call"], rows)


def _engines(results: Sequence[Result]) -> str:
    """Which engines ours ran with."""
    names = sorted({usage.output for each in results for usage in each.runs["ours"]})
    return f"ours ran with {', '.join(names)}"


def as_json(result: Result) -> dict[str, object]:
    """Every run of a program."""
    return {
        "program": result.work.name,
        "runs": {
            name: [{"cpu_s": usage.cpu_s, "ended": usage.ended} for usage in usages]
            for name, usages in result.runs.items()
        },
        "calls": result.work.calls,
        "engine": result.runs["ours"][0].output,
    }


def kept(file: Path) -> tuple[str, list[Result]]:
    """What was measured on, and the runs of each program, out of a file that `--json` wrote."""
    about = json.loads(file.read_text(encoding="utf-8"))
    return about["line"], [_kept(each) for each in about["programs"]]


def _kept(program: dict[str, Any]) -> Result:
    nothing = Workload(program["program"], (), Path(), "", frozenset(), calls=program["calls"])
    runs = {
        name: [Usage(each["cpu_s"], 0.0, each["ended"], program["engine"]) for each in usages]
        for name, usages in program["runs"].items()
    }
    return Result(nothing, runs)


def _line(python: str) -> str:
    """The machine, and the interpreter that runs the programs."""
    version = child([python, "-c", "import platform; print(platform.python_version())"]).output.strip()
    return f"{machine.line()}; programs run by Python {version}"


def _print(line: str, results: Sequence[Result]) -> None:
    print(f"Measured on {line}; {_engines(results)}\n")
    print(render(results))


def main(arguments: list[str] | None = None) -> int:
    """Print the table; progress on stderr."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--short", action="store_true", help="without the demo's training")
    parser.add_argument(
        "--only", action="append", default=[], help="a program whose name holds this; may be repeated"
    )
    parser.add_argument("--engine", default="auto", help="the engine that ours runs with")
    parser.add_argument("--python", default=sys.executable, help="the interpreter that runs the programs")
    parser.add_argument("--peers", default="", help="an interpreter of the same version that has the peers")
    parser.add_argument(
        "--cpu-limit", type=int, default=120, help="CPU seconds after which a program is ended (DNF)"
    )
    parser.add_argument("--json", type=Path, help="write all runs and the machine's description to this file")
    parser.add_argument(
        "--kept", type=Path, nargs="+", default=[], help="measure nothing: print the table of such files"
    )
    options = parser.parse_args(arguments)
    if options.kept:
        lines, found = zip(*map(kept, options.kept), strict=True)
        _print(lines[0], [each for results in found for each in results])
        return 0
    # The programs run in folders of their own. What is a link into an environment must stay that link.
    options.python, options.peers = (
        str(Path(given).absolute()) if "/" in given else given for given in (options.python, options.peers)
    )
    line = _line(options.python)
    columns = engines(options.engine, options.peers)
    results = [
        measure(work, options.python, options.repeat, Limits(options.cpu_limit), columns)
        for work in workloads(short=options.short, peers=options.peers)
        if not options.only or any(text in work.name for text in options.only)
    ]
    _print(line, results)
    if options.json:
        about = {"machine": machine.describe(), "line": line, "programs": [as_json(each) for each in results]}
        options.json.write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
