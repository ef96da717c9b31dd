"""The append-only recording of one process: one JSON list a line, written through to the kernel at once.

A killed process leaves every line it had written; a reader tolerates a last line that was cut.
"""

from __future__ import annotations

import json
import os
import time
from typing import Any

# Bound at import: the target may replace them (mocks, frozen clocks).
_write = os.write
_encode = json.JSONEncoder(separators=(",", ":"), default=str).encode
_now = time.time_ns


class Segment:
    """The segment file of this process.

    Args:
        folder: where the segments of a run lie.
        max_bytes: what is written at most; beyond it records are counted as dropped.
    """

    def __init__(self, folder: str, max_bytes: int = 256 * 1024 * 1024) -> None:
        self.folder = folder
        self.max_bytes = max_bytes
        self.dropped: dict[str, int] = {}
        self.open()

    def open(self) -> None:
        """Start a new segment for the current process (also after a fork)."""
        self.pid = os.getpid()
        self.written = 0
        self.dropped = {}
        name = f"seg-{_now():020d}-{self.pid}.jsonl"
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_CLOEXEC", 0)
        self._descriptor = os.open(os.path.join(self.folder, name), flags, 0o600)

    def write(self, record: list[Any]) -> None:
        """Append one record; never raises."""
        try:
            data = _encode(record).encode("utf-8", "backslashreplace") + b"\n"
            if self.written + len(data) > self.max_bytes:
                self.drop("recording full")
                return
            self.written += len(data)
            _write(self._descriptor, data)
        except (OSError, ValueError, TypeError):
            self.drop("record could not be written")

    def drop(self, reason: str, count: int = 1) -> None:
        """Count something that was not recorded."""
        self.dropped[reason] = self.dropped.get(reason, 0) + count
