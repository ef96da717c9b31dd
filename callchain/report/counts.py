"""Counts as they are written everywhere."""

from __future__ import annotations

from collections.abc import Mapping

TIMES = "\N{MULTIPLICATION SIGN}"


def times(count: int) -> str:
    """A number with the sign before it that says how often."""
    return f"{TIMES}{count}"


def verdict(word: str, count: int) -> str:
    """A verdict with how often it was seen; without the count where there is none."""
    return f"{word} {times(count)}" if count else word


def plural(count: int, word: str) -> str:
    """`1 hit`, `2 hits`; a word in -s or -ss takes -es."""
    ending = "" if count == 1 else "es" if word.endswith("s") else "s"
    return f"{count} {word}{ending}"


def totals(counts: Mapping[str, int]) -> str:
    """The counts in their order: `7 confirmed, 1 not run`."""
    return ", ".join(f"{count} {word}" for word, count in counts.items()) or "none"
