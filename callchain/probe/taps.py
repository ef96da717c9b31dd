"""Taps of this process: bound to code, fired at their moment, their values captured."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator
from types import CodeType
from typing import Any

from . import graphs
from .calls import Entry, ThreadState
from .capture import Scope, evaluate
from .cells import Cell
from .plan import Plan
from .recorder import Recorder
from .snapshot import Budget, Meter, failure, snapshot
from .stack import stack_of

MAX_HITS = 200
_FIRST, _LAST, _STEP = 0.7, 0.1, 1.5
_EAGER = 10_000


class Keeping:
    """Which hits of a tap keep their values: the first, some in growing steps, and the last.

    The last are known only when no more come, so every hit is captured and held for a while; beyond the ten
    thousandth that would cost too much, and the last is then the last in growing steps. Only counts decide, so
    that two runs keep the same.

    Args:
        most: how many are kept in a process.
    """

    def __init__(self, most: int) -> None:
        self.first = max(1, int(most * _FIRST))
        self.last = max(0, int(most * _LAST))
        self._next = int(self.first * _STEP) + 1

    def wants(self, sequence: int) -> tuple[bool, bool]:
        """Whether the hit is captured, and whether it is written at once."""
        if sequence <= self.first:
            return True, True
        if sequence >= self._next:
            self._next = int(sequence * _STEP) + 1
            return True, True
        return bool(self.last) and sequence <= _EAGER, False


class Tap:
    """A located tap as the launcher wrote it."""

    __slots__ = (
        "cell",
        "compiled",
        "definition_line",
        "end_line",
        "held",
        "keeping",
        "key",
        "line",
        "most",
        "path",
        "programs",
        "qualname",
        "seen",
        "where",
    )

    def __init__(self, order: dict[str, Any], most: int) -> None:
        spec = order["spec"]
        self.key: str = spec["key"]
        self.where: str = spec["where"]
        self.path: str = order["path"]
        self.qualname: str = spec["symbol"].partition("::")[2] or "<module>"
        self.line: int = order["line"]
        self.end_line: int = order["end_line"]
        self.definition_line: int = order["definition_line"]
        self.programs: dict[str, Any] = order["programs"]
        self.compiled: bool = spec.get("compiled", False)
        self.most = most
        self.clear()

    def clear(self) -> None:
        """Count from nothing."""
        self.seen = 0
        self.cell: Cell | None = None
        self.keeping = Keeping(self.most)
        self.held: deque[list[Any]] = deque(maxlen=self.keeping.last)

    def covers(self, line: int) -> bool:
        """Whether the line belongs to the tapped statement."""
        return self.line <= line <= self.end_line


class Bound:
    """The taps of one code object, by moment."""

    __slots__ = ("after", "before", "entry", "needs_lines", "raising", "returning")

    def __init__(self, taps: list[Tap]) -> None:
        self.before = [tap for tap in taps if tap.where == "before"]
        self.after = [tap for tap in taps if tap.where == "after"]
        self.entry = [tap for tap in taps if tap.where == "entry"]
        self.returning = [tap for tap in taps if tap.where == "return"]
        self.raising = [tap for tap in taps if tap.where == "raise"]
        self.needs_lines = bool(self.before or self.after)


class Taps:
    """All taps ordered for this process.

    Args:
        recorder: gets the hits.
        orders: `LocatedTap` records as plain JSON.
        max_hits: values are kept for so many hits of a tap at most; all are counted.
    """

    def __init__(self, recorder: Recorder, orders: list[dict[str, Any]], max_hits: int) -> None:
        self._recorder = recorder
        self._taps = [Tap(order, max_hits) for order in orders]
        self.compiled = {(tap.path, tap.qualname) for tap in self._taps if tap.compiled}
        self._steps = threading.Lock()
        self.has_after = any(tap.where == "after" for tap in self._taps)

    def bind(self, plan: Plan) -> Bound | None:
        """The taps that belong to a code object, None when there are none."""
        found = [
            tap
            for tap in self._taps
            if tap.path == plan.path and tap.qualname == plan.qualname and _is_definition(plan, tap)
        ]
        return Bound(found) if found else None

    def entered(self, state: ThreadState, entry: Entry) -> None:
        """A tapped function was entered."""
        for tap in entry.plan.taps.entry:
            self._fire(state, entry, tap, {})

    def line(self, state: ThreadState, entry: Entry, line: int) -> None:
        """A line of a tapped function is about to run."""
        bound: Bound = entry.plan.taps
        if entry.watching:
            self._statements_left(state, entry, bound, line)
        for tap in bound.after:
            if tap.covers(line):
                watching = entry.watching = entry.watching if entry.watching is not None else {}
                watching[id(tap)] = False
        for tap in bound.before:
            if line == tap.line and (tap.line == tap.end_line or not tap.covers(entry.line)):
                self._fire(state, entry, tap, {})

    def _statements_left(self, state: ThreadState, entry: Entry, bound: Bound, line: int) -> None:
        watching = entry.watching or {}
        for tap in bound.after:
            if id(tap) not in watching:
                continue
            # A one-line statement that comes round again (a loop's body) has completed as well.
            if tap.covers(line) and not (line == tap.line == tap.end_line == entry.line):
                continue
            if not watching.pop(id(tap)):
                self._fire(state, entry, tap, {})

    def left(self, state: ThreadState, entry: Entry, value: Any) -> None:
        """A tapped function returned."""
        bound: Bound = entry.plan.taps
        for tap in bound.after:
            if entry.watching and entry.watching.pop(id(tap), True) is False:
                self._fire(state, entry, tap, {})
        for tap in bound.returning:
            self._fire(state, entry, tap, {"result": value})

    def failed(self, state: ThreadState, entry: Entry, error: Any) -> None:
        """An exception left a tapped function."""
        for tap in entry.plan.taps.raising:
            self._fire(state, entry, tap, {"error": error})

    def _fire(self, state: ThreadState, entry: Entry, tap: Tap, extra: dict[str, Any]) -> None:
        busy, state.busy = state.busy, True
        try:
            if not (tap.compiled and self._told_by_graph(state, entry, tap, extra)):
                self._record(tap, state.number, lambda: capture(tap, entry, extra), lambda: self._stack(entry))
        finally:
            state.busy = busy

    def _told_by_graph(self, state: ThreadState, entry: Entry, tap: Tap, extra: dict[str, Any]) -> bool:
        """Whether a graph is being traced that will tell the values itself, step by step."""
        tensors: list[Any] = []
        templates = {name: graphs.template_of(value, tensors) for name, value in values_of(tap, entry, extra)}
        if not tensors:
            return False
        shown, stack, number = capture(tap, entry, extra), self._stack(entry), state.number

        def values(arrays: tuple[Any, ...]) -> dict[str, Any]:
            meter = Meter()
            told = {name: graphs.filled(template, arrays) for name, template in templates.items()}
            return {**shown, **{name: snapshot(told[name], name, Budget(meter)) for name in told}}

        def tell(arrays: tuple[Any, ...]) -> None:
            try:
                with self._steps:
                    if not self._recorder.is_closed:
                        self._record(tap, number, lambda: values(arrays), lambda: list(stack))
            except Exception as error:
                self._recorder.failed(error)

        try:
            is_told = graphs.call_back(tensors, entry.frame, tell)
        except Exception:  # a tensor of a graph that is finished, a place where nothing can be called back
            return False
        if is_told:  # a graph that never runs shall not leave the tap without a word
            self._recorder.compiled(tap.path, tap.qualname, "AutoGraph")
        return is_told

    def _record(
        self, tap: Tap, thread: int, values: Callable[[], dict[str, Any]], stack: Callable[[], list[str]]
    ) -> None:
        tap.seen += 1
        sequence = tap.seen
        self._count(tap)
        wanted, at_once = tap.keeping.wants(sequence)
        if not wanted:
            return
        record = ["h", tap.key, sequence, thread, values(), stack()]
        if at_once:
            self._recorder.segment.write(record)
        else:
            tap.held.append(record)

    def _stack(self, entry: Entry) -> list[str]:
        """The recorded calls up to the tap's own, outermost first."""
        line = entry.at or entry.plan.line_of(entry.frame)
        return [*stack_of(self._recorder, entry.frame), f"{entry.plan.path}::{entry.plan.qualname}:{line}"]

    def _count(self, tap: Tap) -> None:
        cell = tap.cell
        if cell is None:
            cell = tap.cell = self._recorder.segment.cells.take()
            self._recorder.segment.write(["k", tap.key, cell.number])
        cell.add()

    def flush(self) -> None:
        """Write the last hits, which were held while more might come."""
        for tap in self._taps:
            while tap.held:
                self._recorder.segment.write(tap.held.popleft())

    def after_fork(self) -> None:
        """The child counts its own hits."""
        for tap in self._taps:
            tap.clear()


def capture(tap: Tap, entry: Entry, extra: dict[str, Any]) -> dict[str, Any]:
    """The tap's captures as snapshots; one that cannot be read carries its error."""
    scope = Scope(entry.frame, extra)
    meter = Meter()
    values: dict[str, Any] = {}
    for name, program in tap.programs.items():
        try:
            value = evaluate(program, scope)
            values[name] = snapshot(value, name, Budget(meter))
        except Exception as error:
            values[name] = failure(error)
    return values


def values_of(tap: Tap, entry: Entry, extra: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Name and value of the tap's captures, without those that cannot be read."""
    scope = Scope(entry.frame, extra)
    for name, program in tap.programs.items():
        try:
            yield name, evaluate(program, scope)
        except Exception:  # the snapshot of the same capture tells why
            continue


def _is_definition(plan: Plan, tap: Tap) -> bool:
    """Whether the code is that of the tap's definition and not of another of the same name."""
    if plan.qualname == "<module>" or plan.mapping is not None:
        return True
    return plan.code.co_firstlineno <= tap.definition_line <= _last_line(plan.code)


def _last_line(code: CodeType) -> int:
    return max((line for _, _, line in code.co_lines() if line), default=code.co_firstlineno)
