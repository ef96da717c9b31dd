"""Counts by verdict as shares of a bar."""

from __future__ import annotations

from collections.abc import Mapping

from callchain.model.package import Quality

Part = tuple[str, int, float, float]
"""Word, count, start and width in per cent."""


def shares_of(quality: Quality) -> tuple[tuple[str, int, tuple[Part, ...]], ...]:
    """Title, total and parts for edges, taps and expectations."""
    named = (("Edges", quality.edges), ("Taps", quality.taps), ("Expectations", quality.expectations))
    return tuple((title, sum(counts.values()), _parts(counts)) for title, counts in named)


def _parts(counts: Mapping[str, int]) -> tuple[Part, ...]:
    total = sum(counts.values())
    parts, start = [], 0.0
    for word, count in counts.items():
        width = 100 * count / total if total else 0.0
        parts.append((word, count, round(start, 2), round(width, 2)))
        start += width
    return tuple(parts)
