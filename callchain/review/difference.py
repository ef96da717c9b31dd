"""A difference between two packages, and how the whole comparison is kept and printed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import msgspec

ASPECTS = ("edge", "order", "constant", "code", "state", "effect", "artefact", "tap", "mutation", "count")


class Difference(msgspec.Struct, frozen=True):
    """Something that one package says and the other does not, or says otherwise."""

    aspect: str
    """`edge`, `order`, `constant`, `code`, `state`, `effect`, `artefact`, `tap`, `mutation` or `count`."""
    what: str
    a: str
    """What the first package says; empty where it says nothing."""
    b: str
    a_anchor: str = ""
    b_anchor: str = ""
    level: str = "source"
    """`source`: it can be read in the code; `follows`: it was seen in a run, or hangs on another difference."""
    position: int = -1
    """Where in the first package's execution it shows first, counted in calls; -1 where that is not known."""


class Comparison(msgspec.Struct, frozen=True):
    """Two packages side by side."""

    a: str
    b: str
    differences: tuple[Difference, ...]
    first: Difference | None = None
    """The first divergence in execution order; where the taps look at other functions in either, the first tap."""
    first_tap: Difference | None = None
    """The first tap, in execution order, whose values differ by more than the tolerance."""

    @property
    def same(self) -> bool:
        """Whether nothing differs."""
        return not self.differences


def as_json(comparison: Comparison) -> bytes:
    """The comparison as JSON."""
    return msgspec.json.format(msgspec.json.encode(comparison), indent=2) + b"\n"


def as_markdown(comparison: Comparison) -> str:
    """The comparison as a page: the first divergence, then what differs in the source, then what follows."""
    lines = [f"# {_plain(comparison.a)} against {_plain(comparison.b)}", ""]
    if comparison.same:
        return "\n".join([*lines, "Nothing differs.", ""])
    if comparison.first is not None:
        lines += ["## First divergence", "", *_told(comparison.first), ""]
    if comparison.first_tap is not None and comparison.first_tap != comparison.first:
        lines += ["## First diverging tap", "", *_told(comparison.first_tap), ""]
    for level, title in (("source", "What differs in the source"), ("follows", "What was seen to follow")):
        found = [each for each in comparison.differences if each.level == level]
        if found:
            lines += [f"## {title}", "", *_table(found), ""]
    counts = Counter(each.aspect for each in comparison.differences)
    lines += [", ".join(f"{counts[aspect]} {aspect}" for aspect in ASPECTS if counts[aspect]), ""]
    return "\n".join(lines)


def _told(difference: Difference) -> list[str]:
    return [
        f"**{difference.aspect}** {_plain(difference.what)}",
        "",
        f"- first: {_code(difference.a)} {_code(difference.a_anchor)}".rstrip(),
        f"- second: {_code(difference.b)} {_code(difference.b_anchor)}".rstrip(),
    ]


def _table(found: Sequence[Difference]) -> list[str]:
    rows = ["| Aspect | What | First | Second | Anchors |", "| --- | --- | --- | --- | --- |"]
    for each in found:
        anchors = " / ".join(_code(anchor) for anchor in (each.a_anchor, each.b_anchor) if anchor)
        cells = [each.aspect, _plain(each.what), _code(each.a) or "-", _code(each.b) or "-", anchors or "-"]
        rows.append(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |")
    return rows


def _plain(text: str) -> str:
    shown = "".join(character if character.isprintable() else " " for character in text)
    return shown.replace("<", "&lt;").replace("_", "\\_").replace("*", "\\*").replace("`", "\\`")


def _code(text: str) -> str:
    if not text:
        return ""
    shown = "".join(character if character.isprintable() else " " for character in text)
    fence = "``" if "`" in shown else "`"
    pad = " " if "`" in shown else ""
    return f"{fence}{pad}{shown}{pad}{fence}"
