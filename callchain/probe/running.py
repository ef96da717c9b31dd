"""Which calls are running: a table by frame, so that threads, generators and greenlets need no order of ends.

There are two: one of Python, and one of the compiled core, which does for most calls all that is to be done.
"""

from __future__ import annotations

import sys
from types import FrameType
from typing import Any


class Running:
    """Frame → the `Node` of a plain call or the `Entry` of one of which more is asked."""

    def __init__(self) -> None:
        table: dict[FrameType, Any] = {}
        self.table = table
        self.get = table.get
        self.clear = table.clear

    def put(self, frame: FrameType, entry: Any) -> None:
        """A call runs in `frame`."""
        self.table[frame] = entry

    def pop(self, frame: FrameType) -> Any:
        """The call in `frame` ended; what was put there, None where nothing was."""
        return self.table.pop(frame, None)

    def renumber(self) -> None:
        """Nodes have new numbers from here on."""

    def waiting(self) -> list[Any]:
        """What was put there for generators and coroutines that no thread is executing."""
        found = [(frame, each) for frame, each in list(self.table.items()) if each.plan.is_generator]
        executing = _executing_frames() if found else set()
        return [each for frame, each in found if frame not in executing]


class CompiledRunning:
    """The same, kept by the compiled core.

    Args:
        core: the module.
    """

    def __init__(self, core: Any) -> None:
        self.table: dict[FrameType, Any] = {}
        """Empty: no call is looked up here."""
        self.get = core.get
        self.put = core.put
        self.pop = core.pop
        self.clear = core.clear
        self.renumber = core.renumber
        self._waiting = core.waiting

    def waiting(self) -> list[Any]:
        """What was put there for generators and coroutines that no thread is executing."""
        return [each for each in self._waiting() if each.plan.is_generator]


_FORM = 4
"""Of what the compiled core and its callers say to each other; one of another form is let be."""


def compiled_core(*, pure: bool) -> Any:
    """The compiled core, None where it was not built for this interpreter or is not wanted."""
    if pure:
        return None
    try:
        from . import _core  # type: ignore[attr-defined] # built where a compiler is
    except ImportError:
        return None
    return _core if getattr(_core, "FORM", 0) == _FORM else None


def _executing_frames() -> set[FrameType]:
    found: set[FrameType] = set()
    for top in sys._current_frames().values():
        frame: FrameType | None = top
        while frame is not None and frame not in found:
            found.add(frame)
            frame = frame.f_back
    return found
