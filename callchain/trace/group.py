"""The processes of a run: started together, waited for within limits, and all ended when the run is over."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

ORDER = "CALLCHAIN_PROBE"
"""The variable that every process of a run carries; its value is the run's own."""
INTERRUPTED, OUT_OF_TIME, TOO_MANY = "interrupted", "time budget", "process limit"
GRACE_S = 5.0
_POLL_S = 0.05
_COUNT_EVERY_S = 0.5
_SET_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG of prctl(2)
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


class Group:
    """One run's processes.

    Args:
        words: the program and its arguments.
        cwd: where it starts.
        environment: its variables, the order among them.
        stdin: whether it reads this process's standard input; else it finds it empty.

    Raises:
        OSError: the program does not start.
    """

    def __init__(self, words: Sequence[str], cwd: Path, environment: Mapping[str, str], *, stdin: bool) -> None:
        self._mark = f"{ORDER}={environment.get(ORDER, '')}".encode()
        self.process = subprocess.Popen(  # noqa: S603 # running the user's command is what this is for
            words,
            cwd=cwd,
            env=environment,
            stdin=None if stdin else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=_end_with_parent,  # it makes one system call and takes no lock
        )

    def wait(self, budget_s: float, segments: Path, max_processes: int) -> str:
        """Wait for the end of the first process; how it came: empty when by itself, else the reason.

        Args:
            budget_s: seconds until all are ended.
            segments: the folder in which each process leaves a segment.
            max_processes: how many may record themselves until all are ended.
        """
        deadline = time.monotonic() + budget_s
        count_at = time.monotonic() + _COUNT_EVERY_S
        try:
            with _termination_interrupts():
                while self.process.poll() is None:
                    now = time.monotonic()
                    if now > deadline:
                        return self._stop(signal.SIGTERM, OUT_OF_TIME)
                    if now > count_at:
                        count_at = now + _COUNT_EVERY_S
                        if _count(segments) > max_processes:
                            return self._stop(signal.SIGTERM, TOO_MANY)
                    time.sleep(_POLL_S)
        except KeyboardInterrupt:
            return self._stop(signal.SIGINT, INTERRUPTED)
        return ""

    def _stop(self, first: signal.Signals, reason: str) -> str:
        """Ask the whole group to end, then end it."""
        _signal_group(self.process.pid, first)
        try:
            self.process.wait(GRACE_S)
        except subprocess.TimeoutExpired:
            _signal_group(self.process.pid, signal.SIGKILL)
            self.process.wait()
        return reason

    def end(self) -> None:
        """End processes of the run that outlived its first one, in whatever session they are."""
        _signal_group(self.process.pid, signal.SIGTERM)
        _signal(self._others(), signal.SIGTERM)
        deadline = time.monotonic() + GRACE_S
        while _signal_group(self.process.pid, 0) or self._others():
            if time.monotonic() > deadline:
                _signal_group(self.process.pid, signal.SIGKILL)
                _signal(self._others(), signal.SIGKILL)
                return
            time.sleep(_POLL_S)

    def _others(self) -> list[int]:
        """Processes that carry this run's order, from the system's own table where there is one."""
        found = []
        for entry in Path("/proc").glob("[0-9]*/environ"):
            try:
                if self._mark in entry.read_bytes().split(b"\0"):
                    found.append(int(entry.parent.name))
            except OSError:
                continue  # gone, or another user's
        return [pid for pid in found if pid != os.getpid()]


def _end_with_parent() -> None:
    """In the new process: be killed when the tool is; nobody would hold the run to its budget."""
    if _libc is not None:
        _libc.prctl(_SET_DEATH_SIGNAL, signal.SIGKILL)


def _count(segments: Path) -> int:
    return sum(1 for _ in segments.glob("seg-*.jsonl"))


@contextmanager
def _termination_interrupts() -> Iterator[None]:
    """A SIGTERM to the tool ends the run as Ctrl-C does, so that its package is written; main thread only."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    previous = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, previous)


def _signal_group(group: int, number: int) -> bool:
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def _signal(pids: Sequence[int], number: int) -> None:
    for pid in pids:
        try:
            os.kill(pid, number)
        except (ProcessLookupError, PermissionError):
            continue
