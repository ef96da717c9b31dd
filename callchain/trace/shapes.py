"""What the records of a segment look like, so that a damaged one is left out and not taken for another."""

from __future__ import annotations

from typing import Any

import msgspec

from callchain.model.tap import Snapshot


class Head(msgspec.Struct):
    """The first record of a process; what it does not name is not looked at."""

    pid: int = 0
    parent: int = 0
    argv: list[str] = []
    python: str = ""
    engine: str = ""
    reason: str = ""
    implementation: str = ""
    executable: str = ""
    start: int = 0
    clock: int = 0
    node_cells: int = 0


_SHAPES: dict[str, Any] = {
    "head": tuple[Head],
    "t": tuple[int, str, bool],
    "s": tuple[int, str, str, int],
    "n": tuple[int, int, int, int, int, list[str], int],
    "o": tuple[int, str, int],
    "l": tuple[str, int],
    "h": tuple[str, int, int, dict[str, Snapshot], list[str]],
    "k": tuple[str, int],
    "d": tuple[str, int],
    "f": tuple[str, str, str, str, str, str, str, str, int],
    "w": tuple[str, str, str, int, str, Snapshot | None, Snapshot | None],
    "x": tuple[int, int, str, str],
    "q": tuple[int, list[int]],
    "note": tuple[str],
    "ag": tuple[str, str, str],
    "role": tuple[str],
    "v": tuple[dict[str, str]],
    "end": tuple[()],
}


def is_whole(record: list[Any]) -> bool:
    """Whether a record has the parts that its kind has; a kind that is not known is left out."""
    kind, *parts = record
    shape = _SHAPES.get(kind) if isinstance(kind, str) else None
    if shape is None:
        return False
    try:
        msgspec.convert(parts, shape)
    except msgspec.ValidationError:
        return False
    if kind == "n":
        return bool(parts[2] < parts[1])  # a parent is told before its children: no ring
    return kind != "f" or bool(parts[5].isdigit())
