"""Probes put into a code object: calls of constants at its start, its ends, its lines and its yields.

A probe leaves names, arguments, flags, source positions and the value stack as they were. An exception that leaves
the function passes through a handler that tells of it and raises it again at the place where it was; no traceback
shows it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from types import CodeType
from typing import Any

from .aside import Moved, Sites, Skipped, Turned, is_movable
from .assembler import NOWHERE, OPS, Handler, Instruction, Position, Program
from .ways import AFTER_LOOP, ENDS, FOR_ITER, SEND, Map, Ways

_VERSION = sys.version_info[:2]
_CALL_CACHES = 4 if _VERSION == (3, 11) else 3
_RESUME, _NOP = OPS["RESUME"], OPS["NOP"]
Probe = Callable[..., Any]


class Wanted:
    """The probes that a code object gets; None where nothing is to be told.

    Args:
        enter: called without arguments when a call begins.
        leave: called with the value that is returned.
        unwind: called with the exception that leaves the call and the offset of the instruction that raised it.
        suspend: called without arguments before a plain `yield`.
        interrupted: called without arguments where a handler of the function begins.
        line: gives for a line number and the byte offset of an instruction there its probe, called without
            arguments, and whether once is enough.
    """

    def __init__(
        self,
        enter: Probe | None = None,
        leave: Probe | None = None,
        unwind: Probe | None = None,
        suspend: Probe | None = None,
        interrupted: Probe | None = None,
        line: Callable[[int, int], tuple[Probe, bool] | None] = lambda _line, _offset: None,
    ) -> None:
        self.enter = enter
        self.leave = leave
        self.unwind = unwind
        self.suspend = suspend
        self.interrupted = interrupted
        self.line = line


def instrument(code: CodeType, wanted: Wanted, inner: Callable[[CodeType], CodeType]) -> tuple[CodeType, Sites]:
    """The code with probes, and the places of those on lines; `inner` gives the code objects inside theirs."""
    return _Work(code, wanted, inner).done()


class _Work:
    def __init__(self, code: CodeType, wanted: Wanted, inner: Callable[[CodeType], CodeType]) -> None:
        self.program = Program(code)
        constants = self.program.constants
        for at, each in enumerate(constants):
            if type(each) is CodeType:
                constants[at] = inner(each)
        self.wanted = wanted
        self.original = list(self.program.instructions)
        self.start = next(at for at, each in enumerate(self.original) if each.code == _RESUME)
        self.before: dict[Instruction, list[Instruction]] = {}
        """What runs before an instruction however it is reached."""
        self.after: dict[Instruction, list[Instruction]] = {}
        self.lines: dict[Instruction, list[Instruction]] = {}
        """What runs before those, on the ways to it that come from another line."""
        self.blocks: list[tuple[Instruction, list[Instruction]]] = []
        """Blocks at the end, each with the instruction whose handlers are theirs."""
        self.map = Map(self.program, self.start)
        self.spent: list[tuple[int, list[Moved | Turned | Skipped]]] = []
        """What to change where a line needs no probe any more."""
        self.program.extra_stack = 5

    def done(self) -> tuple[CodeType, Sites]:
        """Put all probes in and assemble."""
        self._lines()
        self._ends()
        self._yields()
        self._handlers()
        if self.wanted.enter is not None:
            first = self.original[self.start]
            # Trace functions of the program hear of each line that code has; the probe is on none.
            self.after[first] = self._call(self.wanted.enter, NOWHERE)
        self._aim()
        self._lay()
        code = self.program.assemble()
        sites: Sites = {}
        for line, ways in self.spent:
            sites.setdefault(line, []).extend(change for way in ways if (change := way.change()))
        return code, sites

    # ---- the probes ---------------------------------------------------------------------------------------------

    def _call(self, probe: Probe, position: Position, copies: Iterable[int] = ()) -> list[Instruction]:
        """Call a constant with copies of what lies on the stack, and drop what it returns."""
        function = Instruction(OPS["LOAD_CONST"], self.program.constant(probe), 0, position)
        null = Instruction(OPS["PUSH_NULL"], 0, 0, position)
        head = [function, null] if _VERSION >= (3, 13) else [null, function]
        arguments = [Instruction(OPS["COPY"], depth, 0, position) for depth in copies]
        count = len(arguments)
        call = [Instruction(OPS["CALL"], count, _CALL_CACHES, position)]
        if "PRECALL" in OPS:
            call.insert(0, Instruction(OPS["PRECALL"], count, 1, position))
        return [*head, *arguments, *call, Instruction(OPS["POP_TOP"], 0, 0, position)]

    def _ends(self) -> None:
        if self.wanted.leave is None:
            return
        for each in self.original:
            if each.name == "RETURN_VALUE":
                self.before[each] = self._call(self.wanted.leave, each.position, (3,))
            elif each.name == "RETURN_CONST":
                each.code = OPS["LOAD_CONST"]
                leaving = self._call(self.wanted.leave, each.position, (3,))
                self.after[each] = [*leaving, Instruction(OPS["RETURN_VALUE"], 0, 0, each.position)]

    def _yields(self) -> None:
        if self.wanted.suspend is None:
            return
        for at, each in enumerate(self.original):
            # Between SEND and its YIELD_VALUE nothing may stand: the interpreter looks for them side by side.
            if each.name == "YIELD_VALUE" and self.original[at - 1].code != SEND:
                self.before[each] = self._call(self.wanted.suspend, each.position)

    def _handlers(self) -> None:
        if self.wanted.interrupted is not None:
            for target in dict.fromkeys(each.target for each in self.program.handlers):
                position = target.position if target.position[0] is not None else NOWHERE
                probe = self._call(self.wanted.interrupted, position)
                self.before[target] = [*probe, *self.before.get(target, [])]

    def _lines(self) -> None:
        """Line probes on every way that enters a line, as the interpreter's own line events have it."""
        for at in range(self.start + 1, len(self.original)):
            ways = self.map.to(at)
            each = self.original[at]
            line = each.position[0]
            found = self.wanted.line(line, each.offset * 2) if ways else None
            if ways is None or found is None:
                continue
            probe, once = found
            moved = self._moved(at) if once and ways.falls and not ways.raised else None
            if moved or not (ways.falls or ways.raised or self.original[at - 1].code in ENDS):
                self._stand_aside(each, ways, moved, probe, once)
            else:
                self._stand_before(each, ways, probe, once)

    def _stand_before(self, each: Instruction, ways: Ways, probe: Probe, once: bool) -> None:
        """The probe lies in the way that falls into the line; jumps to the line come in front of it."""
        call = self._call(probe, each.position)
        if once:
            call.insert(0, Instruction(_NOP, 0, 0, each.position))
            self.spent.append((each.position[0], [Skipped(call), *(Turned(jump, each) for jump in ways.leaping)]))
        self.lines[each] = call

    def _stand_aside(self, each: Instruction, ways: Ways, moved: Moved | None, probe: Probe, once: bool) -> None:
        """The probe lies in a block at the end; the ways that tell go over it."""
        call = self._call(probe, NOWHERE)
        back = Instruction(OPS["JUMP_BACKWARD"], 0, 1 if _VERSION >= (3, 13) else 0)
        back.target = each
        turned = [Turned(jump, each) for jump in ways.leaping]
        for jump, way in zip(ways.leaping, turned, strict=True):
            self.after[jump] = way.turn(call[0])
        self.blocks.append((each, [*([moved.copy] if moved else []), *call, back]))
        if once:
            self.spent.append((each.position[0], [*([moved] if moved else []), *turned]))

    def _moved(self, at: int) -> Moved | None:
        """What stands above the line, turned into a jump to its copy, where it may be."""
        place = self.original[at - 1]
        is_skipped = self.map.loop_that_ends_at(at) is not None
        if (
            is_skipped
            or not is_movable(place)
            or self._handler_of(place) is not self._handler_of(self.original[at])
        ):
            return None
        moved = Moved(place)
        self.after[place] = moved.filling
        return moved

    # ---- the layout ---------------------------------------------------------------------------------------------

    def _aim(self) -> None:
        """Jumps and handlers go to what stands before their targets."""
        silent = {id(each) for each in self.original}
        for each in [*self.original, *(inner for _, block in self.blocks for inner in block)]:
            target = each.target
            if target is None or id(target) not in silent or (AFTER_LOOP and each.code == FOR_ITER):
                continue
            tells = target in self.lines and id(each) in silent and self.map.is_new_line(each, target)
            each.target = (self.lines[target] if tells else self.before.get(target, [target]))[0]
        for way in (way for _, ways in self.spent for way in ways if isinstance(way, Turned)):
            way.wanted = self.before.get(way.wanted, [way.wanted])[0]
        for handler in self.program.handlers:
            target = handler.target
            handler.target = (self.lines.get(target) or self.before.get(target, [target]))[0]

    def _lay(self) -> None:
        covering = {each: self._handler_of(each) for each, _ in self.blocks}
        body: list[Instruction] = []
        for each in self.original:
            body += [*self.lines.get(each, ()), *self.before.get(each, ()), each, *self.after.get(each, ())]
        self.program.instructions = body
        for each, block in self.blocks:
            body += block
            known = covering[each]
            if known is not None:
                self.program.handlers.append(Handler(block[0], block[-1], known.target, known.depth, known.lasti))
        if self.wanted.unwind is not None:
            self._unwinding(self.wanted.unwind)

    def _handler_of(self, each: Instruction) -> Handler | None:
        at = each.offset
        return next((h for h in self.program.handlers if h.first.offset <= at <= h.last.offset), None)

    def _unwinding(self, probe: Probe) -> None:
        """What no handler of the function covers goes to one that tells of the exception and raises it again."""
        tell = self._call(probe, NOWHERE, (3, 5))
        block = [*tell, Instruction(OPS["RERAISE"], 1)]
        for first, last in self._uncovered():
            self.program.handlers.append(Handler(first, last, block[0], 0, True))
        self.program.instructions += block

    def _uncovered(self) -> list[tuple[Instruction, Instruction]]:
        order = {each: at for at, each in enumerate(self.program.instructions)}
        covered = [False] * len(order)
        for handler in self.program.handlers:
            for at in range(order[handler.first], order[handler.last] + 1):
                covered[at] = True
        begin = next(
            (at for at, each in enumerate(self.program.instructions) if each.name == "RETURN_GENERATOR"),
            order[self.original[self.start]],
        )
        runs: list[tuple[Instruction, Instruction]] = []
        previous = -2
        for at in range(begin, len(covered)):
            if covered[at]:
                continue
            each = self.program.instructions[at]
            runs[-1:] = [(runs[-1][0], each)] if previous == at - 1 else [*runs[-1:], (each, each)]
            previous = at
        return runs
