"""The append-only recording of one process: one JSON list a line, written through to the kernel at once.

A line begins with the microseconds since the segment was opened; then come the kind of the record and its parts.

A killed process leaves every line it had written, and its counts in the cells beside it; a reader tolerates a
last line that was cut.
"""

from __future__ import annotations

import json
import os
import time
from typing import Any

from .cells import Cell, Cells

# Bound at import: the target may replace them (mocks, frozen clocks).
_write = os.write
_fstat = os.fstat
_encode = json.JSONEncoder(separators=(",", ":"), default=str).encode
_now = time.time_ns
_clock = time.monotonic_ns
_getpid = os.getpid

MAX_BYTES = 256 * 1024 * 1024
MAX_RECORDS = 5_000_000
_HIGH = 400
"""Descriptors from here on are rarely touched by programs that close all the low ones."""
_LOOK_AFTER = 1 << 20
_RESERVE = 1 << 16
FULL = "records beyond the recording's size limit"
UNWRITTEN = "records that could not be written"
MANY = "records beyond the limit of events"


class Segment:
    """The segment file of this process.

    Args:
        folder: where the segments of a run lie.
        max_bytes: what all processes of the run write at most; beyond it records are counted as dropped.
        max_records: what this process writes at most.
    """

    def __init__(self, folder: str, max_bytes: int = MAX_BYTES, max_records: int = MAX_RECORDS) -> None:
        self.folder = folder
        self.max_bytes = max_bytes
        self.max_records = max_records
        self._old: list[Cells] = []
        self._descriptor = -1
        self.open()

    def open(self) -> None:
        """Start a new segment for the current process (also after a fork)."""
        self._close()
        self.pid = _getpid()
        self._start = _clock()
        self.written = self.records = 0
        self._is_cut = False
        self._dropped: dict[str, Cell] = {}
        self.path = os.path.join(self.folder, f"seg-{_now():020d}-{self.pid}.jsonl")
        self.cells = Cells(self.path)
        # What a parent process mapped stays mapped: to let go of it would close a descriptor by its number alone.
        self._old.append(self.cells)
        self._room = self.max_bytes - _size_of(self.folder)
        self._look_at = min(_LOOK_AFTER, max(self._room, 0))
        self._open_file()

    def _open_file(self) -> None:
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_CLOEXEC", 0)
        low = os.open(self.path, flags, 0o600)
        self._descriptor = _lifted(low)
        facts = _fstat(self._descriptor)
        self._identity = (facts.st_dev, facts.st_ino)

    def _close(self) -> None:
        if self._is_ours():
            os.close(self._descriptor)

    def _is_ours(self) -> bool:
        """Whether the descriptor is still that of the segment: a program may close what it did not open."""
        try:
            facts = _fstat(self._descriptor)
        except OSError:
            return False
        return (facts.st_dev, facts.st_ino) == self._identity

    def write(self, record: list[Any], *, vital: bool = False) -> None:
        """Append one record; never raises. A vital one is written even when the recording is full."""
        try:
            text = f"[{(_clock() - self._start) // 1000},{_encode(record)[1:]}\n"
            data = text.encode("utf-8", "backslashreplace")
            if self.records >= self.max_records and not vital:
                self.drop(MANY)
            elif self._has_room(len(data), vital):
                self._append(data)
            else:
                self.drop(FULL)
        except (OSError, ValueError, TypeError, RecursionError):
            self.drop(UNWRITTEN)

    def _append(self, data: bytes) -> None:
        if not self._is_ours():
            self._open_file()
        data = b"\n" + data if self._is_cut else data
        done = _write(self._descriptor, data)
        self._is_cut = done < len(data)
        self.written += done
        if self._is_cut:
            raise OSError("the file system took a part of the record")
        self.records += 1

    def _has_room(self, size: int, vital: bool) -> bool:
        if self.written + size > self._look_at:
            # The other processes of the run write into the same limit.
            self._room = self.max_bytes - _size_of(self.folder)
            self._look_at = self.written + min(_LOOK_AFTER, max(self._room, 0))
        return self.written + size <= self._look_at + (_RESERVE if vital else 0)

    def drop(self, reason: str, count: int = 1) -> None:
        """Count something that was not recorded; the count outlives the process."""
        cell = self._dropped.get(reason)
        if cell is None:
            cell = self._dropped[reason] = self.cells.take()
            self.write(["d", reason, cell.number], vital=True)
        cell.add(count)

    def flush(self) -> None:
        """Write the counts that have no file of their own."""
        for first, values in self.cells.homeless():
            self.write(["q", first, values], vital=True)


def _lifted(descriptor: int) -> int:
    """The same file under a high number, where there is one."""
    try:
        import fcntl

        high = fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, _HIGH)
    except (ImportError, OSError, ValueError):
        return descriptor
    os.close(descriptor)
    return high


def _size_of(folder: str) -> int:
    """Bytes of all segments there."""
    try:
        with os.scandir(folder) as entries:
            return sum(entry.stat().st_size for entry in entries if entry.name.endswith(".jsonl"))
    except OSError:
        return 0
