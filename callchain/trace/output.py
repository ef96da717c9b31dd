"""What the program prints, kept in a file: bounded and without secrets."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import IO

from callchain.probe.redact import Redactor

MAX_BYTES = 4 * 1024 * 1024


class OutputFile:
    """Copies a pipe into a file on a thread of its own, a line at a time.

    Args:
        stream: the pipe's reading end; it is read to its end even when the file is full, so that the
            program never blocks.
        path: the file.
        redactor: takes the secrets out.
    """

    def __init__(self, stream: IO[bytes], path: Path, redactor: Redactor) -> None:
        self._redactor = redactor
        self._stream = stream
        self._path = path
        self._thread = threading.Thread(target=self._copy, daemon=True, name="callchain-output")
        self._thread.start()

    def _copy(self) -> None:
        try:
            with self._path.open("wb", buffering=0) as file:
                self._copy_into(file)
        except OSError:
            # No room is left, or the place is gone: the program must not block on a pipe that nobody reads.
            while self._stream.read(1 << 16):
                pass

    def _copy_into(self, file: IO[bytes]) -> None:
        written = left_out = 0
        while line := self._stream.readline(1 << 16):
            text = self._redactor.prose(line.decode("utf-8", "replace"))
            if written > MAX_BYTES:
                left_out += len(text)
                continue
            written += len(text)
            file.write(text.encode("utf-8"))
        if left_out:
            file.write(f"\n… {left_out} more characters were not kept\n".encode())

    def close(self, patience_s: float) -> None:
        """Wait for the pipe's end; a process that outlived the run may hold it open, so not for ever."""
        self._thread.join(patience_s)
