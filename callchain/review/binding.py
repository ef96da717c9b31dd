"""Which name an anchor is said to hold: the one in it, the one right beside it, or the one of its table row."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from callchain.review.markdown import Unit
from callchain.review.mention import Cited, Named, cited, code_spans, names_in
from callchain.source.decoding import split_lines

_BEFORE = re.compile(
    r"[\s`*_()\[\]<]*(?:(?:class|function|method|helper|property|fixture|test|constant)\b[\s`*_()\[\]<]*)?"
    r"(?:(?:is\s)?(?:at|in|@|see|defined (?:at|in)|[\u2014\u2013:;,=-])[\s`*_()\[\]<]*)?"
)
_CLOSED = re.compile(r"\)[`*]*\s*[,;]")
"""A name in parentheses belongs to what stands before them."""
_TELLING = 10
"""Characters of quoted code that are no accident."""
_OPERATION = re.compile(r"\w\(.*\w|\s[-+*/=<>!]=?\s\S")
"""More than a name or a path: a call with something in it, or an operator between blanks."""
_HUMP = re.compile(r"[a-z0-9][A-Z]")
"""As in `PackWriter`: a word of prose is not written so."""
_AFTER = re.compile(r"[\s`*_()\[\]>]*(?:[\u2014\u2013:=-]+[\s`*_()\[\]]*)?")


@dataclass(frozen=True)
class Bound:
    """An anchor with the names that may stand for what it holds."""

    cited: Cited
    line: int
    """The document's line."""
    name: str = ""
    """The name that it is said to hold; empty where the text does not bind one to it."""
    near: tuple[str, ...] = ()
    """Other names of the same unit; they can bear the anchor out, never refute it."""
    quoted: tuple[str, ...] = ()
    """Code that the unit quotes, more than a name; lines that hold it to the letter bear the anchor out."""
    classes: tuple[str, ...] = ()
    """Names in plain words that can only be classes; their definition bears the anchor out."""


def bound_anchors(unit: Unit) -> tuple[Bound, ...]:
    """The anchors of a unit with their names."""
    if unit.kind == "code":
        rows = split_lines(unit.text)
        return tuple(
            each for number, row in enumerate(rows) for each in _bound(row, unit.line + number, code=True)
        )
    if unit.kind == "row":
        return _row(unit)
    return _bound(unit.text, unit.line, code=False)


def _bound(text: str, line: int, *, code: bool) -> tuple[Bound, ...]:
    anchors = cited(text)
    if not anchors:
        return ()
    names = [name for name in names_in(text, code=code) if not _inside(name, anchors)]
    found = []
    quoted = () if code else _quoted(text)
    classes = tuple(dict.fromkeys(each.name for each in names if _HUMP.search(each.name) and not _tells(each)))
    for number, anchor in enumerate(anchors):
        name = anchor.symbol or _beside(text, anchors, number, names)
        near = tuple(dict.fromkeys(each.name for each in names if each.name != name and _tells(each)))
        found.append(Bound(anchor, line + text.count("\n", 0, anchor.start), name, near, quoted, classes))
    return tuple(found)


def _tells(name: Named) -> bool:
    """Whether a name nearby can bear an anchor out: written as code, and no word that stands everywhere."""
    return (name.code or "_" in name.name or "." in name.name) and not name.common and len(name.name) > 2


def _quoted(text: str) -> tuple[str, ...]:
    found = [" ".join(content.split()) for _, _, content in code_spans(text)]
    return tuple(each for each in found if len(each) >= _TELLING and _OPERATION.search(each) and not cited(each))


def _inside(name: Named, anchors: Sequence[Cited]) -> bool:
    return any(name.start < anchor.end and anchor.start < name.end for anchor in anchors)


def _beside(text: str, anchors: Sequence[Cited], number: int, names: Sequence[Named]) -> str:
    """The name just before the anchor, else the one just after that belongs to no other anchor."""
    anchor = anchors[number]
    lowest = anchors[number - 1].end if number else 0
    highest = anchors[number + 1].start if number + 1 < len(anchors) else len(text)
    before = [n for n in names if n.code and lowest <= n.start and n.end <= anchor.start]
    gap = text[before[-1].end : anchor.start] if before else ""
    if before and not before[-1].common and _BEFORE.fullmatch(gap) and not _CLOSED.search(gap):
        return before[-1].name
    after = [n for n in names if n.code and anchor.end <= n.start and n.end <= highest]
    if after and not after[0].common and _AFTER.fullmatch(text[anchor.end : after[0].start]):
        follows = text[after[0].end : highest + 1]
        taken = highest < len(text) and _BEFORE.fullmatch(text[after[0].end : highest])
        return "" if taken and follows else after[0].name
    return ""


def _row(unit: Unit) -> tuple[Bound, ...]:
    """In a table the name may stand in a cell of its own, to the left of the anchor's or else to its right."""
    found = []
    sole = [_sole_name(cell) for cell in unit.cells]
    every = tuple(dict.fromkeys(n.name for cell in unit.cells for n in names_in(cell) if _tells(n)))
    for column, cell in enumerate(unit.cells):
        for each in _bound(cell, unit.line, code=False):
            order = [*reversed(sole[:column]), *sole[column + 1 :]]
            name = each.name or (next((n for n in order if n), "") if not _has_words(cell, each) else "")
            near = tuple(other for other in every if other != name)
            found.append(Bound(each.cited, unit.line, name, near, _quoted(unit.text), each.classes))
    return tuple(found)


def _sole_name(cell: str) -> str:
    names = names_in(cell)
    if len(names) != 1 or names[0].common or cited(cell):
        return ""
    rest = cell[: names[0].start] + cell[names[0].end :]
    return "" if re.search(r"\w", rest) else names[0].name


def _has_words(cell: str, bound: Bound) -> bool:
    """Whether the anchor's own cell says more than anchors."""
    for anchor in cited(cell):
        cell = cell.replace(anchor.text, "", 1)
    return bool(re.search(r"\w", cell)) and bool(bound.near)
