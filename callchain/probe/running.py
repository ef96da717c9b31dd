"""Which calls are running: a table by frame, so that threads, generators and greenlets need no order of ends."""

from __future__ import annotations

from collections.abc import Iterable
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

    def items(self) -> Iterable[tuple[FrameType, Any]]:
        """All running calls, as they are now."""
        return list(self.table.items())
