"""Switching a probe off in a code object that is in use: its first instruction becomes a jump over it.

One instruction of two bytes is written into the interpreter's copy of the byte code; it is a NOP that nothing
specialises and no other instruction is fused with. Where the place of that copy cannot be found for sure, probes
stay on; they cost time and nothing else.
"""

from __future__ import annotations

import sys
from types import CodeType
from typing import Any

from .assembler import OPS

_NOP, _JUMP = OPS["NOP"], OPS["JUMP_FORWARD"]


class Patch:
    """Writes into code objects of this interpreter."""

    def __init__(self) -> None:
        self._memory: Any = None
        self._start = -1
        self._is_tried = False

    def skip(self, code: CodeType, offset: int, units: int) -> None:
        """Turn the NOP at a byte offset into a jump over the next `units` code units."""
        if not self._is_tried:
            self._is_tried = True
            self._find()
        if self._start < 0 or units > 255:
            return
        cell = (self._memory.c_ubyte * 2).from_address(id(code) + self._start + offset)
        if cell[0] == _NOP:
            cell[1] = units
            cell[0] = _JUMP

    def _find(self) -> None:
        try:
            import ctypes
        except ImportError:
            return
        code = compile("a = b.c(d)\ne = a + f", "", "exec")
        image = ctypes.string_at(id(code), sys.getsizeof(code))
        raw: bytes = code._co_code_adaptive  # type: ignore[attr-defined] # the very bytes that are run
        if image.count(raw) == 1:
            self._memory, self._start = ctypes, image.index(raw)
