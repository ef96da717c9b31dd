"""The recorder in a forked child: one thread is left, and its running calls go on in a tree of their own."""

from __future__ import annotations

import sys
from types import FrameType
from typing import Any

from .calls import Entry, Node, ThreadState
from .recorder import Recorder


def go_on(recorder: Recorder) -> None:
    """Tell anew of all that the parent told in its own segment."""
    state = recorder.state()
    for plan in recorder.namespace.plans():
        plan.forget()
        if plan.symbol >= 0:
            recorder.segment.write(["s", plan.symbol, plan.path, plan.qualname, plan.first_line])
    recorder.threads.announce(state)
    if recorder.taps is not None:
        recorder.taps.after_fork()
    recorder.tree.clear()
    state.root = Node(0, 0)
    _place_again(recorder, state, sys._getframe())


def _place_again(recorder: Recorder, state: ThreadState, frame: FrameType | None) -> None:
    """Give the calls that run in this thread new places."""
    stack: list[tuple[FrameType, Any]] = []
    while frame is not None:
        entry = recorder.running.get(frame)
        if entry is not None:
            stack.append((frame, entry))
        frame = frame.f_back
    recorder.running.clear()
    recorder.running.renumber()
    parent, line = state.root, 0
    for running, entry in reversed(stack):
        node = recorder.tree.new_place(state, parent.number, entry.plan, line, (), parent.depth + 1)
        parent.children[(entry.plan.symbol, line, ())] = node
        if type(entry) is Entry:
            entry.node, entry.base = node, node.base
        recorder.running.put(running, node if entry.plan.plain else entry)
        node.cells[node.at] += 1
        parent, line = node, entry.plan.line_of(running)
