"""Running a workload under an engine, for the CPU seconds of the program alone."""

from __future__ import annotations

import resource
import tempfile
from collections.abc import Callable
from pathlib import Path

from bench.child import Limits, Usage, run
from bench.trace.workloads import Workload
from callchain.trace.launch import RunRequest
from callchain.trace.launch import run as traced

HOOKS = Path(__file__).resolve().parent / "hooks.py"
Engine = Callable[[Workload, str, Limits], Usage]


def untraced(work: Workload, python: str, limits: Limits) -> Usage:
    """The program by itself."""
    with tempfile.TemporaryDirectory(prefix="bench-trace-") as folder:
        return run([python, *work.words], limits=limits, cwd=Path(folder))


def ours(engine: str, *, pure: bool = False) -> Engine:
    """The program as `callchain trace --engine` runs it; this process does not count."""

    def under(work: Workload, python: str, limits: Limits) -> Usage:
        return _ours(work, python, limits, engine, pure)

    return under


def _ours(work: Workload, python: str, limits: Limits, engine: str, pure: bool) -> Usage:
    with tempfile.TemporaryDirectory(prefix="bench-trace-") as folder:
        before = _children_s()
        record = traced(
            RunRequest(
                name="run",
                command=(python, *work.words),
                cwd=Path(folder),
                root=work.root,
                paths=work.paths,
                recording=Path(folder) / "recording",
                taps=work.taps,
                time_budget_s=limits.wall_s,
                engine=engine,
                pure=pure,
            )
        )
        used = _children_s() - before
    bad = record.exit_code != 0 or record.ended != "exit"
    said = f"{record.engine} ({record.environment['target']['core']} core)"
    return Usage(cpu_s=used, peak_mb=0.0, ended=f"{record.ended} {record.exit_code}" if bad else "", output=said)


def hook(name: str, peers: str = "") -> Engine:
    """The program under one of the other tracers, run by an interpreter that has it."""

    def under(work: Workload, python: str, limits: Limits) -> Usage:
        python = peers or python
        with tempfile.TemporaryDirectory(prefix="bench-trace-") as folder:
            return run([python, HOOKS, name, work.namespace, *work.words], limits=limits, cwd=Path(folder))

    return under


def _children_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


UNTRACED = "untraced"


def engines(engine: str = "auto", peers: str = "") -> dict[str, Engine]:
    """All columns of the table; `peers` is the interpreter that has viztracer and kolo."""
    found: dict[str, Engine] = {
        UNTRACED: untraced,
        "ours": ours(engine),
        "ours without the core": ours(engine, pure=True),
        "settrace → None": hook("settrace"),
        "hunter": hook("hunter", peers),
    }
    if peers:
        found |= {"viztracer": hook("viztracer", peers), "kolo": hook("kolo", peers)}
    return found


QUICK = (UNTRACED, "ours", "settrace → None")
"""The engines that a slow program is run under; hunter would take a hundred times its time."""
