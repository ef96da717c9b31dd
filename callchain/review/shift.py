"""Where the lines of an old text stand in a new one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from functools import lru_cache


def line_map(old: Sequence[str], new: Sequence[str]) -> Mapping[int, int]:
    """Old line → new line, both from 1, for every line that is still there; moved blocks are found when unique."""
    return _line_map(tuple(old), tuple(new))


def rewritten(old: Sequence[str], new: Sequence[str], line: int) -> range:
    """The new lines put where an old one, from 1, stood; empty where it is still there or left no trace."""
    for tag, first, last, begin, end in _opcodes(tuple(old), tuple(new)):
        if tag == "replace" and first < line <= last:
            return range(begin + 1, end + 1)
    return range(0)


@lru_cache(maxsize=64)
def _opcodes(old: tuple[str, ...], new: tuple[str, ...]) -> tuple[tuple[str, int, int, int, int], ...]:
    return tuple(SequenceMatcher(None, old, new, autojunk=False).get_opcodes())


@lru_cache(maxsize=64)
def _line_map(old: tuple[str, ...], new: tuple[str, ...]) -> Mapping[int, int]:
    found: dict[int, int] = {}
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for block in matcher.get_matching_blocks():
        for offset in range(block.size):
            found[block.a + offset + 1] = block.b + offset + 1
    _alone(found, old, new)
    # What was indented or put into a block is the same line still.
    _alone(found, _stripped(old), _stripped(new))
    return found


def _alone(found: dict[int, int], old: tuple[str, ...], new: tuple[str, ...]) -> None:
    """Add the lines that stand once in either text."""
    for number, text in _unique(old).items():
        there = _places(new).get(text, ()) if text.strip() and number not in found else ()
        if len(there) == 1:
            found[number] = there[0]


def _stripped(lines: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(text.strip() for text in lines)


def _unique(lines: tuple[str, ...]) -> dict[int, str]:
    places = _places(lines)
    return {numbers[0]: text for text, numbers in places.items() if len(numbers) == 1}


@lru_cache(maxsize=64)
def _places(lines: tuple[str, ...]) -> dict[str, tuple[int, ...]]:
    found: dict[str, list[int]] = {}
    for number, text in enumerate(lines, 1):
        found.setdefault(text, []).append(number)
    return {text: tuple(numbers) for text, numbers in found.items()}
