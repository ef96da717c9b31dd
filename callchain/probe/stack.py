"""Frames below a frame, as places of the namespace."""

from __future__ import annotations

from types import FrameType

from .placing import MAX_WALK
from .plan import FOLDED, Plan
from .recorder import Recorder


def place(recorder: Recorder, frame: FrameType | None) -> tuple[Plan, int] | None:
    """The nearest line of the namespace at or below `frame`."""
    line = 0
    for _ in range(MAX_WALK):
        if frame is None:
            return None
        plan = recorder.plan_of(frame)
        if plan is not None:
            line = line or plan.line_of(frame)
            if plan.kind != FOLDED:
                return plan, line
        frame = frame.f_back
    return None


def stack_of(recorder: Recorder, frame: FrameType) -> list[str]:
    """`symbol:line` of the recorded calls below a frame, outermost first."""
    lines: list[str] = []
    back = frame.f_back
    for _ in range(MAX_WALK):
        if back is None:
            break
        entry = recorder.running.get(back)
        if entry is not None:
            lines.append(f"{entry.plan.path}::{entry.plan.qualname}:{entry.plan.line_of(back)}")
        back = back.f_back
    lines.reverse()
    return lines if len(lines) <= 64 else [*lines[:32], f"… {len(lines) - 64} more …", *lines[-32:]]
