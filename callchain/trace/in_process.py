"""Taps in the process that asks for them, without a launcher: for tests."""

from __future__ import annotations

import sys
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from callchain.model.tap import Hit, LocatedTap, Snapshot
from callchain.probe.chooser import choose
from callchain.probe.engine import Engine
from callchain.probe.guard import Guard
from callchain.probe.plan import Namespace
from callchain.probe.recorder import Recorder
from callchain.probe.segment import Segment
from callchain.probe.taps import Taps

_MAX_HITS = 1000


class Kept(Segment):
    """A segment whose hits and notes are kept in memory and whose other records are let go.

    The counters of a recorder need a place on disk, which goes with the session.
    """

    def __init__(self) -> None:
        self.hits: dict[str, list[Hit]] = {}
        self.notes: list[str] = []
        self._threads: dict[int, str] = {}
        self._place = tempfile.TemporaryDirectory(prefix="callchain-taps-", ignore_cleanup_errors=True)
        super().__init__(self._place.name)

    def close(self) -> None:
        """Let go of the place on disk; hits stay."""
        self._close()
        self._place.cleanup()

    def write(self, record: list[Any], *, vital: bool = False) -> None:  # noqa: ARG002 # nothing is ever full here
        """Take a record; never raises into the program."""
        if record[0] == "h":
            _, key, _, thread, values, stack = record
            self._keep(key, thread, values, stack)
        elif record[0] == "t":
            self._threads[record[1]] = record[2]
        elif record[0] == "note":
            self.notes.append(record[1])

    def _keep(self, key: str, thread: int, values: dict[str, Any], stack: list[str]) -> None:
        seen = self.hits.setdefault(key, [])
        pictures = {name: msgspec.convert(value, Snapshot) for name, value in values.items()}
        name = self._threads.get(thread, "")
        seen.append(Hit(sequence=len(seen) + 1, process=0, thread=name, values=pictures, stack=tuple(stack)))


class TapSession:
    """Taps that are armed for a while.

    The engine is `sys.monitoring` where the interpreter has it. On Python 3.11 it is the thread's trace function,
    which another tool (a debugger, a coverage tool) then lacks until the session stops and puts it back.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._kept = Kept()
        self._taps: dict[str, LocatedTap] = {}
        self._engine: Engine | None = None
        self._before: Any = None

    def arm(self, taps: Sequence[LocatedTap]) -> None:
        """Record hits of these taps, too, from here on; what was recorded stays."""
        self.stop()
        self._taps |= {tap.spec.key: tap for tap in taps}
        if self._taps:
            self._start()

    def hits(self, key: str) -> Sequence[Hit]:
        """The hits of a tap so far."""
        return tuple(self._kept.hits.get(key, ()))

    @property
    def taps(self) -> tuple[LocatedTap, ...]:
        """The taps that are armed."""
        return tuple(self._taps.values())

    @property
    def notes(self) -> tuple[str, ...]:
        """What the probe has to say: events that were lost, and why."""
        return tuple(self._kept.notes)

    def close(self) -> None:
        """Stop for good."""
        self.stop()
        self._kept.close()

    def _start(self) -> None:
        # Code is bound to its taps when it is first seen, so a new set of taps takes a new recorder.
        paths = sorted({tap.path for tap in self._taps.values()})
        recorder = Recorder(Namespace(str(self.root), paths), self._kept)
        orders = [msgspec.to_builtins(tap) for tap in self._taps.values()]
        recorder.taps = Taps(recorder, orders, _MAX_HITS)
        wanted = "monitoring" if hasattr(sys, "monitoring") else "settrace"
        self._before = sys.gettrace(), threading.gettrace()
        self._engine = choose(recorder, Guard(self._kept), {"engine": wanted}).engine
        self._engine.install()

    def stop(self) -> None:
        """Stop recording; a trace function that stood there before is put back."""
        if self._engine is None:
            return
        self._engine.remove()
        self._engine = None
        of_thread, of_new_threads = self._before
        if of_thread is not None:
            sys.settrace(of_thread)
        if of_new_threads is not None:
            threading.settrace(of_new_threads)
