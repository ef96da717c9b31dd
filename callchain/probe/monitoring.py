"""The `monitoring` engine: `sys.monitoring` of Python 3.12 and later.

The interpreter asks once for each code object outside the namespace and is told never to ask again, so outside
code runs at full speed. Code of the namespace gets events of its own when it is first called; a line that nothing
waits for is switched off once it ran. Exceptions that leave a call and those thrown into a generator cannot be
asked for one code object alone: outside they cost a look at a dict.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import CodeType
from typing import Any

from .engine import Unusable
from .guard import Guard
from .opcodes import Opcodes
from .plan import FOLDED, GENERATED, Plan
from .recorder import Recorder

NAME = "callchain"
# Those without a meaning of their own first: debuggers, coverage tools and profilers look for theirs.
_TOOL_IDS = (3, 4, 2, 5, 1, 0)
_traceback_of = BaseException.__dict__["__traceback__"].__get__


class Monitor:
    """The engine.

    Args:
        recorder: gets the events.
        guard: takes what goes wrong.

    Raises:
        Unusable: the interpreter has no `sys.monitoring`, or other tools hold all of its ids.
    """

    def __init__(self, recorder: Recorder, guard: Guard) -> None:
        self._recorder = recorder
        self._guard = guard
        self._opcodes = Opcodes()
        self._monitoring = _of_interpreter()
        self._events = self._monitoring.events
        self.tool_id = _claim(self._monitoring)
        recorder.plain = True
        self._get_tool = self._monitoring.get_tool
        self._armed: dict[int, Plan] = {}
        """Identity of the code objects that have events of their own → plan, which keeps the code alive."""
        self._waited: dict[int, frozenset[int] | None] = {}
        """Identity of a code object → offsets of the instructions that its taps wait for, None for all."""
        self._same_line: dict[tuple[int, int], bool] = {}
        self._lost = False

    # ---- the engine's protocol ----------------------------------------------------------------------------------

    def install(self) -> None:
        """Listen to all threads."""
        events, chosen = self._events, 0
        for event, callback in self._callbacks().items():
            self._monitoring.register_callback(self.tool_id, event, callback)
        for event in (events.PY_START, events.PY_THROW, events.PY_UNWIND):
            chosen |= event
        if self._recorder.taps is not None and self._recorder.taps.has_after:
            chosen |= events.RAISE  # whether a statement completed or an exception went through it
        self._monitoring.set_events(self.tool_id, chosen)

    def remove(self) -> None:
        """Stop listening and give the tool id back."""
        if self._get_tool(self.tool_id) != NAME:
            return
        self._monitoring.set_events(self.tool_id, 0)
        for plan in list(self._armed.values()):
            self._monitoring.set_local_events(self.tool_id, plan.code, 0)
        for event in self._callbacks():
            self._monitoring.register_callback(self.tool_id, event, None)
        self._monitoring.free_tool_id(self.tool_id)

    def pause(self) -> bool:
        """Nothing is to be paused: outside code costs nothing, and a thread's own state says that it is paused."""
        return False

    def go_on(self) -> None:
        """The end of a pause."""

    def heartbeat(self) -> None:
        """See whether the tool id is still ours."""
        if not self._lost and self._get_tool(self.tool_id) != NAME:
            self._lost = True
            self._recorder.segment.write(
                ["note", f"tool id {self.tool_id} of sys.monitoring was taken away; later calls may be missing"]
            )

    # ---- what is listened to ------------------------------------------------------------------------------------

    def _callbacks(self) -> dict[int, Callable[..., Any]]:
        events, core = self._events, self._recorder.core
        counted = (self._starts(), self._returns(), self._unwinds(), self._raises())
        if core is not None:
            core.callbacks(*counted, self._recorder.namespace.outside, self._monitoring.DISABLE)
            counted = (core.on_start, core.on_return, core.on_unwind, core.on_raise)
        return {
            **dict(zip((events.PY_START, events.PY_RETURN, events.PY_UNWIND, events.RAISE), counted, strict=True)),
            events.PY_YIELD: self._yields(),
            events.LINE: self._lines(),
            events.JUMP: self._jumps(),
            events.PY_THROW: self._throws(),
        }

    def _arm(self, code: CodeType, plan: Plan) -> None:
        """Ask for the events of a code object of the namespace."""
        events = self._events
        self._armed[id(code)] = plan
        watched = self._recorder.watch is not None
        chosen = events.LINE
        if plan.kind != FOLDED or watched:
            chosen |= events.PY_RETURN
        if watched:
            chosen |= events.PY_YIELD
        plan.quiet = not watched and (plan.taps is None or not plan.taps.needs_lines)
        if not plan.quiet:
            chosen |= events.JUMP
            self._waited[id(code)] = None if watched else _waited_lines(plan)
        self._arm_core(code, plan)
        self._monitoring.set_local_events(self.tool_id, code, chosen)

    def _arm_core(self, code: CodeType, plan: Plan) -> None:
        core = self._recorder.core
        if core is None:
            return
        if plan.plain and plan.kind != FOLDED:
            plan.core = core.Plan(plan)
        core.arm(code, plan.core)

    def _starts(self) -> Callable[..., Any]:
        recorder, armed, getframe = self._recorder, self._armed, sys._getframe
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
        disable = self._monitoring.DISABLE
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

    def _returns(self) -> Callable[..., Any]:
        recorder, armed, getframe = self._recorder, self._armed, sys._getframe
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

    def _yields(self) -> Callable[..., Any]:
        recorder, armed, getframe = self._recorder, self._armed, sys._getframe

        def yielded(code: CodeType, _offset: int, _value: Any) -> None:
            try:
                recorder.suspend(getframe(1), armed[id(code)])
            except BaseException as error:
                self._guard.failed(error)

        return yielded

    def _lines(self) -> Callable[..., Any]:
        recorder, armed, getframe = self._recorder, self._armed, sys._getframe
        disable, pausing, waits = self._monitoring.DISABLE, recorder.pausing, self._waits

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

    def _jumps(self) -> Callable[..., Any]:
        """A jump back within a line runs the line once more, and no line event tells of it."""
        recorder, armed, getframe = self._recorder, self._armed, sys._getframe
        disable = self._monitoring.DISABLE

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

    def _throws(self) -> Callable[..., Any]:
        recorder, armed, getframe = self._recorder, self._armed, sys._getframe
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

    def _unwinds(self) -> Callable[..., Any]:
        recorder, armed, getframe = self._recorder, self._armed, sys._getframe

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

    def _raises(self) -> Callable[..., Any]:
        recorder, armed, getframe = self._recorder, self._armed, sys._getframe

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
        offsets = self._waited[id(code)]
        return offsets is None or offset in offsets

    def _is_same_line(self, code: CodeType, offset: int, target: int) -> bool:
        key = (id(code), offset)
        known = self._same_line.get(key)
        if known is None:
            known = self._same_line[key] = _line_at(code, offset) == _line_at(code, target)
        return known


