"""The threads of this process that were seen to call something of the namespace."""

from __future__ import annotations

import itertools
import threading

from .calls import ThreadState
from .segment import Segment


class Threads:
    """The states of the threads, each made and told of when its thread is first seen.

    Args:
        segment: where the threads are told of.
    """

    def __init__(self, segment: Segment) -> None:
        self._segment = segment
        self._local = threading.local()
        self._numbers = itertools.count(1)

    def state(self) -> ThreadState:
        """The state of the current thread."""
        try:
            return self._local.state  # type: ignore[no-any-return] # a thread-local attribute has no type
        except AttributeError:
            return self._start()

    def _start(self) -> ThreadState:
        state = ThreadState(next(self._numbers))
        self._local.state = state
        self.announce(state)
        return state

    def announce(self, state: ThreadState) -> None:
        """Tell of a thread."""
        # current_thread() would register a dummy for a foreign thread, which the program could see.
        ident = threading.get_ident()
        thread = getattr(threading, "_active", {}).get(ident)
        name = getattr(thread, "_name", "") if thread is not None else ""
        is_main = ident == threading.main_thread().ident
        self._segment.write(["t", state.number, "MainThread" if is_main else str(name), is_main])
