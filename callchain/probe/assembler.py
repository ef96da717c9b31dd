"""Code objects taken apart and put together again with instructions added, for CPython 3.11 to 3.13.

Jumps and the exception table point at instructions, not at offsets, so whatever is put in between moves them
along; every instruction keeps its source position. Formats: `Objects/locations.md` and
`Objects/exception_handling_notes.txt` of CPython's source.
"""

from __future__ import annotations

import opcode
import sys
from collections.abc import Iterator
from types import CodeType
from typing import Any

OPS = opcode.opmap
_EXTENDED = OPS["EXTENDED_ARG"]
_CACHE = OPS["CACHE"]
_JUMPS = frozenset(opcode.hasjrel)
_BACKWARD = frozenset(number for name, number in OPS.items() if "JUMP_BACKWARD" in name)
_NAMES = opcode.opname
_SMALL = [bytes((number,)) for number in range(64)]
_NO_CACHE = bytes((_CACHE, 0))
Position = tuple[Any, Any, Any, Any]
NOWHERE: Position = (None, None, None, None)
SUPPORTED = (3, 11) <= sys.version_info[:2] <= (3, 13)


class Instruction:
    """One instruction with its inline caches; `target` is where a jump goes."""

    __slots__ = ("argument", "caches", "code", "offset", "position", "size", "target")

    def __init__(self, code: int, argument: int = 0, caches: int = 0, position: Position = NOWHERE) -> None:
        self.code = code
        self.argument = argument
        self.caches = caches
        self.position = position
        self.target: Instruction | None = None
        self.offset = 0
        self.size = 1 + caches

    @property
    def name(self) -> str:
        """The opcode's name."""
        return _NAMES[self.code]


class Handler:
    """A line of the exception table: `first` to `last`, both included, go to `target`."""

    __slots__ = ("depth", "first", "last", "lasti", "target")

    def __init__(
        self, first: Instruction, last: Instruction, target: Instruction, depth: int, lasti: bool
    ) -> None:
        self.first = first
        self.last = last
        self.target = target
        self.depth = depth
        self.lasti = lasti


class Program:
    """The instructions and handlers of a code object.

    Args:
        code: taken apart; it is not changed.
    """

    def __init__(self, code: CodeType) -> None:
        self.code = code
        self.instructions = list(_decode(code))
        at = {each.offset: each for each in self.instructions}
        for each in self.instructions:
            if each.code in _JUMPS:
                step = -each.argument if each.code in _BACKWARD else each.argument
                each.target = at[each.offset + each.size + step]
        before = {each.offset + each.size: each for each in self.instructions}
        self.handlers = [
            Handler(at[start], before[end], at[target], depth, lasti)
            for start, end, target, depth, lasti in _read_table(code.co_exceptiontable)
        ]
        self.constants = list(code.co_consts)
        self.extra_stack = 0

    def constant(self, value: Any) -> int:
        """The index of a new constant."""
        self.constants.append(value)
        return len(self.constants) - 1

    def assemble(self) -> CodeType:
        """The new code object."""
        self._lay_out()
        return self.code.replace(
            co_code=_encoded(self.instructions),
            co_consts=tuple(self.constants),
            co_linetable=b"".join(_location_table(self.instructions, self.code.co_firstlineno)),
            co_exceptiontable=b"".join(self._exception_table()),
            co_stacksize=self.code.co_stacksize + self.extra_stack,
        )

    def _lay_out(self) -> None:
        """Give each instruction its offset; jumps that need wider arguments push the rest on."""
        changed = True
        while changed:
            changed, offset = False, 0
            for each in self.instructions:
                each.offset = offset
                offset += each.size
            for each in self.instructions:
                if each.target is not None:
                    distance = each.target.offset - (each.offset + each.size)
                    each.argument = -distance if each.code in _BACKWARD else distance
                size = 1 + each.caches + _prefixes(each.argument)
                if size > each.size:
                    each.size, changed = size, True

    def _exception_table(self) -> Iterator[bytes]:
        for each in sorted(self.handlers, key=lambda handler: handler.first.offset):
            size = each.last.offset + each.last.size - each.first.offset
            yield _varint(each.first.offset, first=True)
            yield _varint(size)
            yield _varint(each.target.offset)
            yield _varint(each.depth << 1 | each.lasti)


