"""All claims of one Markdown text, proved."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from callchain.evidence.sources import structure_of
from callchain.model.symbol import split
from callchain.review.anchor_case import Written
from callchain.review.arrows import Arrow, arrows_of
from callchain.review.binding import Bound, bound_anchors
from callchain.review.claim import FALSE, MOVED, TRUE, UNPROVABLE, Finding, Verdict, as_finding
from callchain.review.markdown import Unit, units_of
from callchain.review.prove_anchor import prove_anchor
from callchain.review.prove_edge import Calls, ends_of, prove_edge
from callchain.review.seen import Seen, claims_on_seen
from callchain.review.subject import Subject

_CLOSE = 12


@dataclass(frozen=True)
class Document:
    """A text under review: its name as it is reported, and its path below the root where it has one."""

    name: str
    text: str
    path: str = ""


def review_document(
    document: Document, calls: Calls, *, first_line: int = 1, seen: Seen | None = None
) -> tuple[Finding, ...]:
    """Every claim of the text with its verdict, in order of lines.

    Args:
        document: the text.
        calls: the code base.
        first_line: the line of the text's file at which it begins, which git is asked about.
        seen: the facts of a package, for counts, values and file lists; without them these are no claims.
    """
    found: set[Finding] = set()
    units = units_of(document.text)
    for number, unit in enumerate(units):
        found |= set(_review_unit(unit, document, calls, first_line - 1))
        if seen is not None:
            found |= set(claims_on_seen(unit, units, number, document.name, seen))
    return tuple(sorted(found, key=lambda each: (each.claim.document_line, each.claim)))


def _review_unit(unit: Unit, document: Document, calls: Calls, offset: int) -> Iterator[Finding]:
    arrows = [(arrow, prove_edge(arrow, calls)) for arrow in arrows_of(unit)]
    for arrow, verdict in arrows:
        if verdict is not None and verdict.verdict == FALSE:
            verdict = _as_of(arrow, verdict, document, calls, offset)
        if verdict is not None:
            yield as_finding(document.name, arrow.line, arrow.text, "edge", verdict)
    for bound in bound_anchors(unit):
        yield _review_anchor(bound, unit, [arrow for arrow, _ in arrows], document, calls, offset)


def _as_of(arrow: Arrow, verdict: Verdict, document: Document, calls: Calls, offset: int) -> Verdict:
    """A call that is not made is refuted only where the caller is what it was when the document spoke of it.

    The text of a commit often tells of the code before it, so the commit before the line's own counts as well.
    """
    subject = calls.subject
    commit = subject.history.written(document.path, arrow.line + offset) if document.path else ""
    if not commit:
        return verdict
    for symbol in ends_of(arrow, subject).callers:
        path, name = split(symbol)
        now = _body(subject.lines(path), name)
        for revision in (commit, f"{commit}^"):
            then = _body(subject.history.lines(revision, path), name)
            if then and then != now:
                return Verdict(UNPROVABLE, verdict.found, f"{name} has changed since this was written")
    return verdict


def _body(lines: tuple[str, ...] | None, qualname: str) -> tuple[str, ...]:
    """The lines of a function in a text of its file; empty where it is not there."""
    found = structure_of("\n".join(lines)).definitions.get(qualname, ()) if lines else ()
    return tuple(line.rstrip() for each in found for line in (lines or ())[each.line - 1 : each.end_line])


def _review_anchor(
    bound: Bound, unit: Unit, arrows: list[Arrow], document: Document, calls: Calls, offset: int
) -> Finding:
    subject = calls.subject
    commit = subject.history.written(document.path, bound.line + offset) if document.path else ""
    written = Written(document.path, commit)
    own = _arrow_of(bound, unit, arrows)
    verdict = _prove_call_site(bound, own, calls) if own else None
    if verdict is None:
        verdict = prove_anchor(_without_name(bound) if own else bound, subject, written)
    return as_finding(document.name, bound.line, bound.cited.text, "anchor", verdict)


def _without_name(bound: Bound) -> Bound:
    """An anchor beside an arrow may be the caller's, the callee's or the call's."""
    name = bound.cited.symbol
    return Bound(bound.cited, bound.line, name, tuple(n for n in (bound.name, *bound.near) if n and n != name))


def _arrow_of(bound: Bound, unit: Unit, arrows: list[Arrow]) -> Arrow | None:
    """The edge that an anchor belongs to: the sole one of its row, or the one that ends right before it."""
    if unit.kind == "row" and len({(arrow.caller, arrow.callee) for arrow in arrows}) == 1:
        return arrows[0]
    if unit.kind == "row":
        return None
    before = [arrow for arrow in arrows if arrow.end and arrow.end <= bound.cited.start]
    if not before:
        return None
    gap = unit.text[before[-1].end : bound.cited.start]
    return (
        before[-1]
        if re.fullmatch(r"[\s`*_()\[\]:,\u2014-]*(?:at|in)?[\s`*_()\[\]]*", gap) and len(gap) <= _CLOSE
        else None
    )


def _prove_call_site(bound: Bound, arrow: Arrow, calls: Calls) -> Verdict | None:
    """An anchor of an edge names the call or the definition of an end; None where the edge is not known."""
    anchor = bound.cited
    subject = calls.subject
    place = subject.place(anchor.path)
    if place.kind != "here" or not anchor.line or anchor.symbol:
        return None
    ends = ends_of(arrow, subject)
    sites = _sites(ends.callers, ends.callees, calls)
    if not sites:
        return None
    last = anchor.end_line or anchor.line
    if any(path == place.path and anchor.line <= line <= last for path, line in sites):
        return Verdict(TRUE, f"{place.path}:{anchor.line}", "the call stands there")
    if any(path == place.path and _same_statement(subject, path, line, anchor.line) for path, line in sites):
        return Verdict(TRUE, f"{place.path}:{anchor.line}", "the statement of the call stands there")
    for symbol in (*ends.callers, *ends.callees):
        for extent in subject.sources.extents(symbol):
            if symbol.startswith(f"{place.path}::") and extent.first_line <= anchor.line <= extent.line:
                return Verdict(TRUE, f"{place.path}:{anchor.line}", f"the definition of {symbol} stands there")
    return _misplaced(bound, sites, place.path)


def _misplaced(bound: Bound, sites: tuple[tuple[str, int], ...], path: str) -> Verdict:
    here = [line for home, line in sites if home == path]
    if here:
        line = min(here, key=lambda number: abs(number - bound.cited.line))
        fix = bound.cited.at(bound.cited.path, line, line)
        return Verdict(MOVED, f"{path}:{line}", "the call does not stand there", fix)
    return Verdict(FALSE, f"{sites[0][0]}:{sites[0][1]}", "the call stands in another file")


def _sites(callers: Iterable[str], callees: Iterable[str], calls: Calls) -> tuple[tuple[str, int], ...]:
    wanted = tuple(callees)
    found = {
        (caller.partition("::")[0], line)
        for caller in callers
        for callee in wanted
        for end in (callee, f"{callee}.__init__")
        for line in calls.lines(caller, end)
    }
    return tuple(sorted(found))


def _same_statement(subject: Subject, path: str, line: int, other: int) -> bool:
    first, last = subject.sources.statement(path, line)
    return first <= other <= last
