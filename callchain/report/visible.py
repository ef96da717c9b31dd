"""Characters that a reader cannot see, or that change how the rest is read, made visible."""

from __future__ import annotations

import unicodedata

_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def visible(text: str) -> str:
    """The text on one line: control, bidi, zero-width and private characters are written as escapes."""
    return text if text.isascii() and text.isprintable() else "".join(map(_shown, text))


def visible_lines(text: str) -> list[str]:
    """The same for text of several lines: line ends split it, tabs become four spaces."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n").expandtabs(4)
    return [visible(line) for line in plain.split("\n")]


def _shown(character: str) -> str:
    if unicodedata.category(character) not in _HIDDEN:
        return character
    return character.encode("unicode_escape").decode("ascii")
