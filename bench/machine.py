"""What was measured on, for the JSON of a benchmark."""

from __future__ import annotations

import os
import platform
import sys
from pathlib import Path


def describe() -> dict[str, object]:
    """Processor, cores, memory, load, kernel and interpreter."""
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "memory_gb": _memory_gb(),
        "load": [round(value, 2) for value in os.getloadavg()],
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "python": sys.version.split()[0],
    }


def line(*, load: bool = True) -> str:
    """The same in a line."""
    about = describe()
    now = f", load {about['load']}" if load else ""
    return (
        f"{about['processor']}, {about['cores']} cores, {about['memory_gb']} GB{now}, "
        f"Python {about['python']}, {about['system']}"
    )


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [each.partition(":")[2].strip() for each in lines if each.startswith("model name")]
    return names[0] if names else platform.machine()


def _memory_gb() -> float:
    return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3, 1)