def _waited_lines(plan: Plan) -> frozenset[int] | None:
    from .flow import waited_lines  # reads byte code: loaded where a tap waits for a line

    return waited_lines(plan)


def _of_interpreter() -> Any:
    found = getattr(sys, "monitoring", None)
    if found is None:
        raise Unusable(f"Python {version()} has no sys.monitoring")
    return found


def _claim(monitoring: Any) -> int:
    """The first free tool id, taken."""
    for tool_id in _TOOL_IDS:
        try:
            monitoring.use_tool_id(tool_id, NAME)
            return tool_id
        except ValueError:
            continue
    held = sorted({str(monitoring.get_tool(tool_id)) for tool_id in _TOOL_IDS})
    raise Unusable(f"all tool ids of sys.monitoring are taken (by {', '.join(held)})")


def _raised_at(error: BaseException, frame: Any) -> int:
    """The line of the frame that raised or let through the exception; a `finally` may have run since."""
    trace = _traceback_of(error, type(error))
    if trace is not None and trace.tb_frame is frame:
        return trace.tb_lineno or frame.f_lineno or 0
    return frame.f_lineno or 0


def _line_at(code: CodeType, offset: int) -> int | None:
    return next((line for start, end, line in code.co_lines() if start <= offset < end), None)


def version() -> str:
    """The running interpreter's version as `3.13`."""
    return f"{sys.version_info[0]}.{sys.version_info[1]}"


def build(recorder: Recorder, guard: Guard) -> Monitor:
    """The engine; Unusable where it cannot be."""
    return Monitor(recorder, guard)