def _decode(code: CodeType) -> Iterator[Instruction]:
    positions = list(code.co_positions())
    raw = code.co_code
    current: Instruction | None = None
    argument = start = 0
    for at in range(0, len(raw), 2):
        operation = raw[at]
        if operation == _CACHE and current is not None and start == at // 2:
            current.caches += 1
            current.size += 1
            start += 1
            continue
        argument = argument << 8 | raw[at + 1]
        if operation == _EXTENDED:
            continue
        if current is not None:
            yield current
        current = Instruction(operation, argument, 0, positions[at // 2])
        current.offset, current.size = start, at // 2 + 1 - start
        argument, start = 0, at // 2 + 1
    if current is not None:
        yield current


def _prefixes(argument: int) -> int:
    return 0 if argument < 0x100 else 1 if argument < 0x10000 else 2 if argument < 0x1000000 else 3


def _encoded(instructions: list[Instruction]) -> bytes:
    found = bytearray()
    for each in instructions:
        argument, caches = each.argument, each.caches
        for at in range(each.size - 1 - caches, 0, -1):
            found.append(_EXTENDED)
            found.append(argument >> 8 * at & 0xFF)
        found.append(each.code)
        found.append(argument & 0xFF)
        if caches:
            found += _NO_CACHE * caches
    return bytes(found)


# ---- tables -------------------------------------------------------------------------------------------------


def _read_table(table: bytes) -> Iterator[tuple[int, int, int, int, bool]]:
    """Start, end, target (in code units), depth, and whether the offset is pushed."""
    numbers = iter(table)

    def number() -> int:
        byte = next(numbers)
        value = byte & 63
        while byte & 64:
            byte = next(numbers)
            value = value << 6 | byte & 63
        return value

    while True:
        try:
            start = number()
        except StopIteration:
            return
        size, target, rest = number(), number(), number()
        yield start, start + size, target, rest >> 1, bool(rest & 1)


def _varint(value: int, *, first: bool = False) -> bytes:
    """The exception table's numbers: six bits a byte, the most significant first, an entry's first byte marked."""
    parts = [value & 63]
    value >>= 6
    while value:
        parts.append(value & 63 | 64)
        value >>= 6
    parts.reverse()
    if first:
        parts[0] |= 128
    return bytes(parts)


def _location_table(instructions: list[Instruction], line: int) -> Iterator[bytes]:
    """The entries of the table; instructions side by side with the same position share them."""
    units, position = 0, NOWHERE
    for each in instructions:
        if each.position == position:
            units += each.size
            continue
        yield from _locations(position, units, line)
        line = line if position[0] is None else position[0]
        units, position = each.size, each.position
    yield from _locations(position, units, line)


def _locations(position: Position, units: int, line: int) -> Iterator[bytes]:
    while units > 0:
        entry, line = _location(position, min(units, 8), line)
        yield entry
        units -= 8


def _location(position: Position, units: int, line: int) -> tuple[bytes, int]:
    start, end, column, end_column = position
    if start is None:
        return bytes((0x80 | 15 << 3 | units - 1,)), line
    if end is None or column is None or end_column is None:
        return bytes((0x80 | 13 << 3 | units - 1,)) + _signed(start - line), start
    head = bytes((0x80 | 14 << 3 | units - 1,))
    parts = (_signed(start - line), _plain(end - start), _plain(column + 1), _plain(end_column + 1))
    return head + b"".join(parts), start


def _signed(value: int) -> bytes:
    return _plain(-value << 1 | 1 if value < 0 else value << 1)


def _plain(value: int) -> bytes:
    """The location table's numbers: six bits a byte, the least significant first."""
    if value < 64:
        return _SMALL[value]
    parts = []
    while value >= 64:
        parts.append(value & 63 | 64)
        value >>= 6
    parts.append(value)
    return bytes(parts)
