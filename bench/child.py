"""Running a program and reading what it used: CPU seconds and peak memory of it and all its children."""

from __future__ import annotations

import os
import resource
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_SAMPLE_S = 0.05
_MAXRSS_PER_MB = 1024 * 1024 if sys.platform == "darwin" else 1024


@dataclass(frozen=True)
class Usage:
    """What one run used."""

    cpu_s: float
    """User and system time of the process and of every child that it waited for."""
    peak_mb: float
    """The most resident memory at one time, over all its processes where /proc tells, else of the largest."""
    ended: str
    """Empty when it ended by itself with code 0, `DNF` at a limit, else `exit N` or `signal N`."""
    output: str
    """The last of what it printed, for saying why it failed."""


@dataclass(frozen=True)
class Limits:
    """What a program may use before it is ended."""

    cpu_s: int = 150
    wall_s: float = 900.0


def run(
    command: Sequence[str | Path],
    *,
    limits: Limits | None = None,
    variables: Mapping[str, str] | None = None,
    cwd: Path | None = None,
) -> Usage:
    """Run a program to its end or to a limit, its output kept in a file so that no pipe slows it."""
    limits = limits or Limits()
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(  # noqa: S603 # running programs is what a benchmark is for
            [str(word) for word in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=cwd,
            env={**os.environ, **(variables or {})},
            start_new_session=True,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_s, limits.cpu_s + 5)),
        )
        watch = _Watch(process.pid, limits)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        watch.stop()
        _end_group(process.pid)
        size = output.seek(0, os.SEEK_END)
        output.seek(max(0, size - 2000))
        text = output.read().decode("utf-8", "replace")
    return Usage(
        cpu_s=used.ru_utime + used.ru_stime,
        peak_mb=max(used.ru_maxrss / _MAXRSS_PER_MB, watch.peak_mb),
        ended=_how(process.returncode, watch.hit_limit),
        output=text,
    )


def _how(code: int, hit_limit: bool) -> str:
    if hit_limit or code in (-signal.SIGXCPU, -signal.SIGKILL):
        return "DNF"
    if code == 0:
        return ""
    return f"exit {code}" if code > 0 else f"signal {-code}"


def _end_group(leader: int) -> None:
    try:
        os.killpg(leader, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


class _Watch:
    """Samples the memory of a process group, and ends it when the group as a whole is over a limit."""

    def __init__(self, leader: int, limits: Limits) -> None:
        self.peak_mb = 0.0
        self.hit_limit = False
        self._leader = leader
        self._limits = limits
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._loop, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._done.set()
        self._thread.join()

    def _loop(self) -> None:
        deadline = time.monotonic() + self._limits.wall_s
        while not self._done.wait(_SAMPLE_S):
            resident, cpu_s = group_usage(self._leader)
            self.peak_mb = max(self.peak_mb, resident)
            if time.monotonic() > deadline or cpu_s > self._limits.cpu_s:
                self.hit_limit = True
                _end_group(self._leader)
                return


_PAGE_MB = resource.getpagesize() / 1024 / 1024
_TICK_S = 1 / os.sysconf("SC_CLK_TCK")


def group_usage(leader: int) -> tuple[float, float]:
    """Resident megabytes and CPU seconds of the living processes of a session; zeros without /proc."""
    resident = cpu_s = 0.0
    try:
        folders = [folder for folder in Path("/proc").iterdir() if folder.name.isdigit()]
    except OSError:
        return 0.0, 0.0
    for folder in folders:
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except (OSError, ValueError):
            continue
        if int(fields[3]) == leader:
            resident += int(fields[21]) * _PAGE_MB
            cpu_s += (int(fields[11]) + int(fields[12])) * _TICK_S
    return resident, cpu_s


def median(values: Sequence[float]) -> float:
    """The middle of several measurements."""
    return statistics.median(values)
