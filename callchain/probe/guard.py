"""What becomes of an exception inside the probe: counted, told, never thrown at the program.

A signal handler of the program may run while the probe does; what it raises is the program's and is handed back.
"""

from __future__ import annotations

import _thread
import os
import threading
from typing import Any

from .segment import Segment

NO_ROOM = "events on a full stack"
_HERE = os.path.dirname(os.path.abspath(__file__)) + os.sep


class Guard:
    """Takes in what went wrong in the probe's own work."""

    def __init__(self, segment: Segment) -> None:
        self._segment = segment
        self._told: set[str] = set()
        self.untold = 0
        """Events that were lost and not counted yet: on a full stack there is no room to count them."""

    def failed(self, error: BaseException) -> None:
        """An exception came out of the probe's work."""
        self.untold += 1
        try:
            self._take(error)
            self.untold -= 1
        except RecursionError:
            return

    def flush(self) -> None:
        """Count what could not be counted at once."""
        if self.untold:
            count, self.untold = self.untold, 0
            self._segment.drop(NO_ROOM, count)

    def _take(self, error: BaseException) -> None:
        if isinstance(error, KeyboardInterrupt):
            _thread.interrupt_main()
            return
        place = _place(error)
        if place is None:
            _raise_later(error)
            return
        reason = f"probe error {type(error).__name__} at {place}"
        self._segment.drop(reason)
        if reason not in self._told:
            self._told.add(reason)
            self._segment.write(["note", f"{reason}: events there are missing"])


def _place(error: BaseException) -> str | None:
    """File and line of the probe where it was raised; None when the innermost frame is the program's."""
    trace = error.__traceback__
    place: str | None = None
    while trace is not None:
        filename = trace.tb_frame.f_code.co_filename
        inside = filename.startswith(_HERE)
        place = f"{os.path.basename(filename)}:{trace.tb_lineno}" if inside else place
        if trace.tb_next is None and not inside and _is_handler(trace):
            return None
        trace = trace.tb_next
    return place or "unknown"


def _is_handler(trace: Any) -> bool:
    """Whether the innermost frame is a signal handler: called with a number and the interrupted frame."""
    values = list(trace.tb_frame.f_locals.values())[:2]
    return (
        len(values) == 2 and type(values[0]).__name__ in ("int", "Signals") and type(values[1]).__name__ == "frame"
    )


def _raise_later(error: BaseException) -> None:
    import ctypes

    ctypes.pythonapi.PyThreadState_SetAsyncExc(
        ctypes.c_ulong(threading.get_ident()), ctypes.py_object(type(error))
    )
