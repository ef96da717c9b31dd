"""Words that no person and no naming convention made: keys and tokens of no known form."""

from __future__ import annotations

import functools
import itertools
import math
import re
from collections import Counter

_BITS = 3.7
"""Bits a character; 24 random letters and digits have 4.2 on average, names of that length mostly below 3.7."""
_CHANGES = 0.4
"""Changes between capitals, small letters and digits a character; 0.62 in random text, few in words."""


@functools.cache
def candidate() -> re.Pattern[str]:
    """Where such words may stand in a text."""
    return re.compile(r"(?<![A-Za-z0-9+_=/.-])[A-Za-z0-9+_=-]{24,512}(?![A-Za-z0-9+_/.-])")


def looks_random(word: str) -> bool:
    """Whether a word of at least 24 letters and digits has capitals, small letters and digits in no order."""
    kinds = [_kind(letter) for letter in word]
    if {"A", "a", "0"} - set(kinds) or kinds.count("0") < 2:
        return False
    changes = sum(1 for one, other in itertools.pairwise(kinds) if one != other)
    return changes / len(word) >= _CHANGES and _entropy(word) >= _BITS


def _kind(letter: str) -> str:
    return "0" if letter.isdigit() else "A" if letter.isupper() else "a" if letter.islower() else "-"


def _entropy(word: str) -> float:
    return -sum(count / len(word) * math.log2(count / len(word)) for count in Counter(word).values())
