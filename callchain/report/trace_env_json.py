"""`env/trace_env.json`: what may differ from one run to the next: times, pids, paths, versions."""

from __future__ import annotations

import platform
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from callchain._version import __version__
from callchain.evidence import plain_json
from callchain.model.recording import ProcessRecord, RunRecord


def render(runs: Sequence[RunRecord], facts: Mapping[str, Any]) -> str:
    """The environment of the reading (`facts`) and of each run's processes, as indented JSON."""
    document = {"reading": facts, "runs": [_run(run) for run in runs]}
    return plain_json.encode(document).decode("utf-8")


def reading(root: Path | None) -> dict[str, str]:
    """The interpreter and platform that read the code, when, and where it stood."""
    return {
        "written": datetime.now(UTC).isoformat(timespec="seconds"),
        "root": str(root) if root is not None else "",
        "python": platform.python_version(),
        "implementation": platform.python_implementation(),
        "platform": platform.platform(),
        "callchain": __version__,
    }


def _run(run: RunRecord) -> dict[str, Any]:
    return {
        "name": run.name,
        "command": list(run.command),
        "cwd": run.cwd,
        "engine": run.engine,
        "reason": run.reason,
        "ended": run.ended,
        "exit_code": run.exit_code,
        "output": run.output,
        "dropped": run.dropped,
        "environment": run.environment,
        "processes": [_process(process) for process in run.processes],
    }


def _process(process: ProcessRecord) -> dict[str, Any]:
    return {
        "pid": process.pid,
        "parent": process.parent,
        "argv": list(process.argv),
        "python": process.python,
        "engine": process.engine,
        "clean": process.clean,
        "role": process.role,
        "notes": list(process.notes),
    }
