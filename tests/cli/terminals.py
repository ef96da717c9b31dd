"""The real command on a real pseudo-terminal."""

import contextlib
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

ROOT = Path(__file__).parents[2]
ESCAPE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


class Terminal:
    """A command whose stderr and stdin are a terminal of a given width; stdout is a pipe."""

    def __init__(self, *words: object, cwd: Path, columns: int = 100, variables: Mapping[str, str] | None = None):
        self._ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
        keep = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "COLUMNS", "TERM")}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "callchain", *map(str, words)],
            stdin=theirs,
            stdout=subprocess.PIPE,
            stderr=theirs,
            text=True,
            cwd=cwd,
            env={**keep, "TERM": "xterm-256color", "PYTHONPATH": str(ROOT), **(variables or {})},
            start_new_session=True,
        )
        os.close(theirs)
        self.raw = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None):
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate()
        os.close(self._ours)

    def read_until(self, wanted: str, within_s: float = 60.0) -> None:
        """Read what is shown until some text was, or the command ended."""
        seen, deadline = len(self.raw), time.monotonic() + within_s
        while wanted not in self.raw[seen:]:
            assert time.monotonic() < deadline, f"{wanted!r} was not shown: {self.raw[-2000:]}"
            if not self._more():
                return

    def finish(self, within_s: float = 60.0) -> str:
        """Read to the end; what went to stdout."""
        deadline = time.monotonic() + within_s
        while self._more():
            assert time.monotonic() < deadline, self.raw[-2000:]
        return self.process.communicate(timeout=within_s)[0]

    def interrupt(self) -> None:
        self.process.send_signal(signal.SIGINT)

    def _more(self) -> bool:
        ready, _, _ = select.select([self._ours], [], [], 0.2)
        if not ready:
            return self.process.poll() is None
        with contextlib.suppress(OSError):
            data = os.read(self._ours, 65536)
            self.raw += data.decode("utf-8", "replace")
            return bool(data)
        return False

    @property
    def text(self) -> str:
        """What was shown, without control sequences."""
        return ESCAPE.sub("", self.raw).replace("\r", "\n")
