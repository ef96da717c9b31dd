"""The plain engine: `sys.settrace` with a gate that leaves outside frames alone.

The gate decides by file name and code object; a frame outside the namespace gets no local trace function, so it
costs one call and nothing a line. What the gate lets in is handed to `handler`, here or by way of hunter.
"""

from __future__ import annotations

import functools
import sys
import threading
import time
from collections.abc import Callable
from types import FrameType
from typing import Any

from .guard import Guard
from .opcodes import GOES_ON, RESUME, RETURNS, YIELDS, Opcodes
from .recorder import Recorder
from .shelter import unseen

Trace = Callable[[FrameType, str, Any], Any]

LOST = "stretches of calls while a thread had no trace function (taken away by a full stack, or by another tool)"
_ATTEMPTS = 5000
_TURNS = sys.version_info >= (3, 12)
"""Whether that is done in the frame of the generator, and not by who called it."""
_COROUTINE, _ASYNC_GENERATOR = 0x80, 0x200
_GENERATOR_FLAGS = 0x20 | 0x80 | 0x100 | 0x200


class Dispatcher:
    """Turns the interpreter's four trace events into the recorder's."""

    def __init__(self, recorder: Recorder, guard: Guard) -> None:
        self.recorder = recorder
        self.guard = guard
        self._opcodes = Opcodes()

    def __call__(self, frame: FrameType, kind: str, argument: Any) -> None:
        """One event of a namespace frame; never raises."""
        try:
            if kind == "line":
                self._line(frame)
            elif kind == "call":
                self._call(frame)
            elif kind == "return":
                self._return(frame, argument)
            elif kind == "exception":
                self._exception(frame, argument)
        except BaseException as error:
            self.guard.failed(error)

    def _line(self, frame: FrameType) -> None:
        plan = self.recorder.plan_of(frame)
        if plan is None:
            return
        if not plan.quiet:
            self.recorder.line(frame, plan)
            return
        line = frame.f_lineno
        if line not in plan.lines:
            self.recorder.line(frame, plan)
        plan.missing.discard(line)
        if not plan.missing:
            frame.f_trace_lines = False

    def _opcode(self, frame: FrameType) -> tuple[int, int]:
        """The opcode and argument that the frame is at, -1 before its first."""
        return self._opcodes.at(frame.f_code, frame.f_lasti)

    def _call(self, frame: FrameType) -> None:
        plan = self.recorder.plan_of(frame)
        if plan is None:
            return
        if frame.f_code.co_flags & _GENERATOR_FLAGS:
            operation, argument = self._opcode(frame)
            if operation in GOES_ON and not (operation == RESUME and argument & 3 == 0):
                self.recorder.resume(frame, plan)
                return
        if plan.quiet and not plan.missing:
            frame.f_trace_lines = False
        self.recorder.enter(frame, plan)

    def _return(self, frame: FrameType, value: Any) -> None:
        plan = self.recorder.plan_of(frame)
        if plan is None:
            return
        operation, _ = self._opcode(frame)
        if operation in RETURNS:
            self.recorder.leave(frame, plan, value)
        elif operation in YIELDS and not self.recorder.is_raising(frame):
            self.recorder.suspend(frame, plan)
        else:
            if _TURNS and plan.is_generator:
                _turn(self.recorder.running.get(frame), frame.f_code.co_flags)
            self.recorder.unwind(frame, plan)

    def _exception(self, frame: FrameType, argument: Any) -> None:
        kind, error = argument[0], argument[1]
        if kind is StopIteration and self._opcodes.ends_loop(frame.f_code, frame.f_lasti):
            return
        self.recorder.raised(frame, error)


def _turn(entry: Any, flags: int) -> None:
    """A `StopIteration` that leaves a generator does so as another error, and no event tells of it."""
    name, _, line = entry.last_error if entry is not None else ("", "", 0)
    is_async = bool(flags & _ASYNC_GENERATOR)
    if name == "StopIteration" or (is_async and name == "StopAsyncIteration"):
        kind = "async generator" if is_async else "coroutine" if flags & _COROUTINE else "generator"
        entry.last_error = ("RuntimeError", f"{kind} raised {name}", line)
        if entry.thrown is not None:
            entry.thrown = RuntimeError(entry.last_error[1])


class Gate:
    """The global trace function of every thread.

    Args:
        recorder: knows which code lies in the namespace.
        local: gets the events of frames of the namespace.
    """

    def __init__(self, recorder: Recorder, local: Trace) -> None:
        self.trace = _gate(recorder, _sheltered(recorder, local))
        self._segment = recorder.segment
        self._set = sys.settrace
        self._given_up: set[int] = set()
        """Threads whose slot somebody else took or emptied."""

    def install(self) -> None:
        """Trace the current thread and all that start from now on."""
        sys.settrace = self._replacement()
        threading.settrace(self.trace)
        self._put(self.trace)

    def remove(self) -> None:
        """Stop tracing the current thread and new ones."""
        self.pause()
        sys.settrace = self._set
        threading.settrace(None)

    def pause(self) -> bool:
        """Let the current thread run untraced; whether it was traced by us."""
        if sys.gettrace() is not self.trace:
            return False
        self._put(None)
        return True

    def go_on(self) -> None:
        """End a pause."""
        if sys.gettrace() is None:
            self._put(self.trace)

    def heartbeat(self) -> None:
        """See whether the thread's slot is still ours; the interpreter takes away a trace function that raises."""
        current = sys.gettrace()
        if current is self.trace or threading.get_ident() in self._given_up:
            return
        if current is None:
            self._segment.drop(LOST)
            self._segment.write(["note", "the trace function was taken away for a while; calls are missing"])
            self._put(self.trace)
        else:
            self._replaced(getattr(type(current), "__module__", ""))

    def _put(self, function: Any) -> None:
        # While one thread installs a trace function, the interpreter refuses it to another, and a thread of the
        # program that is just starting would die of that. Audit hooks written in Python make the window wide.
        for _ in range(_ATTEMPTS):
            try:
                return self._set(function)
            except RuntimeError:
                time.sleep(0.0001)
        return self._set(function)

    def _replacement(self) -> Callable[[Any], None]:
        @functools.wraps(self._set)
        def settrace(function: Any) -> None:
            if function is not self.trace:
                self._replaced(str(sys._getframe(1).f_globals.get("__name__", "")))
            else:
                self._given_up.discard(threading.get_ident())
            self._put(function)

        return settrace

    def _replaced(self, by: str) -> None:
        """Somebody else took the thread's one slot for a trace function."""
        self._given_up.add(threading.get_ident())
        self._segment.write(["note", f"the trace function was replaced by {by}; later calls may be missing"])


def _sheltered(recorder: Recorder, tell: Trace) -> Trace:
    """The trace function of a frame, which stays whatever `tell` returns."""

    def local(frame: FrameType, event: str, argument: Any) -> Any:
        tell(frame, event, argument)
        return trace

    trace: Trace = unseen(recorder.core, local)
    return trace


def _gate(recorder: Recorder, local: Trace) -> Trace:
    outside = recorder.namespace.outside
    plan_of = recorder.plan_of

    def gate(frame: FrameType, event: str, argument: Any) -> Any:
        if frame.f_code.co_filename in outside:
            return None
        if plan_of(frame) is None:
            return None
        return local(frame, event, argument)

    return unseen(recorder.core, gate)


def plain(recorder: Recorder, guard: Guard) -> Gate:
    """The engine without hunter."""
    return Gate(recorder, Dispatcher(recorder, guard))
