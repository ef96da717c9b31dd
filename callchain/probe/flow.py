"""Where control can go from some lines of a function: what a tap on a statement must listen to, and no more."""

from __future__ import annotations

from collections.abc import Callable
from types import CodeType

from .assembler import SUPPORTED, Instruction, Program
from .plan import Plan

_ENDS = ("RETURN_VALUE", "RETURN_CONST", "RAISE_VARARGS", "RERAISE", "JUMP_FORWARD")


def waited_lines(plan: Plan) -> frozenset[int] | None:
    """The offsets of instructions whose line events taps wait for; None when that is every line."""
    taps = plan.taps
    if taps is None or not taps.needs_lines:
        return frozenset()
    statements = [*taps.before, *taps.after]
    return near(plan.code, lambda line: any(tap.covers(plan.source_line(line)) for tap in statements))


def near(code: CodeType, covers: Callable[[int], bool]) -> frozenset[int] | None:
    """Byte offsets of the instructions on covered lines and of those that may run right after one of them.

    None where the interpreter's code cannot be read: then every line counts.
    """
    if not SUPPORTED:
        return None
    program = Program(code)
    inside = [each for each in program.instructions if each.position[0] and covers(each.position[0])]
    members = set(inside)
    found = {each.offset * 2 for each in inside}
    for before, each in zip(program.instructions, program.instructions[1:], strict=False):
        if before in members and not _ends(before):
            found.add(each.offset * 2)
    for each in inside:
        if each.target is not None:
            found.update(_landing(program, each.target))
    for handler in program.handlers:
        if any(handler.first.offset <= each.offset <= handler.last.offset for each in inside):
            found.update(_landing(program, handler.target))
    return frozenset(found)


def _ends(each: Instruction) -> bool:
    return each.name in _ENDS or ("JUMP_BACKWARD" in each.name and "IF" not in each.name)


def _landing(program: Program, target: Instruction) -> set[int]:
    """The target and what follows it up to its first line: a handler begins with instructions of no line.

    The end of a `for` loop skips up to two instructions.
    """
    at = program.instructions.index(target)
    found: set[int] = set()
    for each in program.instructions[at : at + 4]:
        found.add(each.offset * 2)
        if each.position[0] and each.name not in ("END_FOR", "POP_TOP"):
            break
    return found
