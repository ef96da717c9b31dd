"""Counters that outlive their process: 64-bit cells in a file that is mapped into memory.

Adding one costs no system call, and whatever ends the process, the kernel keeps what stood there.
"""

from __future__ import annotations

import mmap
import os
from typing import NamedTuple

BLOCK = 4096
"""Cells of a block; the file grows by one at a time."""
_BYTES = BLOCK * 8
_SUFFIX = ".cells"


class Cell(NamedTuple):
    """One counter: `cell.view[cell.at] += 1`; `number` is its place in the file, counted in cells."""

    view: memoryview
    at: int
    number: int

    def add(self, count: int = 1) -> None:
        """Count; the hot paths do it in line."""
        self.view[self.at] += count


class Cells:
    """The counters of one process.

    Args:
        segment: the path of the process's segment; the cells lie beside it.
    """

    def __init__(self, segment: str) -> None:
        self._path = path_beside(segment)
        self._views: list[memoryview] = []
        self._in_memory: set[int] = set()
        self._used = BLOCK

    def take(self, count: int = 1) -> Cell:
        """The first of `count` new cells that lie side by side, all zero."""
        if self._used + count > BLOCK:
            self._grow()
        at = self._used
        self._used += count
        return Cell(self._views[-1], at, (len(self._views) - 1) * BLOCK + at)

    def _grow(self) -> None:
        number = len(self._views)
        try:
            view = self._mapped(number)
        except (OSError, ValueError):  # no room, or nothing that can be mapped: told with the records instead
            view = memoryview(bytearray(_BYTES)).cast("q")
            self._in_memory.add(number)
        self._views.append(view)
        self._used = 0

    def _mapped(self, number: int) -> memoryview:
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600)
        try:
            # A page that the file system cannot give later would end the program with SIGBUS.
            os.posix_fallocate(descriptor, number * _BYTES, _BYTES)
            return memoryview(mmap.mmap(descriptor, _BYTES, offset=number * _BYTES)).cast("q")
        finally:
            os.close(descriptor)

    def homeless(self) -> list[tuple[int, list[int]]]:
        """First cell and values of each block that has no file."""
        return [(number * BLOCK, _used_part(self._views[number])) for number in sorted(self._in_memory)]


def _used_part(view: memoryview) -> list[int]:
    values = view.tolist()
    last = max((at for at, value in enumerate(values) if value), default=-1)
    return values[: last + 1]


def path_beside(segment: str) -> str:
    """The file of the cells that belong to a segment."""
    return os.path.splitext(segment)[0] + _SUFFIX
