"""Markdown that target text cannot break out of: escaped prose, code spans, fences, tables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from callchain.report.visible import visible, visible_lines

_SPECIAL = re.compile(r"([\\`*\[\]<>#~$!&])")
_EDGE_UNDERSCORE = re.compile(r"(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])")
_LEADING = re.compile(r"^(\s*)([-+=>]|\d+[.)])")
_SPAN = re.compile(r"(?<![`\\])`([^`]+)`(?!`)")
_RUNS = re.compile(r"`+")


def text(value: str) -> str:
    """Target text as prose: nothing in it is markup, a link or a table's border; `spans` of code stay spans."""
    parts = _SPAN.split(visible(value))
    pieces = [code(part) if index % 2 else _prose(part) for index, part in enumerate(parts)]
    return _LEADING.sub(_escape_leading, "".join(pieces))


def _prose(value: str) -> str:
    escaped = _SPECIAL.sub(r"\\\1", value)
    escaped = _EDGE_UNDERSCORE.sub(r"\\_", escaped)
    return escaped.replace("|", "&#124;").replace("://", "\\://").replace("www.", "www\\.")


def _escape_leading(match: re.Match[str]) -> str:
    return f"{match[1]}{match[2][:-1]}\\{match[2][-1]}"


def code(value: str) -> str:
    """A code span that holds the value whatever backticks are in it; empty for an empty value."""
    plain = visible(value)
    if not plain:
        return ""
    if "\\|" in plain:
        # Readers differ on a backslash before a pipe inside a table; prose has no such doubt.
        return _prose(plain)
    fence = "`" * (max((len(run) for run in _RUNS.findall(plain)), default=0) + 1)
    pad = " " if plain[0] == "`" or plain[-1] == "`" or (plain[0] == plain[-1] == " " and plain.strip()) else ""
    return f"{fence}{pad}{plain}{pad}{fence}"


def block(value: str, language: str = "") -> list[str]:
    """A fenced block, its fence longer than any run of backticks inside."""
    fence = "`" * max(3, max((len(run) for run in _RUNS.findall(value)), default=0) + 1)
    return [f"{fence}{language}", *visible_lines(value), fence]


def anchor(path: str, line: int, end_line: int = 0) -> str:
    """`path:line` or `path:line-line`; empty without a path."""
    if not path:
        return ""
    extent = f"-{end_line}" if end_line > line else ""
    return code(f"{path}:{line}{extent}" if line else path)


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """A table of cells that are Markdown already; their pipes and line ends are made safe."""
    lines = ["| " + " | ".join(header) + " |", "|" + " --- |" * len(header)]
    lines += ["| " + " | ".join(_cell(cell) for cell in row) + " |" for row in rows]
    return lines


def _cell(value: str) -> str:
    return " ".join(value.split("\n")).replace("|", "\\|") or "-"


def listed(parts: Sequence[str], most: int, separator: str = ", ") -> str:
    """The parts joined, at most so many of them, with the number of the others."""
    more = f"{separator}… {len(parts) - most} more" if len(parts) > most else ""
    return separator.join(parts[:most]) + more


def joined(lines: Iterable[str]) -> str:
    """The document: one line end after each line, no run of blank lines, no trailing blanks."""
    body = re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in lines))
    return body.strip("\n") + "\n"
