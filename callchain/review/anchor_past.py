"""What became of an anchor's lines since the document was written."""

from __future__ import annotations

from functools import lru_cache

from callchain.evidence.sources import Structure, structure_of
from callchain.review.anchor_case import Case, fix_home, home_of, shown, shown_at, span_of
from callchain.review.claim import FALSE, MOVED, STALE, TRUE, Verdict
from callchain.review.shift import line_map, rewritten
from callchain.review.standing import mentions


def past_of(case: Case) -> Verdict | None:
    """What became of the lines since the document was written: None where that is not known."""
    commit = case.written.commit
    then = case.subject.history.lines(commit, case.path) if commit else None
    if then is None:
        return None
    if case.bound.name and not _named_then(case, then, case.bound.name):
        earlier = _earlier(case, commit)
        return _since(case, earlier) if earlier is not None else _false_when_written(case)
    if case.end > len(then):
        why = f"the file had {len(then)} lines when this was written"
        return Verdict(FALSE, home_of(case), why, fix_home(case)) if case.end > len(case.lines) else None
    return _since(case, then)


def _since(case: Case, then: tuple[str, ...]) -> Verdict:
    """Where the lines of an earlier text of the file stand now."""
    if not any(text.strip() for text in then[case.line - 1 : case.end]):
        return Verdict(FALSE, home_of(case), "the line was blank when this was written", fix_home(case))
    first, last = _today(case, then)
    if (first, last) == (case.line, case.end):
        why = "the lines stand as they did when this was written"
        return Verdict(TRUE, shown_at(case), why)
    if first and first <= last:
        new = f"{case.path}:{first}" + (f"-{last}" if case.end != case.line else "")
        anchor = case.bound.cited
        why = "the lines have moved since this was written"
        return Verdict(MOVED, new, why, anchor.at(anchor.path, first, last))
    now = _rewritten(case, then)
    if now is not None:
        new = f"{case.path}:{now[0]}" + (f"-{now[1]}" if case.bound.cited.end_line else "")
        anchor = case.bound.cited
        return Verdict(MOVED, new, "the code has changed since this was written", anchor.at(anchor.path, *now))
    return Verdict(STALE, home_of(case), f"gone since this was written: {shown(then[case.line - 1])}")


def _today(case: Case, then: tuple[str, ...]) -> tuple[int, int]:
    """Where the first and the last line stand now, 0 where gone; blank ends go with their neighbours."""
    where = line_map(then, case.lines)
    written = [number for number in range(case.line, case.end + 1) if then[number - 1].strip()]
    first, last = (where.get(number, 0) for number in (written[0], written[-1]))
    before, behind = written[0] - case.line, case.end - written[-1]
    return (max(first - before, 1) if first else 0), (min(last + behind, len(case.lines)) if last else 0)


def _rewritten(case: Case, then: tuple[str, ...]) -> tuple[int, int] | None:
    """Where the name stands in what the lines became: in its definition still, or in the lines put in their place.

    Another use of the name is another matter, however near it stands.
    """
    name = case.bound.name
    if not name:
        return None
    if case.subject.definitions(case.path, name) and _defined_then(case, then):
        return span_of(case)
    uses = [number for number in rewritten(then, case.lines, case.line) if mentions(name, case.lines[number - 1])]
    if not uses:
        return None
    nearest = min(uses, key=lambda number: (abs(number - case.line), number))
    return nearest, min(nearest + case.end - case.line, len(case.lines))


def _defined_then(case: Case, then: tuple[str, ...]) -> bool:
    """Whether the anchor meant the name's definition: it lay in it."""
    if not case.path.endswith((".py", ".pyi")):
        return False
    last = case.bound.name.rpartition(".")[2]
    known = _structure(then).definitions
    return any(
        extent.holds(case.line)
        for qualname, extents in known.items()
        if qualname.rpartition(".")[2] == last
        for extent in extents
    )


def _earlier(case: Case, commit: str) -> tuple[str, ...] | None:
    """An earlier text of the file in which the name stood at the lines, the latest first."""
    for revision in case.subject.history.versions(commit, case.path):
        then = case.subject.history.lines(revision, case.path)
        if then is not None and case.end <= len(then) and _named_then(case, then, case.bound.name):
            return then
    return None


def stood(case: Case, name: str) -> bool:
    """Whether the name stood at the lines when the document was written."""
    then = case.subject.history.lines(case.written.commit, case.path) if case.written.commit else None
    return then is not None and _named_then(case, then, name)


def _named_then(case: Case, then: tuple[str, ...], name: str) -> bool:
    """Whether the name stood at the lines of an earlier text."""
    if case.end > len(then):
        return False
    last = name.rpartition(".")[2]
    python = case.path.endswith((".py", ".pyi"))
    structure = _structure(then) if python else Structure()
    first, end = structure.extent_of(case.line)[0], structure.extent_of(case.end)[1]
    if mentions(name, "\n".join(then[first - 1 : max(end, case.end)])):
        return True
    for qualname, extents in structure.definitions.items():
        for extent in extents:
            if qualname.rpartition(".")[2] == last and extent.holds(case.line):
                return True
            begins = extent.kind == "function" and case.line == case.end == extent.line
            if begins and mentions(name, "\n".join(then[extent.line - 1 : extent.end_line])):
                return True
    return False


@lru_cache(maxsize=256)
def _structure(lines: tuple[str, ...]) -> Structure:
    return structure_of("\n".join(lines))


def _false_when_written(case: Case) -> Verdict:
    why = f"the line neither defines nor uses {case.bound.name}, and did not when this was written"
    return Verdict(FALSE, home_of(case) or shown_at(case), why)
