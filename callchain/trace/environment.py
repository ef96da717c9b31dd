"""Facts of the machine and of the program's interpreter, for `trace_env.json`."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import sys
from collections.abc import Sequence
from typing import Any

from callchain._version import __version__
from callchain.trace.segments import SegmentData


def environment(segments: Sequence[SegmentData]) -> dict[str, Any]:
    """Interpreter, platform and package versions; the program's come from its first process."""
    first = segments[0] if segments else None
    head = first.head if first else {}
    return {
        "tool": {"callchain": __version__, "python": platform.python_version(), "hunter": _version("hunter")},
        "platform": {
            "system": platform.platform(),
            "machine": platform.machine(),
            "processors": os.cpu_count() or 0,
        },
        "target": {
            "python": head.get("python", ""),
            "implementation": head.get("implementation", ""),
            "executable": head.get("executable", sys.executable if first is None else ""),
            "engine": head.get("engine", ""),
            "reason": head.get("reason", ""),
            "core": head.get("core", ""),
            "packages": dict(sorted((first.versions if first else {}).items())),
        },
        "processes": len(segments),
        "unclean": sum(1 for data in segments if not data.clean),
    }


def _version(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return ""
