"""Two snapshots compared: numbers within a tolerance, arrays by shape, dtype and statistics."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from callchain.model.tap import Snapshot

_EXACT = ("shape", "dtype", "nan")
_STATISTICS = ("min", "max", "mean", "std")
_UNDEFINED = ("digest", "sampled", "histogram")


Place = tuple[str, str, str]
"""Where two values differ, and both as text."""


@dataclass(frozen=True)
class Tolerance:
    """Two numbers agree when they differ by at most `absolute`, or by `relative` of the larger one."""

    absolute: float = 0.0
    relative: float = 1e-9

    def agree(self, one: Any, other: Any) -> bool:
        """Whether two plain values are the same within the tolerance; NaN agrees with NaN."""
        if isinstance(one, bool) or isinstance(other, bool):
            return one is other
        if isinstance(one, int | float) and isinstance(other, int | float):
            if math.isnan(one) or math.isnan(other):
                return math.isnan(one) and math.isnan(other)
            return math.isclose(one, other, rel_tol=self.relative, abs_tol=self.absolute)
        return bool(one == other)


def disagreements(
    one: Snapshot, other: Snapshot, tolerance: Tolerance, name: str
) -> Iterator[tuple[str, str, str]]:
    """Each place where two snapshots differ: its name, and both values as text."""
    if one.array is not None and other.array is not None:
        yield from _arrays(one.array, other.array, tolerance, name)
    elif one.items is not None and other.items is not None:
        yield from _items(one, other, tolerance, name)
    elif one.fields is not None and other.fields is not None:
        yield from _fields(one, other, tolerance, name)
    elif not _same(one, other, tolerance):
        yield name, shown(one), shown(other)


def _same(one: Snapshot, other: Snapshot, tolerance: Tolerance) -> bool:
    kinds = {one.type, other.type}
    if one.type != other.type and not kinds <= {"int", "float"}:
        return False
    if (one.omitted, one.error, one.length) != (other.omitted, other.error, other.length):
        return False
    shapes = [(s.array is None, s.items is None, s.fields is None) for s in (one, other)]
    return shapes[0] == shapes[1] and tolerance.agree(one.value, other.value)


def _arrays(
    one: dict[str, Any], other: dict[str, Any], tolerance: Tolerance, name: str
) -> Iterator[tuple[str, str, str]]:
    for key in _EXACT:
        if one.get(key) != other.get(key):
            yield f"{name}.{key}", str(one.get(key)), str(other.get(key))
    told = False
    for key in _STATISTICS:
        if key in one and key in other and not tolerance.agree(one[key], other[key]):
            told = True
            yield f"{name}.{key}", str(one[key]), str(other[key])
    exact = tolerance.absolute == 0 and tolerance.relative <= 1e-9
    if exact and not told and one.get("digest") != other.get("digest"):
        yield f"{name}.digest", str(one.get("digest")), str(other.get("digest"))


def _items(one: Snapshot, other: Snapshot, tolerance: Tolerance, name: str) -> Iterator[Place]:
    if one.length != other.length:
        yield f"len({name})", str(one.length), str(other.length)
    for number, (a, b) in enumerate(zip(one.items or (), other.items or (), strict=False)):
        yield from disagreements(a, b, tolerance, f"{name}[{number}]")


def _fields(one: Snapshot, other: Snapshot, tolerance: Tolerance, name: str) -> Iterator[Place]:
    ours, theirs = dict(one.fields or ()), dict(other.fields or ())
    for key in [*ours, *(key for key in theirs if key not in ours)]:
        if key in ours and key in theirs:
            yield from disagreements(ours[key], theirs[key], tolerance, f"{name}[{key}]")
        else:
            yield f"{name}[{key}]", shown(ours.get(key)), shown(theirs.get(key))


def shown(snapshot: Snapshot | None) -> str:
    """A snapshot in a few words."""
    if snapshot is None:
        return "(absent)"
    if snapshot.error:
        return f"error: {snapshot.error}"
    if snapshot.array is not None:
        facts = ", ".join(f"{k}={v}" for k, v in snapshot.array.items() if k not in _UNDEFINED)
        return f"{snapshot.type}({facts})"
    if snapshot.items is not None:
        return f"{snapshot.type} of {snapshot.length}"
    if snapshot.fields is not None:
        return f"{snapshot.type} with {len(snapshot.fields)} fields"
    return repr(snapshot.value) if snapshot.type in {"bool", "int", "float", "str", "NoneType"} else snapshot.type
