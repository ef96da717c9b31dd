"""Probes that stand aside: the code comes by once, and is as it was written from then on.

A probe that is wanted once stands at the end of the code. What leads there is the instruction above the line,
which a jump has taken the place of, and the jumps to the line. Once the probe has told, each of them is put back;
nothing is left on the way, not even for the interpreter's pairs of instructions. The instruction above runs as a
copy in front of the probe until then.
"""

from __future__ import annotations

from collections.abc import Iterable

from .assembler import OPS, Instruction

_NOP, _EXTENDED, _CACHE, _JUMP = OPS["NOP"], OPS["EXTENDED_ARG"], OPS["CACHE"], OPS["JUMP_FORWARD"]
_NAMES = ("STORE_FAST", "STORE_DEREF", "STORE_GLOBAL", "STORE_NAME", "STORE_ATTR", "STORE_SUBSCR", "POP_TOP")
_PAIRS = ("STORE_FAST__STORE_FAST", "STORE_FAST_STORE_FAST")
_FORWARD_OF = {
    OPS[name]: OPS[name.replace("BACKWARD", "FORWARD")]
    for name in OPS
    if "JUMP_BACKWARD" in name and name.replace("BACKWARD", "FORWARD") in OPS
}
_MOVABLE = frozenset(OPS[name] for name in (*_NAMES, *_PAIRS) if name in OPS)


class Change:
    """Bytes at an offset of a code object that others shall take the place of."""

    __slots__ = ("after", "before", "offset")

    def __init__(self, offset: int, before: bytes, after: bytes) -> None:
        self.offset = offset
        self.before = before
        self.after = after


Sites = dict[int, list[Change]]
"""Line → what to change once its probes have told."""


def is_movable(each: Instruction) -> bool:
    """Whether a copy elsewhere may run in place of the instruction: it ends a statement."""
    return each.code in _MOVABLE and each.size == 1 + each.caches


class Moved:
    """An instruction that a jump to its copy takes the place of.

    Args:
        place: it; it is changed.
    """

    def __init__(self, place: Instruction) -> None:
        self._place = place
        self.copy = Instruction(place.code, place.argument, place.caches, place.position)
        self.filling = [Instruction(_CACHE, 0, 0, place.position) for _ in range(place.caches)]
        """What fills the place of its caches."""
        place.code, place.argument, place.caches, place.size, place.target = _JUMP, 0, 0, 1, self.copy

    def change(self) -> Change | None:
        """Put it back."""
        place, copy = self._place, self.copy
        units = [(_NOP, 0)] * (place.size - 1) + [(copy.code, copy.argument)]
        return Change(place.offset * 2, _head(place.code, place.argument, place.size), _bytes(units))


class Turned:
    """A jump that goes over a probe on its way to where it wants to go.

    Args:
        jump: as it was in the program; it may be turned the other way round from then on.
        wanted: where it goes, behind the probe of the line.
    """

    def __init__(self, jump: Instruction, wanted: Instruction) -> None:
        self._jump = jump
        self.wanted = wanted
        self._code = jump.code
        self._caches = jump.caches

    def turn(self, probe: Instruction) -> list[Instruction]:
        """Let it go to a probe at the end of the code; what fills the place of caches that it has no more."""
        jump = self._jump
        jump.target = probe
        forward = _FORWARD_OF.get(jump.code)
        if forward is None:
            return []
        jump.code = forward
        if forward != _JUMP:
            return []
        jump.caches, jump.size = 0, 1
        return [Instruction(_CACHE, 0, 0, jump.position) for _ in range(self._caches)]

    def change(self) -> Change | None:
        """Let it go there directly; None where that is too far for it."""
        jump = self._jump
        own = jump.size - jump.caches
        argument = abs(self.wanted.offset - (jump.offset + own + self._caches))
        if argument >> 8 * own:
            return None
        return Change(jump.offset * 2, _head(jump.code, jump.argument, own), _head(self._code, argument, own))


class Skipped:
    """A probe in the way, which begins with a NOP."""

    def __init__(self, probe: list[Instruction]) -> None:
        self._probe = probe

    def change(self) -> Change | None:
        """Jump over it; None where it is too long."""
        first = self._probe[0]
        units = sum(each.size for each in self._probe) - 1
        if units > 255:
            return None
        return Change(first.offset * 2, _head(_NOP, 0, 1), _head(_JUMP, units, 1))


def _head(code: int, argument: int, units: int) -> bytes:
    """An instruction without its caches, as long as asked for."""
    prefixes = [(_EXTENDED, argument >> 8 * at & 0xFF) for at in range(units - 1, 0, -1)]
    return _bytes([*prefixes, (code, argument & 0xFF)])


def _bytes(units: Iterable[tuple[int, int]]) -> bytes:
    return bytes(part for unit in units for part in unit)
