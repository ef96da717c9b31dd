"""Prose files of the code base as passages: the paragraphs under their section titles."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from callchain.model.errors import CallchainError
from callchain.source.decoding import split_lines
from callchain.source.tree import SourceTree

_HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*#*$")
_UNDERLINE = re.compile(r"""^([=\-~^"'`#*+.:_])\1{2,}\s*$""")
_FENCE = re.compile(r"^\s*(```|~~~)")
_ITEM = re.compile(r"^\s*(?:[-*+]|\d+[.)]|\|)\s*")


class Passage(msgspec.Struct, frozen=True, order=True):
    """A paragraph, list item, table row or code block, with the line it starts on and the section it stands in."""

    path: str
    line: int
    section: str
    text: str


def passages(tree: SourceTree) -> Iterator[Passage]:
    """The passages of all documents, in order of path and line."""
    for path in tree.documents:
        try:
            lines = split_lines(tree.text(path))
        except CallchainError:  # too large or gone since it was listed: a document is never fatal
            continue
        yield from _split(path, lines)


def _split(path: str, lines: list[str]) -> Iterator[Passage]:
    section, start, fenced = "", 0, False
    block: list[str] = []

    def finish() -> Iterator[Passage]:
        text = "\n".join(block).rstrip()
        block.clear()
        if text:
            yield Passage(path, start, section, text)

    for number, line in enumerate(lines, 1):
        fence = bool(_FENCE.match(line))
        title = None if fenced else _title(lines, number)
        if not fenced and (fence or title is not None or not line.strip() or _ITEM.match(line)):
            yield from finish()
        if title is not None:
            section = title or section
        elif fenced or line.strip():
            start = start if block else number
            block.append(line.rstrip())
        if fence and fenced:
            yield from finish()
        fenced ^= fence
    yield from finish()


def _title(lines: list[str], number: int) -> str | None:
    """The section title that line `number` is, an empty text for a title's underline, None for anything else."""
    line = lines[number - 1]
    heading = _HEADING.match(line)
    if heading:
        return heading.group(1)
    following = lines[number] if number < len(lines) else ""
    if line.strip() and not _ITEM.match(line) and _UNDERLINE.match(following) and len(following.rstrip()) >= 3:
        return line.strip()
    previous = lines[number - 2] if number >= 2 else ""
    return "" if _UNDERLINE.match(line) and previous.strip() else None
