"""The ways on which control comes to an instruction from another line, as line events have it."""

from __future__ import annotations

import sys

from .assembler import OPS, Instruction, Program

_VERSION = sys.version_info[:2]
_END_NAMES = ("RETURN_VALUE", "RETURN_CONST", "RAISE_VARARGS", "RERAISE")
_JUMP_NAMES = ("JUMP_FORWARD", "JUMP_BACKWARD", "JUMP_BACKWARD_NO_INTERRUPT")
ENDS = frozenset(OPS[name] for name in (*_END_NAMES, *_JUMP_NAMES) if name in OPS)
"""What is never followed by the next instruction."""
SEND, FOR_ITER = OPS["SEND"], OPS["FOR_ITER"]
AFTER_LOOP = {(3, 12): 1, (3, 13): 2}.get(_VERSION, 0)
"""Instructions that the end of a `for` loop skips where its jump seems to go."""


class Ways:
    """How an instruction is reached from another line.

    Args:
        falls: from the instruction above.
        raised: as the handler of an exception.
        leaping: by these jumps.
    """

    __slots__ = ("falls", "leaping", "raised")

    def __init__(self, falls: bool, raised: bool, leaping: list[Instruction]) -> None:
        self.falls = falls
        self.raised = raised
        self.leaping = leaping


class Map:
    """The ways through a program as it was before probes were put in.

    Args:
        program: its instructions know their first offsets.
        start: the index of the instruction with which calls begin.
    """

    def __init__(self, program: Program, start: int) -> None:
        self._program = program
        self._start = start
        self._original = list(program.instructions)
        self._loops = {each.target: each for each in self._original if each.code == FOR_ITER}
        self._handled = {handler.target for handler in program.handlers}
        self._jumps: dict[Instruction, list[Instruction]] = {}
        for each in self._original:
            if each.target is not None:
                self._jumps.setdefault(each.target, []).append(each)

    def to(self, at: int) -> Ways | None:
        """The ways to the instruction at an index; None where it has no line or none comes from another."""
        each = self._original[at]
        if not each.position[0]:
            return None
        leaping = [jump for jump in self._jumps.get(each, ()) if self.is_new_line(jump, each)]
        raised = each in self._handled and self._is_raised(each)
        falls = self._falls(at)
        return Ways(falls, raised, leaping) if falls or raised or leaping else None

    def is_new_line(self, jump: Instruction, target: Instruction) -> bool:
        """Whether the jump brings control to another line, or back to the same."""
        if AFTER_LOOP and jump.code == FOR_ITER:
            return False
        is_back = target.offset <= jump.offset and target.code != SEND
        return is_back or bool(jump.position[0] != target.position[0])

    def loop_that_ends_at(self, at: int) -> Instruction | None:
        """The head of the `for` loop whose end goes on at an index, past what is skipped."""
        if not AFTER_LOOP or at < AFTER_LOOP:
            return None
        target = self._original[at - AFTER_LOOP]
        return self._loops.get(target) if target.name == "END_FOR" else None

    def _falls(self, at: int) -> bool:
        before = self._original[at - 1]
        if before.code in ENDS:
            return False
        if at - 1 == self._start:
            return True
        loop = self.loop_that_ends_at(at)
        return bool((loop or before).position[0] != self._original[at].position[0])

    def _is_raised(self, target: Instruction) -> bool:
        line = target.position[0]
        return any(
            each.position[0] != line
            for handler in self._program.handlers
            if handler.target is target
            for each in self._original
            if handler.first.offset <= each.offset <= handler.last.offset
        )
