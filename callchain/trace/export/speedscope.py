"""The file format of speedscope.app: one profile a thread, weighted by calls.

Format: https://www.speedscope.app/file-format-schema.json, profiles of type `sampled` with the unit `none`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from callchain._version import __version__
from callchain.trace.export.recordings import Run
from callchain.trace.export.rows import name_of
from callchain.trace.segments import NodeRow, SegmentData

SCHEMA = "https://www.speedscope.app/file-format-schema.json"


class _Frames:
    """The frames that all profiles share, numbered."""

    def __init__(self) -> None:
        self.table: list[dict[str, Any]] = []
        self._numbers: dict[tuple[str, str, int], int] = {}

    def number(self, data: SegmentData, symbol: int) -> int:
        """The number of a function's frame."""
        path, qualname, line = data.symbols.get(symbol, ("", name_of(data, symbol) or "?", 0))
        key = (path, qualname, line)
        if key not in self._numbers:
            self._numbers[key] = len(self.table)
            self.table.append({"name": qualname, "file": path, "line": line})
        return self._numbers[key]


def render(runs: Iterable[Run]) -> str:
    """The whole document."""
    frames = _Frames()
    profiles = [
        _profile(f"{run.name}: process {number}{_role(data)}, {_thread(data, thread)}", data, nodes, frames)
        for run in runs
        for number, data in enumerate(run.processes)
        for thread, nodes in sorted(data.nodes.items())
    ]
    document = {
        "$schema": SCHEMA,
        "exporter": f"callchain {__version__}",
        "name": "calls",
        "activeProfileIndex": 0,
        "shared": {"frames": frames.table},
        "profiles": profiles,
    }
    return json.dumps(document) + "\n"


def _role(data: SegmentData) -> str:
    return f" ({data.role})" if data.role else ""


def _thread(data: SegmentData, number: int) -> str:
    return data.threads.get(number, ("", False))[0] or f"thread {number}"


def _profile(name: str, data: SegmentData, nodes: dict[int, NodeRow], frames: _Frames) -> dict[str, Any]:
    samples = [_stack(data, row, nodes, frames) for row in nodes.values()]
    weights = [row.entered for row in nodes.values()]
    return {
        "type": "sampled",
        "name": name,
        "unit": "none",
        "startValue": 0,
        "endValue": sum(weights),
        "samples": samples,
        "weights": weights,
    }


def _stack(data: SegmentData, row: NodeRow, nodes: dict[int, NodeRow], frames: _Frames) -> list[int]:
    """The frames from the root to a node; a call without a place in the tree stands below its caller alone."""
    found = [frames.number(data, row.symbol)]
    parent = row.parent
    while parent in nodes:
        found.append(frames.number(data, nodes[parent].symbol))
        parent = nodes[parent].parent
    if parent < -1:
        found.append(frames.number(data, -parent - 2))
    return found[::-1]
