"""`python -m bench.trace.many`: a run of ten million recorded calls, and whether its package holds them all.

The program is asked about with `callchain run`; then the package is read: the counts of its call tree must be the
calls that the program made, and what was left out must be counted by reason.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bench import machine
from bench.child import Limits, run
from bench.trace.workloads import PROGRAMS

_TAPS = """\
[[tap]]
key = "value"
purpose = "the value of the call that is made most"
at = { symbol = "many.py::leaf", on = "entry" }
capture = { value = "value" }
"""
_COUNTED = ("many.py::leaf", "many.py::deep", "many.py::fail", "many.py::steps")


def package_of(python: str, calls: int, engine: str, *, tapped: bool, folder: Path) -> Path:
    """The package of a traced run of the program."""
    asked = ["-q", "How does work call leaf?", "--root", str(PROGRAMS), "--workdir", str(folder)]
    if tapped:
        (folder / "taps.toml").write_text(_TAPS, encoding="utf-8")
        asked += ["--taps", str(folder / "taps.toml")]
    out = folder / "package"
    words = [sys.executable, "-m", "callchain", "run", *asked, "--out", str(out), "--engine", engine]
    program = [python, str(PROGRAMS / "many.py"), str(calls)]
    subprocess.run([*words, "--time-budget-minutes", "30", "--", *program], check=True)  # noqa: S603 # our own
    return out


def told(package: Path) -> tuple[int, int]:
    """What the program printed: the calls that it made, and the most memory that it held in KiB."""
    made, kilobytes = (package / "trace/recording/run.out").read_text(encoding="utf-8").split()
    return int(made), int(kilobytes)


def recorded(evidence: Mapping[str, Any]) -> Counter[str]:
    """Calls by symbol, of all threads of the package's run."""
    counts: Counter[str] = Counter()
    for edge in evidence["runs"][0]["edges"]:
        counts[edge["callee"]] += edge.get("count", 1)
    return counts


def _untraced(python: str, calls: int, folder: Path) -> int:
    usage = run([python, str(PROGRAMS / "many.py"), str(calls)], limits=Limits(cpu_s=600), cwd=folder)
    return int(usage.output.split()[1])


def main(arguments: list[str] | None = None) -> int:
    """Print what was made, recorded, kept and left out; 1 when a call is missing without a count."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=int, default=10_000_000)
    parser.add_argument("--engine", default="auto", help="the engine that the run is recorded with")
    parser.add_argument("--python", default=sys.executable, help="the interpreter that runs the program")
    parser.add_argument("--tapped", action="store_true", help="with a tap on the call that is made most")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="bench-many-") as name:
        folder = Path(name)
        plain = _untraced(options.python, options.calls, folder)
        package = package_of(options.python, options.calls, options.engine, tapped=options.tapped, folder=folder)
        return _report(package, plain)


def _report(package: Path, plain: int) -> int:
    made, most = told(package)
    evidence = json.loads((package / "evidence.json").read_text(encoding="utf-8"))
    counts = recorded(evidence)
    counted = sum(counts[symbol] for symbol in _COUNTED)
    left_out = evidence["runs"][0].get("dropped")
    size = sum(file.stat().st_size for file in package.rglob("*") if file.is_file())
    kept = sum(file.stat().st_size for file in (package / "trace/recording").rglob("*") if file.is_file())
    print(f"Measured on {machine.line()}")
    print(
        f"calls made {made:,}, recorded {counted:,}, missing {made - counted:,}; left out: {left_out or 'nothing'}"
    )
    print(f"most memory of the program: untraced {plain / 1024:.1f} MiB, traced {most / 1024:.1f} MiB")
    print(f"recording {kept / 1024:.0f} KiB, package {size / 1024:.0f} KiB")
    for tap in evidence.get("taps", ()):
        print(f"tap {tap['key']}: {tap['hits']:,} hits, {len(tap['snapshots'])} kept")
    return 0 if made == counted else 1


if __name__ == "__main__":
    raise SystemExit(main())
