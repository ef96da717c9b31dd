"""The functions that rewritten code calls: what they tell the recorder, and how little it costs."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import CodeType, FrameType
from typing import Any

from .calls import ENDED, RETURNED, clock
from .flow import waited_lines
from .guard import Guard
from .instrument import Probe, Wanted
from .opcodes import Opcodes
from .plan import Plan
from .recorder import Recorder
from .shelter import told_frame

_OPCODES = Opcodes()
_traceback_of = BaseException.__dict__["__traceback__"].__get__


class Probes:
    """Makes the probes of each code object.

    Args:
        recorder: gets the events.
        guard: takes what goes wrong.
        skip: switches the probes of a line off.
    """

    def __init__(self, recorder: Recorder, guard: Guard, skip: Callable[[Plan, int], None]) -> None:
        self._recorder = recorder
        self._guard = guard
        self._skip = skip

    def bind(self, plan: Plan) -> None:
        """Find the taps of a code object, and whether its calls need no more than to be counted."""
        recorder = self._recorder
        if recorder.taps is not None:
            plan.taps = recorder.taps.bind(plan)
        plan.plain = recorder.watch is None and plan.taps is None

    def of(self, plan: Plan) -> Wanted:
        """All probes of a function, a module or (with watched state) of what is folded into them."""
        taps = plan.taps
        return Wanted(
            enter=self._counting_enter(plan) if plan.plain else self._enter(plan),
            leave=self._counting_leave() if plan.plain else self._leave(plan),
            unwind=self._unwind(plan),
            suspend=self._suspend(plan) if self._recorder.watch is not None else None,
            interrupted=self._interrupted() if taps is not None and taps.after else None,
            line=self.line_of(plan),
        )

    def line_of(self, plan: Plan) -> Callable[[int, int], tuple[Probe, bool] | None]:
        """The probe of a line, and whether it is done with once the line ran."""
        is_watched, waited_for = self._recorder.watch is not None, waited_lines(plan)

        def probe(line: int, offset: int) -> tuple[Probe, bool]:
            if is_watched or waited_for is None or offset in waited_for:
                return self._line(plan, line), False
            return self._first_time(plan, line), True

        return probe

    # ---- calls of which only the number counts ------------------------------------------------------------------

    def _counting_enter(self, plan: Plan) -> Probe:
        core = self._recorder.core
        if core is not None:
            plan.core = core.Plan(plan)
            return core.Enter  # type: ignore[no-any-return] # of a compiled module
        table, pausing, places = self._recorder.running.table, self._recorder.pausing, plan.places
        getframe, begin, failed = sys._getframe, self._recorder.begin, self._guard.failed

        def enter() -> None:
            try:
                frame = getframe(1)
                back: Any = frame.f_back
                try:
                    node = places[table[back].base + back.f_lasti]
                except KeyError:
                    begin(frame, plan)
                    return
                if pausing:
                    begin(frame, plan)
                    return
                node.cells[node.at] += 1
                table[frame] = node
            except BaseException as error:
                failed(error)

        return enter

    def _counting_leave(self) -> Probe:
        if self._recorder.core is not None:
            return self._recorder.core.Leave  # type: ignore[no-any-return] # of a compiled module
        pop, getframe, failed = self._recorder.running.table.pop, sys._getframe, self._guard.failed

        def leave(_value: Any) -> None:
            try:
                node = pop(getframe(1), None)
                if node is not None:
                    if not node.cells[node.at + RETURNED]:
                        node.cells[node.at + ENDED] = clock()
                    node.cells[node.at + RETURNED] += 1
            except BaseException as error:
                failed(error)

        return leave

    # ---- all others ---------------------------------------------------------------------------------------------

    def _enter(self, plan: Plan) -> Probe:
        return self._guarded(lambda frame: self._recorder.begin(frame, plan))

    def _leave(self, plan: Plan) -> Probe:
        return self._guarded(lambda frame, value: self._recorder.leave(frame, plan, value))

    def _suspend(self, plan: Plan) -> Probe:
        return self._guarded(lambda frame: self._recorder.suspend(frame, plan))

    def _interrupted(self) -> Probe:
        return self._guarded(self._recorder.interrupted)

    def _unwind(self, plan: Plan) -> Probe:
        return self._guarded(lambda frame, error, offset: self._fail(frame, plan, error, offset))

    def _fail(self, frame: FrameType, plan: Plan, error: BaseException, instruction: int) -> None:
        recorder = self._recorder
        here = _line_at(plan.code, instruction * 2)
        entry = recorder.running.get(frame)
        if entry is None and _is_unstarted(plan, instruction):
            recorder.begin(frame, plan)
            entry = recorder.running.get(frame)
        if entry is not None and not plan.plain:
            entry.at = plan.source_line(here)
        trace = _traceback_of(error, type(error))
        raised = trace.tb_lineno if trace is not None and trace.tb_frame is frame else here
        recorder.unwind(frame, plan, error, plan.source_line(raised or here))

    def _line(self, plan: Plan, line: int) -> Probe:
        recorder = self._recorder

        def told(frame: FrameType) -> None:
            if not (recorder.is_closed or (recorder.pausing and recorder.state().paused)):
                recorder.line(frame, plan, line)

        return self._guarded(told)

    def _first_time(self, plan: Plan, line: int) -> Probe:
        recorder = self._recorder

        def told(_frame: FrameType) -> None:
            if not (recorder.is_closed or (recorder.pausing and recorder.state().paused)):
                recorder.line_ran(plan, line)
                self._skip(plan, line)

        return self._guarded(told)

    def _guarded(self, tell: Callable[..., Any]) -> Probe:
        return told_frame(self._recorder.core, tell, self._guard.failed)

    # ---- generated code -----------------------------------------------------------------------------------------

    def of_generated(self) -> Wanted:
        """Probes of code that a compiler wrote; what it was written from is known when it runs."""
        recorder = self._recorder

        def on_plan(tell: Callable[..., Any]) -> Probe:
            def told(frame: FrameType, *arguments: Any) -> None:
                plan = recorder.plan_of(frame)
                if plan is not None:
                    tell(frame, plan, *arguments)

            return self._guarded(told)

        def line(number: int, _offset: int) -> tuple[Probe, bool]:
            return on_plan(lambda frame, plan: recorder.line(frame, plan, number)), False

        return Wanted(
            enter=on_plan(recorder.enter),
            leave=on_plan(recorder.leave),
            unwind=on_plan(lambda frame, plan, error, offset: self._fail(frame, plan, error, offset)),
            interrupted=on_plan(lambda frame, _plan: recorder.interrupted(frame)),
            line=line,
        )


def _line_at(code: CodeType, offset: int) -> int:
    return next((line or 0 for start, end, line in code.co_lines() if start <= offset < end), 0)


def _is_unstarted(plan: Plan, instruction: int) -> bool:
    """Whether an exception was thrown into a generator before its first step."""
    return plan.is_generator and _OPCODES.is_unstarted(plan.code, instruction * 2)
