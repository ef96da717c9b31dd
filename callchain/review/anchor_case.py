"""An anchor with its file, and where the name beside it really stands."""

from __future__ import annotations

from dataclasses import dataclass

from callchain.model.symbol import last_name, split
from callchain.review.binding import Bound
from callchain.review.standing import mentions
from callchain.review.subject import Subject

_LONGEST_SHOWN = 100


@dataclass(frozen=True)
class Written:
    """Where and when the document says it: path below the root (empty elsewhere) and the commit of the line."""

    document: str = ""
    commit: str = ""


@dataclass(frozen=True)
class Case:
    """An anchor whose file is known; the file's lines are those of today."""

    subject: Subject
    bound: Bound
    path: str
    line: int
    end: int
    """The last line, the first where one is named."""
    lines: tuple[str, ...]
    written: Written


def home_of(case: Case) -> str:
    """Where the name really stands: in this file, else in another one; empty when nowhere."""
    span = span_of(case)
    if span is not None:
        first, last = span
        return f"{case.path}:{first}" + (f"-{last}" if case.bound.cited.end_line else "")
    return elsewhere(case.bound, case.subject)


def span_of(case: Case) -> tuple[int, int] | None:
    """First and last line of what the name means in this file: its definition, else the nearest use."""
    name = case.bound.name
    if not name:
        return None
    here = case.subject.definitions(case.path, name)
    if here:
        extent = min((extent for _, extent in here), key=lambda e: abs(e.line - case.line))
        return extent.line, extent.end_line
    uses = [number for number, text in enumerate(case.lines, 1) if mentions(name, text)]
    if not uses:
        return None
    tail = ".".join(name.split(".")[-2:])
    uses = [number for number in uses if tail in case.lines[number - 1]] or uses
    nearest = min(uses, key=lambda number: (abs(number - case.line), number))
    return nearest, nearest + case.end - case.line


def fix_home(case: Case) -> str:
    """The anchor as it would be right in this file; empty when the name does not stand there."""
    span = span_of(case)
    anchor = case.bound.cited
    return anchor.at(anchor.path, *span) if span is not None else ""


def elsewhere(bound: Bound, subject: Subject) -> str:
    """Where the code base defines the name; empty when nowhere."""
    for symbol in subject.graph.find(bound.name)[:1] if bound.name else ():
        path, _ = split(symbol)
        definition = subject.graph.definitions.get(symbol)
        if definition is not None and last_name(symbol):
            return f"{path}:{definition.line}"
    return ""


def shown_at(case: Case) -> str:
    """What stands at the anchor's first line."""
    return shown(case.lines[case.line - 1]) if 1 <= case.line <= len(case.lines) else ""


def shown(line: str) -> str:
    """A line of code, cut where it is long."""
    text = " ".join(line.split())
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}\u2026"
