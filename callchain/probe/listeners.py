"""What the `monitoring` engine does at each event of `sys.monitoring`."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import CodeType
from typing import Any

from .guard import Guard
from .opcodes import Opcodes
from .plan import FOLDED, GENERATED, Plan
from .recorder import Recorder

_traceback_of = BaseException.__dict__["__traceback__"].__get__


class Listeners:
    """The callbacks, one method that makes it for each kind of event.

    Args:
        recorder: gets the events.
        guard: takes what goes wrong.
        arm: asks for the events of a code object of the namespace.
        disable: what tells the interpreter not to ask again.
    """

    def __init__(
        self, recorder: Recorder, guard: Guard, arm: Callable[[CodeType, Plan], None], disable: object
    ) -> None:
        self._recorder = recorder
        self._guard = guard
        self._arm = arm
        self._disable = disable
        self._opcodes = Opcodes()
        self.armed: dict[int, Plan] = {}
        """Identity of the code objects that have events of their own → plan, which keeps the code alive."""
        self.waited: dict[int, frozenset[int] | None] = {}
        """Identity of a code object → offsets of the instructions that its taps wait for, None for all."""
        self._same_line: dict[tuple[int, int], bool] = {}

    def starts(self) -> Callable[..., Any]:
        """What a call tells."""
        recorder, armed, getframe = self._recorder, self.armed, sys._getframe
        table, pausing, fresh = recorder.running.table, recorder.pausing, self._fresh

        def start(code: CodeType, _offset: int) -> Any:
            try:
                plan = armed[id(code)]
            except KeyError:
                return fresh(code)
            try:
                frame = getframe(1)
                if pausing or not plan.plain:
                    recorder.enter(frame, plan)
                    return None
                back: Any = frame.f_back
                try:
                    node = plan.places[table[back].base + back.f_lasti]
                except KeyError:
                    recorder.enter(frame, plan)
                    return None
                node.cells[node.at] += 1
                table[frame] = node
            except BaseException as error:
                self._guard.failed(error)
            return None

        return start

    def _fresh(self, code: CodeType) -> Any:
        """The first call of a code object."""
        disable = self._disable
        if code.co_filename in self._recorder.namespace.outside:
            return disable
        try:
            frame = sys._getframe(2)
            plan = self._recorder.plan_of(frame)
            if plan is None:
                # Generated code is asked again: what it was written from is not always known at once.
                return None if GENERATED in code.co_filename else disable
            self._arm(code, plan)
            self._recorder.enter(frame, plan)
            return disable if plan.kind == FOLDED and self._recorder.watch is None else None
        except BaseException as error:
            self._guard.failed(error)
        return None

    def returns(self) -> Callable[..., Any]:
        """What the end of a call tells."""
        recorder, armed, getframe = self._recorder, self.armed, sys._getframe
        table, pausing = recorder.running.table, recorder.pausing

        def returned(code: CodeType, _offset: int, value: Any) -> None:
            try:
                plan = armed[id(code)]
                if pausing or not plan.plain:
                    recorder.leave(getframe(1), plan, value)
                    return
                node = table.pop(getframe(1), None)
                if node is not None:
                    node.returned()
            except BaseException as error:
                self._guard.failed(error)

        return returned

    def yields(self) -> Callable[..., Any]:
        """What a generator that gives a value, or a coroutine that waits, tells."""
        recorder, armed, getframe = self._recorder, self.armed, sys._getframe

        def yielded(code: CodeType, _offset: int, _value: Any) -> None:
            try:
                recorder.suspend(getframe(1), armed[id(code)])
            except BaseException as error:
                self._guard.failed(error)

        return yielded

    def lines(self) -> Callable[..., Any]:
        """What a line tells; one that nothing waits for is switched off."""
        recorder, armed, getframe = self._recorder, self.armed, sys._getframe
        disable, pausing, waits = self._disable, recorder.pausing, self._waits

        def line(code: CodeType, _line: int) -> Any:
            try:
                if pausing and recorder.state().paused:
                    return None
                plan = armed[id(code)]
                frame = getframe(1)
                if plan.quiet or not waits(code, frame.f_lasti):
                    recorder.line_ran(plan, plan.line_of(frame))
                    return disable
                recorder.line(frame, plan)
                return None
            except BaseException as error:
                self._guard.failed(error)
                return None

        return line

    def jumps(self) -> Callable[..., Any]:
        """A jump back within a line runs the line once more, and no line event tells of it."""
        recorder, armed, getframe = self._recorder, self.armed, sys._getframe
        disable = self._disable

        def jump(code: CodeType, offset: int, target: int) -> Any:
            try:
                if target > offset or not self._is_same_line(code, offset, target):
                    return disable
                if not self._waits(code, target):
                    return disable
                if not recorder.state().paused:
                    recorder.line(getframe(1), armed[id(code)])
            except BaseException as error:
                self._guard.failed(error)
            return None

        return jump

    def throws(self) -> Callable[..., Any]:
        """What an exception thrown into a generator tells."""
        recorder, armed, getframe = self._recorder, self.armed, sys._getframe
        outside = recorder.namespace.outside

        def throw(code: CodeType, _offset: int, _error: BaseException) -> None:
            if code.co_filename in outside:
                return
            try:
                frame = getframe(1)
                plan = armed.get(id(code)) or recorder.plan_of(frame)
                if plan is None:
                    return
                if id(code) not in armed:
                    self._arm(code, plan)
                if self._opcodes.is_unstarted(
                    code, frame.f_lasti
                ):  # thrown into a generator before its first step
                    recorder.enter(frame, plan)
            except BaseException as problem:
                self._guard.failed(problem)

        return throw

    def unwinds(self) -> Callable[..., Any]:
        """What an exception that leaves a call tells."""
        recorder, armed, getframe = self._recorder, self.armed, sys._getframe

        def unwind(code: CodeType, _offset: int, error: BaseException) -> None:
            plan = armed.get(id(code))
            if plan is None:
                return
            try:
                frame = getframe(1)
                recorder.unwind(frame, plan, error, plan.source_line(_raised_at(error, frame)))
            except BaseException as problem:
                self._guard.failed(problem)

        return unwind

    def raises(self) -> Callable[..., Any]:
        """What an exception tells the statement that it goes through."""
        recorder, armed, getframe = self._recorder, self.armed, sys._getframe

        def raised(code: CodeType, offset: int, error: BaseException) -> None:
            if id(code) not in armed:
                return
            try:
                is_signal = type(error) is StopIteration and self._opcodes.ends_loop(code, offset)
                if not is_signal and not recorder.state().paused:
                    recorder.interrupted(getframe(1))
            except BaseException as problem:
                self._guard.failed(problem)

        return raised

    def _waits(self, code: CodeType, offset: int) -> bool:
        """Whether a tap or watched state waits for the line that begins at an offset."""
        offsets = self.waited[id(code)]
        return offsets is None or offset in offsets

    def _is_same_line(self, code: CodeType, offset: int, target: int) -> bool:
        key = (id(code), offset)
        known = self._same_line.get(key)
        if known is None:
            known = self._same_line[key] = _line_at(code, offset) == _line_at(code, target)
        return known


def _raised_at(error: BaseException, frame: Any) -> int:
    """The line of the frame that raised or let through the exception; a `finally` may have run since."""
    trace = _traceback_of(error, type(error))
    if trace is not None and trace.tb_frame is frame:
        return trace.tb_lineno or frame.f_lineno or 0
    return frame.f_lineno or 0


def _line_at(code: CodeType, offset: int) -> int | None:
    return next((line for start, end, line in code.co_lines() if start <= offset < end), None)
