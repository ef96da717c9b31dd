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
from .listeners import Listeners
from .plan import FOLDED, Plan
from .recorder import Recorder
from .shelter import unseen

NAME = "callchain"
# Those without a meaning of their own first: debuggers, coverage tools and profilers look for theirs.
_TOOL_IDS = (3, 4, 2, 5, 1, 0)


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
        self._monitoring = _of_interpreter()
        self._events = self._monitoring.events
        self.tool_id = _claim(self._monitoring)
        recorder.plain = True
        self._get_tool = self._monitoring.get_tool
        self._listeners = Listeners(recorder, guard, self._arm, self._monitoring.DISABLE)
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
        for plan in list(self._listeners.armed.values()):
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
        events, core, told = self._events, self._recorder.core, self._listeners
        counted = (told.starts(), told.returns(), told.unwinds(), told.raises())
        if core is not None:
            asked = [unseen(core, each) for each in counted]
            core.callbacks(*asked, self._recorder.namespace.outside, self._monitoring.DISABLE)
            counted = (core.on_start, core.on_return, core.on_unwind, core.on_raise)
        return {
            **dict(zip((events.PY_START, events.PY_RETURN, events.PY_UNWIND, events.RAISE), counted, strict=True)),
            events.PY_YIELD: unseen(core, told.yields()),
            events.LINE: unseen(core, told.lines()),
            events.JUMP: unseen(core, told.jumps()),
            events.PY_THROW: unseen(core, told.throws()),
        }

    def _arm(self, code: CodeType, plan: Plan) -> None:
        """Ask for the events of a code object of the namespace."""
        events = self._events
        self._listeners.armed[id(code)] = plan
        watched = self._recorder.watch is not None
        chosen = events.LINE
        if plan.kind != FOLDED or watched:
            chosen |= events.PY_RETURN
        if watched:
            chosen |= events.PY_YIELD
        plan.quiet = not watched and (plan.taps is None or not plan.taps.needs_lines)
        if not plan.quiet:
            chosen |= events.JUMP
            self._listeners.waited[id(code)] = None if watched else _waited_lines(plan)
        self._arm_core(code, plan)
        self._monitoring.set_local_events(self.tool_id, code, chosen)

    def _arm_core(self, code: CodeType, plan: Plan) -> None:
        core = self._recorder.core
        if core is None:
            return
        if plan.plain and plan.kind != FOLDED:
            plan.core = core.Plan(plan)
        core.arm(code, plan.core)


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


def version() -> str:
    """The running interpreter's version as `3.13`."""
    return f"{sys.version_info[0]}.{sys.version_info[1]}"


def build(recorder: Recorder, guard: Guard) -> Monitor:
    """The engine; Unusable where it cannot be."""
    return Monitor(recorder, guard)
