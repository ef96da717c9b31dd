"""Captured numbers as pictures: values over the hits, curves inside a value, ranges and histograms of tensors."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from callchain.model.tap import Snapshot, TapResult
from callchain.report.visible import visible

MOST_PLOTS = 8
WIDTH, HEIGHT = 260, 84
_PAD = 6
_FEWEST_POINTS = 3
_DEEPEST = 3


@dataclass(frozen=True)
class Plot:
    """A small picture: a line through `points`, `bars` (x, y, width, height), and what its ends mean."""

    name: str
    caption: str
    low: str
    high: str
    first: str
    last: str
    points: tuple[tuple[float, float], ...] = ()
    bars: tuple[tuple[float, float, float, float], ...] = ()

    @property
    def line(self) -> str:
        """The points as an SVG polyline's attribute."""
        return " ".join(f"{x:g},{y:g}" for x, y in self.points)


def plots_of(tap: TapResult) -> tuple[Plot, ...]:
    """The pictures of a tap, at most `MOST_PLOTS`; numbers that never change give none."""
    return tuple(plot for plot, _ in zip(_plots(tap), range(MOST_PLOTS), strict=False))


def _plots(tap: TapResult) -> Iterator[Plot]:
    over_hits: dict[str, list[tuple[int, float]]] = {}
    arrays: dict[str, list[tuple[int, Snapshot]]] = {}
    last: dict[str, Snapshot] = {}
    for hit in tap.snapshots:
        for name, value in hit.values.items():
            last[name] = value
            for label, number in _numbers(name, value, _DEEPEST):
                over_hits.setdefault(label, []).append((hit.sequence, number))
            if value.array is not None and not _is_single(value):
                arrays.setdefault(name, []).append((hit.sequence, value))
    for label, values in over_hits.items():
        if len({number for _, number in values}) > 1:
            yield _curve(label, "over the hits", values, "hit")
    for name, value in last.items():
        for label, numbers in _lists(name, value, _DEEPEST):
            yield _curve(label, "in the last hit", list(enumerate(numbers, 1)), "item")
    for name, found in arrays.items():
        yield from _histogram(name, found[-1][1])
        yield from _ranges(name, found)


def _number(value: Snapshot) -> float | None:
    """A number, or the one that an array without dimensions holds, as a loss is."""
    if value.omitted or value.error:
        return None
    return _statistic(value, "mean") if _is_single(value) else _finite(value.value)


def _is_single(value: Snapshot) -> bool:
    return value.array is not None and not value.array.get("shape", (0,))


def _finite(value: object) -> float | None:
    """A number that can be drawn; none of what is no number, infinite, or too large for a float."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def _numbers(label: str, value: Snapshot, depth: int) -> Iterator[tuple[str, float]]:
    """Every single number of a value, with the way to it."""
    number = _number(value)
    if number is not None:
        yield label, number
    for key, inner in (value.fields or ()) if depth else ():
        yield from _numbers(f"{label}.{key}", inner, depth - 1)


def _lists(label: str, value: Snapshot, depth: int) -> Iterator[tuple[str, list[float]]]:
    """Every list of numbers in a value: what a training leaves as its history."""
    numbers = [_number(item) for item in value.items or ()]
    if len(numbers) >= _FEWEST_POINTS and None not in numbers:
        yield label, [number for number in numbers if number is not None]
    for key, inner in (value.fields or ()) if depth else ():
        yield from _lists(f"{label}.{key}", inner, depth - 1)


def _scale(numbers: Sequence[float], start: float, end: float) -> list[float]:
    low, high = min(numbers), max(numbers)
    # Divided before they are taken apart, since the span of two large numbers may be infinite.
    span = high / 2 - low / 2
    return [round(start + (end - start) * ((n / 2 - low / 2) / span if span else 0.5), 1) for n in numbers]


def _curve(label: str, caption: str, values: Sequence[tuple[int, float]], unit: str) -> Plot:
    places, numbers = [float(place) for place, _ in values], [number for _, number in values]
    xs, ys = _scale(places, _PAD, WIDTH - _PAD), _scale(numbers, HEIGHT - _PAD, _PAD)
    ends = (f"{unit} {values[0][0]}", f"{unit} {values[-1][0]}")
    points = tuple(zip(xs, ys, strict=True))
    return Plot(visible(label), caption, _text(min(numbers)), _text(max(numbers)), *ends, points)


def _text(number: float) -> str:
    return f"{number:.4g}"


def _statistic(value: Snapshot, key: str) -> float | None:
    return _finite((value.array or {}).get(key))


def _histogram(name: str, value: Snapshot) -> Iterator[Plot]:
    """The counts of equal steps from the least to the greatest value, where a recording has them."""
    counts = (value.array or {}).get("histogram")
    low, high = _statistic(value, "min"), _statistic(value, "max")
    if type(counts) is not list or not counts or low is None or high is None:
        return
    if not all(type(count) is int and count >= 0 for count in counts):
        return
    width, most = (WIDTH - 2 * _PAD) / len(counts), max(max(counts), 1)
    heights = [round((HEIGHT - 2 * _PAD) * count / most, 1) for count in counts]
    bars = tuple(
        (round(_PAD + number * width, 1), round(HEIGHT - _PAD - height, 1), round(width - 1, 1), height)
        for number, height in enumerate(heights)
    )
    yield Plot(visible(name), "histogram, last hit", "0", f"{most} values", _text(low), _text(high), bars=bars)


def _ranges(name: str, found: Sequence[tuple[int, Snapshot]]) -> Iterator[Plot]:
    """From the least to the greatest value of a tensor at each hit, its mean as the line."""
    rows = [
        (hit, low, high, mean)
        for hit, value in found
        if (low := _statistic(value, "min")) is not None
        and (high := _statistic(value, "max")) is not None
        and (mean := _statistic(value, "mean")) is not None
    ]
    if len(rows) < 2 or len({row[1:] for row in rows}) < 2:
        return
    numbers = [number for _, low, high, mean in rows for number in (low, high, mean)]
    ys = _scale(numbers, HEIGHT - _PAD, _PAD)
    step = (WIDTH - 2 * _PAD) / len(rows)
    width = round(max(1.0, step * 0.5), 1)
    bars, points = [], []
    for number in range(len(rows)):
        low, high, mean = ys[3 * number : 3 * number + 3]
        left = round(_PAD + number * step + step * 0.25, 1)
        bars.append((left, high, width, round(max(low - high, 1.0), 1)))
        points.append((round(left + width / 2, 1), mean))
    ends = (f"hit {rows[0][0]}", f"hit {rows[-1][0]}")
    caption = "least to greatest, mean as the line"
    yield Plot(visible(name), caption, _text(min(numbers)), _text(max(numbers)), *ends, tuple(points), tuple(bars))
