"""The counts of one process, read from the cells beside its segment."""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from pathlib import Path

from callchain.probe.cells import path_beside

_CELL_BYTES = 8


class Counts:
    """Cell number → count; a cell that was never written, or is not there, counts nothing.

    Args:
        segment: the segment's path.
        homeless: first cell → values, for cells that had no file.
    """

    def __init__(self, segment: Path, homeless: Mapping[int, Sequence[int]]) -> None:
        try:
            data = Path(path_beside(str(segment))).read_bytes()
        except OSError:
            data = b""
        self._values = array("q")
        self._values.frombytes(data[: len(data) // _CELL_BYTES * _CELL_BYTES])
        self._homeless = {
            first + at: value for first, values in homeless.items() for at, value in enumerate(values)
        }

    def __getitem__(self, number: int) -> int:
        """The count of a cell."""
        if number in self._homeless:
            return self._homeless[number]
        return self._values[number] if 0 <= number < len(self._values) else 0
