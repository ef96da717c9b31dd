"""Where a call stands in the tree: the nearest recorded call below it, and what lies between."""

from __future__ import annotations

from types import FrameType
from typing import TYPE_CHECKING, Any

from .calls import Node
from .outside import outermost_first, package_into
from .plan import FOLDED, Plan

if TYPE_CHECKING:
    from .recorder import Recorder

MAX_WALK = 3000
"""Frames that are looked at below one."""


class Places:
    """The places of calls.

    Args:
        recorder: knows what runs, and the plans of the frames below.
    """

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._running = recorder.running

    def running_at(self, frame: FrameType | None) -> Any:
        """The nearest recorded call at or below a frame."""
        for _ in range(MAX_WALK):
            if frame is None:
                return None
            entry = self._running.get(frame)
            if entry is not None:
                return entry
            frame = frame.f_back
        return None

    def of(self, frame: FrameType, plan: Plan) -> tuple[Node, bool]:
        """The place of a call, and whether it holds for all calls from the same frames and instructions."""
        back = frame.f_back
        caller = None if back is None else self._running.get(back)
        if caller is None or back is None:
            return self._through_outside(frame, plan)
        key = caller.base + back.f_lasti
        node = plan.places.get(key)
        if node is not None:
            return node, True
        recorder = self._recorder
        line = caller.plan.line_of(back)
        node = recorder.tree.place(recorder.state(), caller.node, plan, line, (), caller)
        lasting = node.depth == caller.node.depth + 1  # each place that was given up is counted
        if lasting:
            plan.places[key] = node
        return node, lasting

    def _through_outside(self, frame: FrameType, plan: Plan) -> tuple[Node, bool]:
        """The place of a call that outside code makes, or nobody."""
        state = self._recorder.state()
        caller, line, via = self._caller(frame)
        parent = caller.node if caller else state.root
        node = self._recorder.tree.place(state, parent, plan, line, via, caller)
        return node, node.depth == parent.depth + 1

    def _caller(self, frame: FrameType) -> tuple[Any, int, tuple[str, ...]]:
        """The nearest running call below `frame`, its line, and the outside packages between them."""
        line = 0
        packages: list[str] = []
        namespace = self._recorder.namespace
        back, outside = frame.f_back, namespace.outside
        for _ in range(MAX_WALK):
            if back is None:
                break
            entry = self._running.get(back)
            if entry is not None:
                return entry, line or entry.plan.line_of(back), outermost_first(packages)
            plan_back = None if back.f_code.co_filename in outside else self._recorder.plan_of(back)
            if plan_back is None:
                package_into(packages, back, namespace)
            elif plan_back.kind == FOLDED:
                line = line or plan_back.line_of(back)
            back = back.f_back
        return None, 0, outermost_first(packages)
