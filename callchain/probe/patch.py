"""Bytes of a code object that is in use, changed where a probe is spent.

Instructions are written into the interpreter's copy of the byte code in one store, and only where it holds what
was laid there: an instruction that another tool has marked stays. Where the place of that copy cannot be found for
sure, probes stay on; they cost time and nothing else.
"""

from __future__ import annotations

import sys
from types import CodeType
from typing import Any

from .aside import Change
from .assembler import OPS

_RESUME = OPS["RESUME"]


class Patch:
    """Writes into code objects of this interpreter."""

    def __init__(self) -> None:
        self._integers: dict[int, Any] = {}
        """Size in bytes → the type of a place in memory; empty where the code cannot be found."""
        self._start = -1
        self._is_tried = False

    def put(self, code: CodeType, change: Change) -> None:
        """Make a change, if the code is as it was laid."""
        if not self._is_tried:
            self._is_tried = True
            self._find()
        integer = self._integers.get(len(change.before))
        if integer is None:
            return
        cell = integer.from_address(id(code) + self._start + change.offset)
        if bytes(cell) == change.before:
            after = self._warm.of(code, change.after)
            cell.value = int.from_bytes(after, sys.byteorder)

    def _find(self) -> None:
        try:
            import ctypes
        except ImportError:
            return
        code = compile("a = b.c(d)\ne = a + f", "", "exec")
        image = ctypes.string_at(id(code), sys.getsizeof(code))
        raw: bytes = code._co_code_adaptive  # type: ignore[attr-defined] # the very bytes that are run
        if image.count(raw) == 1:
            self._start = image.index(raw)
            self._warm = _Warm()
            self._integers = {2: ctypes.c_uint16, 4: ctypes.c_uint32}


class _Warm:
    """The instructions that CPython 3.11 puts in place of others once code has run a few times.

    Later interpreters do so from the start.
    """

    def __init__(self) -> None:
        self._quick = -1
        self._adaptive: dict[int, int] = {}
        if sys.version_info < (3, 12):
            self._read()

    def _read(self) -> None:
        import dis  # loaded where there is something to change

        numbers: dict[str, int] = getattr(dis, "_all_opmap", {})
        self._quick = numbers.get("RESUME_QUICK", -1)
        names = [name for name in OPS if f"{name}_ADAPTIVE" in numbers]
        self._adaptive = {OPS[name]: numbers[f"{name}_ADAPTIVE"] for name in names}

    def of(self, code: CodeType, instruction: bytes) -> bytes:
        """The instruction as it stands in the code, which may have run often already."""
        number = instruction[-2]
        other = self._adaptive.get(number, number)
        return (
            instruction[:-2] + bytes((other, instruction[-1]))
            if other != number and self._ran(code)
            else instruction
        )

    def _ran(self, code: CodeType) -> bool:
        raw: bytes = code._co_code_adaptive  # type: ignore[attr-defined] # the very bytes that are run
        return next(number for number in raw[::2] if number in (_RESUME, self._quick)) == self._quick
