"""The parent's side of the LibCST worker: one process, kept warm, killed when a job runs past its deadline.

LibCST can take minutes and gigabytes on a hostile expression, and its native parser can crash; none of that may
reach the program that asks.
"""

from __future__ import annotations

import atexit
import contextlib
import functools
import os
import select
import struct
import subprocess
import sys
import threading
import time

import msgspec

from callchain.source.cst_jobs import CallsJob, Reply, SearchJob

DEADLINE_S = 60.0
MEMORY_BYTES = 2 << 30
_START_S = 60.0
_FRAME = struct.Struct(">I")
_PROGRAM = """
import sys
sys.path[:] = {path!r}
from callchain.source.cst_worker import serve
serve()
"""


class ParsingFailedError(Exception):
    """The worker could not do a job; the message says why and reads well after a file's name."""


class Worker:
    """A process that answers jobs one after the other. Safe to share between threads."""

    def __init__(self, *, deadline_s: float = DEADLINE_S, memory_bytes: int = MEMORY_BYTES) -> None:
        self._deadline_s = deadline_s
        self._memory_bytes = memory_bytes
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()

    def ask(self, job: SearchJob | CallsJob) -> Reply:
        """The reply to a job.

        Raises:
            ParsingFailedError: the text cannot be parsed, or the job went past its deadline or its memory.
        """
        try:
            payload = msgspec.json.encode(job)
        except UnicodeEncodeError as error:
            raise ParsingFailedError("it holds lone surrogates, which are no text") from error
        with self._lock:
            reply = msgspec.json.decode(self._exchange(payload), type=Reply)
        if reply.error:
            raise ParsingFailedError(reply.error)
        return reply

    def close(self) -> None:
        """End the process."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            for stream in (process.stdin, process.stdout):
                if stream is not None:
                    with contextlib.suppress(OSError):
                        stream.close()
            process.wait()

    def _exchange(self, payload: bytes) -> bytes:
        fresh = self._process is None
        process = self._process = self._process or _start(self._memory_bytes)
        until = time.monotonic() + self._deadline_s + (_START_S if fresh else 0.0)
        assert process.stdin is not None and process.stdout is not None  # noqa: S101 - Popen was given pipes
        try:
            _write(process.stdin.fileno(), _FRAME.pack(len(payload)) + payload, until)
            size = _FRAME.unpack(_read(process.stdout.fileno(), _FRAME.size, until))[0]
            return _read(process.stdout.fileno(), size, until)
        except TimeoutError as error:
            self.close()
            raise ParsingFailedError(f"LibCST did not finish within {self._deadline_s:g} s") from error
        except (EOFError, OSError) as error:
            self.close()
            code = process.returncode
            raise ParsingFailedError(f"LibCST's process ended with status {code} (out of memory?)") from error


@functools.cache
def _shared() -> Worker:
    worker = Worker()
    atexit.register(worker.close)
    # A forked child must not talk through its parent's pipes.
    os.register_at_fork(after_in_child=_shared.cache_clear)
    return worker


@functools.lru_cache(maxsize=512)
def ask(job: SearchJob | CallsJob) -> Reply:
    """The reply of the shared worker; equal jobs are done once."""
    return _shared().ask(job)


def _start(memory_bytes: int) -> subprocess.Popen[bytes]:
    """Start the worker with this interpreter's own import path, so that no file of the target can be imported."""
    path = [entry for entry in sys.path if entry]
    return subprocess.Popen(  # noqa: S603 - this interpreter and a fixed program
        [sys.executable, "-I", "-c", _PROGRAM.format(path=path), str(memory_bytes)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=os.path.sep,
        bufsize=0,
    )


def _write(descriptor: int, data: bytes, until: float) -> None:
    os.set_blocking(descriptor, False)
    view = memoryview(data)
    while view:
        if not select.select([], [descriptor], [], max(0.0, until - time.monotonic()))[1]:
            raise TimeoutError
        view = view[os.write(descriptor, view) :]


def _read(descriptor: int, size: int, until: float) -> bytes:
    chunks: list[bytes] = []
    while size:
        if not select.select([descriptor], [], [], max(0.0, until - time.monotonic()))[0]:
            raise TimeoutError
        chunk = os.read(descriptor, min(size, 1 << 20))
        if not chunk:
            raise EOFError
        chunks.append(chunk)
        size -= len(chunk)
    return b"".join(chunks)
