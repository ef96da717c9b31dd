"""Events in, an aggregated call tree a thread out.

The engines tell of frames of the namespace: `enter`, `resume`, `line`, `raised`, `leave`, `suspend`, `unwind`.
Stacks are kept here, a thread each, so that depth is never shared. New nodes, lines, hits and effects are
written at once and counted in cells that outlive the process, so a killed one loses nothing that it had recorded.
"""

from __future__ import annotations

import itertools
import threading
from types import CodeType, FrameType
from typing import Any

from . import describe
from .autograph import Origins
from .calls import RETURNED, SUSPENDED, Entry, Node, ThreadState
from .outside import outermost_first, package_into
from .plan import FOLDED, GENERATED, Namespace, Plan
from .segment import Segment
from .tree import Tree

_MAX_WALK = 3000
_QUIET_EXITS = ("StopIteration", "StopAsyncIteration", "GeneratorExit")


class Recorder:
    """The recording of this process.

    Args:
        namespace: the files under study.
        segment: where records go.
    """

    def __init__(self, namespace: Namespace, segment: Segment) -> None:
        self.namespace = namespace
        self.segment = segment
        self.taps: Any = None
        self.watch: Any = None
        self._origins = Origins(namespace)
        self._compiled: set[tuple[str, str, str]] = set()
        self._local = threading.local()
        self._states: list[ThreadState] = []
        self._numbers = itertools.count(1)
        self.tree = Tree(segment)
        self._symbols = itertools.count()
        self._exceptions: set[tuple[str, int, str, str]] = set()

    def state(self) -> ThreadState:
        """The state of the current thread, made when it is first seen."""
        try:
            return self._local.state  # type: ignore[no-any-return] # a thread-local attribute has no type
        except AttributeError:
            return self._start_thread()

    def _start_thread(self) -> ThreadState:
        state = ThreadState(next(self._numbers))
        self._local.state = state
        self._states.append(state)
        self._announce(state)
        return state

    def _announce(self, state: ThreadState) -> None:
        # current_thread() would register a dummy for a foreign thread, which the program could see.
        ident = threading.get_ident()
        thread = getattr(threading, "_active", {}).get(ident)
        name = getattr(thread, "_name", "") if thread is not None else ""
        is_main = ident == threading.main_thread().ident
        self.segment.write(["t", state.number, "MainThread" if is_main else str(name), is_main])

    def plan_of(self, frame: FrameType) -> Plan | None:
        """The plan of the frame's code; generated code answers for the function it was written from."""
        code = frame.f_code
        plan = self.namespace.plan(code)
        if plan is None and GENERATED in code.co_filename:
            plan = self.namespace.adopted(code) or self._adopt(frame, code)
        if plan is not None and plan.symbol < 0:
            self._register(plan)
        return plan

    def _adopt(self, frame: FrameType, code: CodeType) -> Plan | None:
        plan = self._origins.plan(frame)
        if plan is not None:
            self.namespace.adopt(code, plan)
            if plan.kind != FOLDED:
                self.compiled(plan.path, plan.qualname, "AutoGraph")
        return plan

    def compiled(self, path: str, qualname: str, compiler: str) -> None:
        """A compiler made a copy of a function; told once."""
        what = (path, qualname, compiler)
        if what not in self._compiled:
            self._compiled.add(what)
            self.segment.write(["ag", *what])

    def _register(self, plan: Plan) -> None:
        plan.symbol = next(self._symbols)
        self.segment.write(["s", plan.symbol, plan.path, plan.qualname, plan.first_line])
        if self.taps is not None:
            plan.taps = self.taps.bind(plan)
        if self.watch is None and (plan.taps is None or not plan.taps.needs_lines):
            plan.hush()

    # ---- events -------------------------------------------------------------------------------------------------

    def enter(self, frame: FrameType, plan: Plan) -> None:
        """A call of the namespace begins."""
        state = self.state()
        if state.paused:
            return
        if self.watch is not None:
            self.watch.check(state, plan, plan.first_line)
        if plan.kind == FOLDED:
            return
        stack, back = state.stack, frame.f_back
        if back is not None and stack and stack[-1].frame is back:
            node = self.tree.direct_place(state, stack[-1], plan, back)
        else:
            caller, line, via = self._caller(state, frame)
            node = self.tree.place(state, caller.node if caller else state.root, plan, line, via, caller)
        node.cells[node.at] += 1
        entry = Entry(frame, plan, node)
        stack.append(entry)
        if plan.taps is not None:
            self.taps.entered(state, entry)

    def resume(self, frame: FrameType, plan: Plan) -> None:
        """A suspended generator or coroutine goes on."""
        state = self.state()
        if state.paused:
            return
        entry = state.sleeping.pop(id(frame), None)
        if plan.kind == FOLDED:
            return
        if entry is None or entry.frame is not frame:
            entry = self._stray(frame)
            if entry is None:
                self.enter(frame, plan)
                return
        self._caller(state, frame)
        entry.node.cells[entry.node.at + SUSPENDED] -= 1
        entry.error = None
        state.stack.append(entry)

    def _stray(self, frame: FrameType) -> Entry | None:
        """The entry of a generator that another thread suspended."""
        for state in self._states:
            entry = state.sleeping.get(id(frame))
            if entry is not None and entry.frame is frame:
                del state.sleeping[id(frame)]
                return entry
        return None

    def line(self, frame: FrameType, plan: Plan) -> None:
        """A line is about to run."""
        line = plan.line_of(frame)
        if line not in plan.lines:
            plan.lines.add(line)
            self.segment.write(["l", plan.path, line])
        state = self.state()
        if self.watch is not None:
            self.watch.check(state, plan, line)
        stack = state.stack
        entry = stack[-1] if stack else None
        if entry is None or entry.frame is not frame:
            return  # a comprehension or class body
        if plan.taps is not None:
            self.taps.line(state, entry, line)
        entry.line = line
        entry.error = None

    def raised(self, frame: FrameType, error: Any) -> None:
        """An exception was raised in or came into a frame; it may still be handled there."""
        entry = self._top(frame)
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
        entry = self._top(frame)
        if entry is not None:
            _interrupt(entry)

    def is_raising(self, frame: FrameType) -> bool:
        """Whether an exception is on its way through the frame: thrown into a generator and not handled since."""
        entry = self._top(frame)
        return entry is not None and entry.error is not None

    def leave(self, frame: FrameType, plan: Plan, value: Any) -> None:
        """A call returned `value`."""
        state = self.state()
        stack = state.stack
        is_top = stack and stack[-1].frame is frame and self.watch is None and not state.paused
        entry = stack.pop() if is_top else self._pop(state, frame, plan)
        if entry is not None:
            if plan.taps is not None:
                self.taps.left(state, entry, value)
            node = entry.node
            node.cells[node.at + RETURNED] += 1

    def suspend(self, frame: FrameType, plan: Plan) -> None:
        """A generator yielded or a coroutine waits."""
        state = self.state()
        entry = self._pop(state, frame, plan)
        if entry is not None:
            entry.node.cells[entry.node.at + SUSPENDED] += 1
            # The entry holds its frame while the generator sleeps; the generator's own end releases it.
            state.sleeping[id(frame)] = entry

    def unwind(self, frame: FrameType, plan: Plan, error: BaseException | None = None, line: int = 0) -> None:
        """An exception left the call; an engine that knows it tells which and from what line."""
        state = self.state()
        entry = self._pop(state, frame, plan)
        if entry is None:
            return
        if error is not None:
            entry.last_error = (describe.type_name(type(error)), describe.message_of(error), line)
        name, message, line = entry.last_error
        if plan.taps is not None:
            self.taps.failed(state, entry, error if error is not None else entry.thrown)
        if name not in _QUIET_EXITS:
            self._report(plan, line, name, message)
        if name == "GeneratorExit":
            entry.node.cells[entry.node.at + RETURNED] += 1
        else:
            self.tree.count(entry.node, f"raise {name}")
        entry.error = entry.thrown = None

    # ---- the stack ----------------------------------------------------------------------------------------------

    def _top(self, frame: FrameType) -> Entry | None:
        stack = self.state().stack
        return stack[-1] if stack and stack[-1].frame is frame else None

    def _pop(self, state: ThreadState, frame: FrameType, plan: Plan) -> Entry | None:
        if state.paused:
            return None
        stack = state.stack
        entry = None
        if stack and stack[-1].frame is frame:
            entry = stack.pop()
        elif plan.kind != FOLDED:
            # An end above was missed (another tracer had the slot): drop what lies on top of this frame.
            for at in range(len(stack) - 1, -1, -1):
                if stack[at].frame is frame:
                    entry = stack[at]
                    self.segment.drop("ends of calls not seen", len(stack) - at - 1)
                    del stack[at:]
                    break
        if self.watch is not None:
            back = stack[-1] if stack else None
            self.watch.check(state, back.plan if back else plan, (back.line if back else 0) or plan.first_line)
        return entry

    def _caller(self, state: ThreadState, frame: FrameType) -> tuple[Entry | None, int, tuple[str, ...]]:
        """The nearest running call below `frame`, its line, and the outside packages between them."""
        stack = state.stack
        top = stack[-1].frame if stack else None
        line = 0
        packages: list[str] = []
        back, outside = frame.f_back, self.namespace.outside
        for _ in range(_MAX_WALK):
            if back is None:
                break
            if back is top:
                plan = stack[-1].plan
                return stack[-1], line or plan.line_of(back), outermost_first(packages)
            plan_back = None if back.f_code.co_filename in outside else self.plan_of(back)
            if plan_back is None:
                package_into(packages, back, self.namespace)
            elif plan_back.kind == FOLDED:
                line = line or plan_back.line_of(back)
            elif self._drop_above(stack, back):
                top = back
                continue
            back = back.f_back
        if stack:  # a stack that is not below this frame any more (a switched greenlet, a missed end)
            self.segment.drop("ends of calls not seen", len(stack))
            stack.clear()
        return None, 0, outermost_first(packages)

    @staticmethod
    def _drop_above(stack: list[Entry], frame: FrameType) -> bool:
        for at in range(len(stack) - 1, -1, -1):
            if stack[at].frame is frame:
                del stack[at + 1 :]
                return True
        return False

    # ---- writing ------------------------------------------------------------------------------------------

    def flush(self) -> None:
        """Write what stands in memory alone: held hits, and counts where no cells could be mapped."""
        if self.taps is not None:
            self.taps.flush()
        self.segment.flush()

    def _report(self, plan: Plan, line: int, name: str, message: str) -> None:
        key = (plan.path, line, name, message)
        if key in self._exceptions:
            return
        if len(self._exceptions) >= 1000:
            self.segment.drop("exceptions beyond 1000")
            return
        self._exceptions.add(key)
        self.segment.write(["x", plan.symbol, line, name, message])

    # ---- places and forks ---------------------------------------------------------------------------------------

    def place(self, frame: FrameType | None) -> tuple[Plan, int] | None:
        """The nearest line of the namespace at or below `frame`."""
        line = 0
        for _ in range(_MAX_WALK):
            if frame is None:
                return None
            plan = self.plan_of(frame)
            if plan is not None:
                line = line or plan.line_of(frame)
                if plan.kind != FOLDED:
                    return plan, line
            frame = frame.f_back
        return None

    def stack_of(self, state: ThreadState) -> list[str]:
        """`symbol:line` of the running calls of a thread, outermost first."""
        lines = [
            f"{entry.plan.path}::{entry.plan.qualname}:{entry.plan.line_of(entry.frame)}" for entry in state.stack
        ]
        return lines if len(lines) <= 64 else [*lines[:32], f"… {len(lines) - 64} more …", *lines[-32:]]

    def after_fork(self) -> None:
        """In a forked child: one thread is left, and its running calls go on in a tree of their own."""
        state = self.state()
        self._states = [state]
        for plan in self.namespace.plans():
            if plan.symbol >= 0:
                self.segment.write(["s", plan.symbol, plan.path, plan.qualname, plan.first_line])
        self._announce(state)
        if self.taps is not None:
            self.taps.after_fork()
        self.tree.clear()
        state.root = Node(0, 0)
        state.sleeping = {}
        parent = state.root
        for at, entry in enumerate(state.stack):
            line = state.stack[at - 1].plan.line_of(state.stack[at - 1].frame) if at else 0
            node = self.tree.new_place(state, parent.number, entry.plan, line, (), parent.depth + 1)
            parent.children[(entry.plan.symbol, line, ())] = node
            entry.node = parent = node


def _interrupt(entry: Entry) -> None:
    if entry.watching:
        for key in entry.watching:
            entry.watching[key] = True
