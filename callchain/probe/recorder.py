"""Events in, an aggregated call tree a thread out.

The engines tell of frames of the namespace: `enter`, `resume`, `line`, `raised`, `leave`, `suspend`, `unwind`.
Running calls are known by their frames, so threads, generators and greenlets need no order of ends. New nodes,
lines, hits and effects are written at once and counted in cells that outlive the process, so a killed one loses
nothing that it had recorded.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from types import CodeType, FrameType
from typing import Any

from . import describe
from .calls import SUSPENDED, Entry, Node, ThreadState, clock
from .placing import Places
from .plan import FOLDED, GENERATED, Namespace, Plan
from .running import CompiledRunning, Running
from .segment import Segment
from .threads import Threads
from .tree import Tree

_QUIET_EXITS = ("StopIteration", "StopAsyncIteration", "GeneratorExit")


class Recorder:
    """The recording of this process.

    Args:
        namespace: the files under study.
        segment: where records go.
        core: the compiled core, if there is one.
    """

    def __init__(self, namespace: Namespace, segment: Segment, core: Any = None) -> None:
        self.namespace = namespace
        self.segment = segment
        self.taps: Any = None
        self.watch: Any = None
        self._origins: Any = None
        self._compiled: set[tuple[str, str, str]] = set()
        self.core = core
        self.running: Any = Running() if core is None else CompiledRunning(core)
        self.plain = False
        """Whether the engine tells the error with the end of a call, so that most calls need no entry."""
        self.pausing: set[ThreadState] = set()
        """The threads that are paused."""
        if core is not None:
            core.connect(self.pausing, self._begin, self._end, lambda error: self.failed(error))
            core.time_ends(clock)
        self.is_closed = False
        self.failed: Callable[[BaseException], None] = lambda _: None
        """What takes the errors of the recorder's own work."""
        self._suspended: list[Node] = []
        self.threads = Threads(segment)
        self.state = self.threads.state
        self.tree = Tree(segment)
        self._places = Places(self)
        self.running_at = self._places.running_at
        self._symbols = itertools.count()
        self._exceptions: set[tuple[str, int, str, str]] = set()

    def plan_of(self, frame: FrameType) -> Plan | None:
        """The plan of the frame's code; generated code answers for the function it was written from."""
        code = frame.f_code
        plan = self.namespace.plan(code)
        if plan is None and GENERATED in code.co_filename:
            plan = self.namespace.adopted(code) or self._adopt(frame, code)
        if plan is not None and plan.symbol < 0 and not self.is_closed:
            self.register(plan)
        return plan

    def _adopt(self, frame: FrameType, code: CodeType) -> Plan | None:
        if self._origins is None:
            from .autograph import Origins  # loaded where AutoGraph is at work

            self._origins = Origins(self.namespace)
        plan: Plan | None = self._origins.plan(frame)
        if plan is not None:
            self.namespace.adopt(code, plan)
            if plan.kind != FOLDED:
                self.compiled(plan.path, plan.qualname, "AutoGraph")
        return plan

    def compiled(self, path: str, qualname: str, compiler: str) -> None:
        """A compiler made a copy of a function; told once."""
        what = (path, qualname, compiler)
        if what not in self._compiled and not self.is_closed:
            self._compiled.add(what)
            self.segment.write(["ag", *what])

    def register(self, plan: Plan) -> None:
        """Tell of a code object that runs for the first time, and find its taps."""
        plan.symbol = next(self._symbols)
        self.segment.write(["s", plan.symbol, plan.path, plan.qualname, plan.first_line])
        if self.taps is not None:
            plan.taps = self.taps.bind(plan)
        plan.plain = self.plain and self.watch is None and plan.taps is None
        if self.watch is None and (plan.taps is None or not plan.taps.needs_lines):
            plan.hush()

    # ---- events -------------------------------------------------------------------------------------------------

    def enter(self, frame: FrameType, plan: Plan) -> bool:
        """A call of the namespace begins; whether the next one from the same frames has the same place."""
        if self.is_closed or (self.pausing and self.state().paused):
            return False
        if self.watch is not None:
            self.watch.check(self.state(), plan, plan.first_line)
        if plan.kind == FOLDED:
            return False
        node, lasting = self._places.of(frame, plan)
        node.cells[node.at] += 1
        if plan.plain:
            self.running.put(frame, node)
            return lasting
        entry = Entry(frame, plan, node)
        self.running.put(frame, entry)
        if plan.taps is not None:
            self.taps.entered(self.state(), entry)
        return lasting

    def begin(self, frame: FrameType, plan: Plan) -> bool:
        """A call of code that may run for the first time begins."""
        if self.is_closed:
            return False
        if plan.symbol < 0:
            self.register(plan)
        return self.enter(frame, plan)

    def _begin(self, frame: FrameType, plan: Plan | None) -> bool:
        """The compiled core does not know the place of a call; of a copy of code it does not know the plan."""
        try:
            plan = plan or self.plan_of(frame)
            return plan is not None and self.begin(frame, plan)
        except BaseException as error:
            self.failed(error)
            return False

    def _end(self, frame: FrameType, value: Any) -> None:
        """The compiled core does not know how a call ends."""
        try:
            entry = self.running.get(frame)
            if entry is not None:
                self.leave(frame, entry.plan, value)
        except BaseException as error:
            self.failed(error)

    def resume(self, frame: FrameType, plan: Plan) -> None:
        """A suspended generator or coroutine goes on."""
        if self.pausing and self.state().paused:
            return
        entry = self.running.get(frame)
        if entry is not None and not plan.plain:
            entry.error = None

    def line(self, frame: FrameType, plan: Plan, number: int = 0) -> None:
        """A line is about to run; `number` where the frame itself cannot say."""
        line = plan.source_line(number) if number else plan.line_of(frame)
        self.line_ran(plan, line)
        if plan.plain:
            return
        state = self.state()
        if self.watch is not None:
            self.watch.check(state, plan, line)
        entry = self.running.get(frame)
        if entry is None:
            return  # a comprehension or class body
        if plan.taps is not None:
            entry.at = line
            self.taps.line(state, entry, line)
            entry.at = 0
        entry.line = line
        entry.error = None

    def line_ran(self, plan: Plan, line: int) -> None:
        """A line ran, perhaps for the first time."""
        if line not in plan.lines and not self.is_closed:
            plan.lines.add(line)
            self.segment.write(["l", plan.path, line])

    def raised(self, frame: FrameType, error: Any) -> None:
        """An exception was raised in or came into a frame; it may still be handled there."""
        entry = self.running.get(frame)
        if entry is None:
            return
        # A quiet function has no line events to clear it: the exception itself would live too long.
        entry.error = None if entry.plan.quiet else error
        if isinstance(error, BaseException):
            line = entry.plan.line_of(frame)
            entry.last_error = (describe.type_name(type(error)), describe.message_of(error), line)
            if entry.plan.taps is not None and entry.plan.taps.raising:
                entry.thrown = error
        _interrupt(entry)

    def interrupted(self, frame: FrameType) -> None:
        """An exception passed through the statement that the frame is at."""
        entry = self.running.get(frame)
        if entry is not None and not entry.plan.plain:
            _interrupt(entry)

    def is_raising(self, frame: FrameType) -> bool:
        """Whether an exception is on its way through the frame: thrown into a generator and not handled since."""
        entry = self.running.get(frame)
        return entry is not None and entry.error is not None

    def leave(self, frame: FrameType, plan: Plan, value: Any) -> None:
        """A call returned `value`."""
        entry = self._pop(frame, plan)
        if entry is not None:
            if plan.taps is not None:
                self.taps.left(self.state(), entry, value)
            entry.node.returned()

    def suspend(self, frame: FrameType, plan: Plan) -> None:
        """A generator yielded or a coroutine waits: its caller goes on."""
        if self.watch is not None and not self.state().paused:
            self._watch_below(frame, plan)

    def unwind(self, frame: FrameType, plan: Plan, error: BaseException | None = None, line: int = 0) -> None:
        """An exception left the call; an engine that knows it tells which and from what line."""
        entry = self._pop(frame, plan)
        if entry is None:
            return
        if error is not None:
            name, message = describe.type_name(type(error)), describe.message_of(error)
        else:
            name, message, line = entry.last_error
        if plan.taps is not None:
            self.taps.failed(self.state(), entry, error if error is not None else entry.thrown)
        if name not in _QUIET_EXITS:
            self._report(plan, line, name, message)
        if name == "GeneratorExit":
            entry.node.returned()
        else:
            self.tree.count(entry.node, f"raise {name}")
        if not plan.plain:
            entry.error = entry.thrown = None

    # ---- what is running ----------------------------------------------------------------------------------------

    def _pop(self, frame: FrameType, plan: Plan) -> Any:
        if self.pausing and self.state().paused:
            return None
        entry = self.running.pop(frame)
        if self.watch is not None:
            self._watch_below(frame, plan)
        return entry

    def _watch_below(self, frame: FrameType, plan: Plan) -> None:
        """The watched state from here on is the affair of the call that goes on."""
        back = self.running_at(frame.f_back)
        self.watch.check(self.state(), back.plan if back else plan, (back.line if back else 0) or plan.first_line)

    # ---- writing ------------------------------------------------------------------------------------------

    def flush(self) -> None:
        """Write what stands in memory alone: what waits, held hits, and counts where no cells could be mapped."""
        self._count_suspended()
        if self.taps is not None:
            self.taps.flush()
        self.segment.flush()

    def close(self) -> None:
        """Record nothing from here on; rewritten code may run until the interpreter is gone."""
        self.is_closed = True
        self.running.clear()

    def _count_suspended(self) -> None:
        """Set the counts of generators and coroutines that wait."""
        for node in self._suspended:
            node.cells[node.at + SUSPENDED] = 0
        self._suspended = [each.node for each in self.running.waiting()]
        for node in self._suspended:
            node.cells[node.at + SUSPENDED] += 1

    def _report(self, plan: Plan, line: int, name: str, message: str) -> None:
        key = (plan.path, line, name, message)
        if key in self._exceptions:
            return
        if len(self._exceptions) >= 1000:
            self.segment.drop("exceptions beyond 1000")
            return
        self._exceptions.add(key)
        self.segment.write(["x", plan.symbol, line, name, message])


def _interrupt(entry: Entry) -> None:
    if entry.watching:
        for key in entry.watching:
            entry.watching[key] = True
