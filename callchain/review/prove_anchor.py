"""The proof of an anchor: its file, its lines, and the name that it is said to hold."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from callchain.evidence.sources import Extent, Structure, structure_of
from callchain.model.symbol import MODULE, last_name, split
from callchain.review.binding import Bound
from callchain.review.claim import FALSE, MOVED, STALE, TRUE, UNPROVABLE, Verdict
from callchain.review.shift import line_map
from callchain.review.subject import Place, Subject

_WORD = re.compile(r"\w+")
_LONGEST_SHOWN = 100
_WIDEST = 40
"""A wider range holds almost any name: a mention in it proves little."""


@dataclass(frozen=True)
class Written:
    """Where and when the document says it: path below the root (empty elsewhere) and the commit of the line."""

    document: str = ""
    commit: str = ""


@dataclass(frozen=True)
class _Case:
    subject: Subject
    bound: Bound
    path: str
    line: int
    end: int
    """The last line, the first where one is named."""
    lines: tuple[str, ...]
    written: Written


def prove_anchor(bound: Bound, subject: Subject, written: Written) -> Verdict:
    """The verdict on one anchor of a document."""
    anchor = bound.cited
    if anchor.revision:
        return _prove_permalink(bound, subject)
    place = subject.place(anchor.path, written.document)
    if place.kind == "ambiguous":
        return _prove_ambiguous(bound, subject, written, place)
    if place.kind in {"outside", "missing", "deleted"}:
        verdict = {"outside": UNPROVABLE, "missing": FALSE, "deleted": STALE}[place.kind]
        return Verdict(verdict, _elsewhere(bound, subject) if place.kind != "outside" else "", place.why)
    found = _prove_at(bound, subject, written, place.path)
    if place.kind == "renamed":
        return _renamed(bound, place, found)
    return found


def _renamed(bound: Bound, place: Place, found: Verdict) -> Verdict:
    """A claim on a file that has another name now: at best it moved."""
    if found.verdict in {TRUE, UNPROVABLE}:
        anchor = bound.cited
        new = f"{place.path}:{anchor.line}" if anchor.line else place.path
        return Verdict(MOVED, new, place.why, anchor.at(place.path, anchor.line, anchor.end_line))
    return Verdict(found.verdict, found.found, f"{place.why} to {place.path}; {found.why}", found.replacement)


def _prove_ambiguous(bound: Bound, subject: Subject, written: Written, place: Place) -> Verdict:
    """True when one of the files bears the claim out; refuted when none can."""
    verdicts = [(path, _prove_at(bound, subject, written, path)) for path in place.others]
    for path, verdict in verdicts:
        if verdict.verdict == TRUE:
            return Verdict(TRUE, f"{path}:{bound.cited.line}", "one of the files of that name bears it out")
    name = bound.name
    homes = [verdict for path, verdict in verdicts if name and subject.definitions(path, name)]
    if len(homes) == 1:
        return homes[0]
    if all(verdict.verdict == FALSE for _, verdict in verdicts):
        return Verdict(FALSE, verdicts[0][1].found, f"none of the {len(verdicts)} files of that name bears it out")
    return Verdict(UNPROVABLE, ", ".join(place.others[:4]), f"{place.why}; none of them bears it out for sure")


def _prove_permalink(bound: Bound, subject: Subject) -> Verdict:
    """A link to a commit shows that commit for ever; it is compared with what stands here now."""
    anchor = bound.cited
    revision = anchor.revision
    if not subject.history.resolves(revision):
        return Verdict(UNPROVABLE, "", f"the revision {revision} is not in this repository")
    then = subject.history.lines(revision, anchor.path)
    if then is None:
        return Verdict(FALSE, "", f"the commit {revision[:12]} holds no such file")
    if anchor.line > len(then) or anchor.end_line > len(then):
        return Verdict(FALSE, "", f"at {revision[:12]} the file has {len(then)} lines")
    return Verdict(TRUE, _shown(then[anchor.line - 1]) if anchor.line else "", f"stands there at {revision[:12]}")


def _prove_at(bound: Bound, subject: Subject, written: Written, path: str) -> Verdict:
    anchor = bound.cited
    lines = subject.lines(path)
    if lines is None:
        return Verdict(UNPROVABLE, "", "the file cannot be read")
    if not anchor.line:
        return _prove_symbol_alone(bound, subject, path)
    case = _Case(subject, bound, path, anchor.line, anchor.end_line or anchor.line, lines, written)
    if case.end < case.line:
        return Verdict(FALSE, "", "the range ends before it begins")
    if case.line < 1 or case.end > len(lines):
        return _beyond(case) or Verdict(FALSE, _home(case), f"the file has {len(lines)} lines", _fix_home(case))
    if bound.name:
        return _prove_named(case)
    return _prove_unnamed(case)


def _beyond(case: _Case) -> Verdict | None:
    """Lines past the file's end: stale or moved when they were there once."""
    past = _past(case)
    return past if past is not None and past.verdict in {MOVED, STALE} else None


def _prove_symbol_alone(bound: Bound, subject: Subject, path: str) -> Verdict:
    name = bound.cited.symbol
    if not path.endswith((".py", ".pyi")):
        return Verdict(UNPROVABLE, "", "no Python file")
    here = subject.definitions(path, name)
    if here:
        return Verdict(TRUE, f"{path}:{here[0][1].line}", "defined there")
    if name == MODULE:
        return Verdict(TRUE, f"{path}:1", "it is the module's own code")
    last = name.rpartition(".")[2]
    if any(re.search(rf"\b{re.escape(last)}\b", line) for line in subject.lines(path) or ()):
        return Verdict(UNPROVABLE, "", f"{name} is named in the file, not defined there as a function or class")
    return Verdict(FALSE, _elsewhere(bound, subject), f"the file holds no {name}")


# --- an anchor with a name -------------------------------------------------------------------------------------


def _prove_named(case: _Case) -> Verdict:
    name = case.bound.name
    how = stands(case.subject, case.path, case.line, case.end, name)
    if how:
        return Verdict(TRUE, _shown_at(case), how)
    loose = not case.bound.cited.symbol and (
        any(stands(case.subject, case.path, case.line, case.end, near) for near in case.bound.near)
        or not _is_known(case)
    )
    past = _past(case)
    if past is not None and past.verdict == TRUE:
        return _as_written(case, loose=loose)
    if past is not None and not loose:
        return past
    if loose:
        return Verdict(UNPROVABLE, _shown_at(case), f"what is said of {name} there cannot be checked")
    return _not_there(case)


def _as_written(case: _Case, *, loose: bool) -> Verdict:
    """The lines have not changed since the document was written, and the name is not there."""
    if loose:
        return Verdict(UNPROVABLE, _shown_at(case), f"the line does not name {case.bound.name}")
    home = _home(case)
    why = f"the line neither defines nor uses {case.bound.name}, and did not when this was written"
    return Verdict(FALSE, home or _shown_at(case), why, _fix_home(case))


def _not_there(case: _Case) -> Verdict:
    """Without a past the name's present place tells: it moved within the file, or it was never here."""
    name = case.bound.name
    home = _home(case)
    why = f"the line neither defines nor uses {name}"
    if home and home.rpartition(":")[0] == case.path:
        return Verdict(MOVED, home, why, _fix_home(case))
    return Verdict(FALSE, home or _shown_at(case), why)


def _is_known(case: _Case) -> bool:
    """Whether the name is one of this code base: defined somewhere, or at least used in the file."""
    name = case.bound.name
    last = name.rpartition(".")[2]
    if any(re.search(rf"\b{re.escape(last)}\b", line) for line in case.lines):
        return True
    return bool(case.subject.graph.find(name))


def stands(subject: Subject, path: str, line: int, end: int, name: str) -> str:
    """How a name stands at lines of a file: empty when it does not."""
    if name == MODULE:
        return "it is the module's own code"
    here = subject.definitions(path, name)
    for _, extent in here:
        if line == end and extent.holds(line):
            return "it is the definition" if line == extent.line else "it lies in the definition"
        if line != end and _covers(extent, line, end):
            return "the range is of the definition"
    text = _text_at(subject, path, line, end)
    last = name.rpartition(".")[2]
    if last in _WORD.findall(text) and not _is_other(subject, path, line, end, name, here):
        return "the line names it"
    if not here and line == end and _used_by_definition_at(subject, path, line, last):
        return "the definition that begins there uses it"
    return ""


def _used_by_definition_at(subject: Subject, path: str, line: int, word: str) -> bool:
    """An anchor at a `def` line may mean what the function does with a name."""
    lines = subject.lines(path) or ()
    for extents in subject.sources.structure(path).definitions.values():
        for extent in extents:
            if line == extent.line and extent.kind == "function":
                return word in _WORD.findall("\n".join(lines[extent.line - 1 : extent.end_line]))
    return False


def _covers(extent: Extent, line: int, end: int) -> bool:
    begins = line <= extent.line <= end
    return begins or (extent.first_line <= line and end <= extent.end_line)


def _is_other(
    subject: Subject, path: str, line: int, end: int, name: str, here: tuple[tuple[str, Extent], ...]
) -> bool:
    """Whether the line is the head of a definition that only shares the last part of a dotted name."""
    if "." not in name or here:
        return False
    last = name.rpartition(".")[2]
    known = subject.sources.structure(path).definitions
    heads = [
        q for q, extents in known.items() if q.rpartition(".")[2] == last for e in extents if line <= e.line <= end
    ]
    return bool(heads) and bool(subject.graph.find(name))


def _text_at(subject: Subject, path: str, line: int, end: int) -> str:
    lines = subject.lines(path) or ()
    first, last = line, end
    if path.endswith((".py", ".pyi")):
        first = min(first, subject.sources.statement(path, line)[0])
        last = max(last, subject.sources.statement(path, end)[1])
    return "\n".join(lines[first - 1 : last])


# --- an anchor without a name ----------------------------------------------------------------------------------


def _prove_unnamed(case: _Case) -> Verdict:
    for near in case.bound.near:
        how = stands(case.subject, case.path, case.line, case.end, near)
        if how and (case.end - case.line <= _WIDEST or how != "the line names it"):
            return Verdict(TRUE, _shown_at(case), f"{near}: {how}")
    past = _past(case)
    here = [text for text in case.lines[case.line - 1 : case.end] if text.strip()]
    if past is not None and past.verdict != TRUE:
        return past
    if not here:
        return Verdict(FALSE, "", "nothing stands there: the line is blank")
    unchanged = "; the lines stand as they did when this was written" if past is not None else ""
    why = f"the text names nothing that the lines could be checked for{unchanged}"
    return Verdict(UNPROVABLE, _shown(here[0]), why)


# --- the past --------------------------------------------------------------------------------------------------


def _past(case: _Case) -> Verdict | None:
    """What became of the lines since the document was written: None where that is not known."""
    commit = case.written.commit
    then = case.subject.history.lines(commit, case.path) if commit else None
    if then is None:
        return None
    if case.bound.name and not _named_then(case, then):
        earlier = _earlier(case, commit)
        return _since(case, earlier) if earlier is not None else _false_when_written(case)
    if case.end > len(then):
        why = f"the file had {len(then)} lines when this was written"
        return Verdict(FALSE, _home(case), why, _fix_home(case)) if case.end > len(case.lines) else None
    return _since(case, then)


def _since(case: _Case, then: tuple[str, ...]) -> Verdict:
    """Where the lines of an earlier text of the file stand now."""
    where = line_map(then, case.lines)
    first, last = where.get(case.line, 0), where.get(case.end, 0)
    if (first, last) == (case.line, case.end):
        why = "the lines stand as they did when this was written"
        return Verdict(TRUE, _shown_at(case), why)
    if first and first <= last:
        new = f"{case.path}:{first}" + (f"-{last}" if case.end != case.line else "")
        anchor = case.bound.cited
        why = "the lines have moved since this was written"
        return Verdict(MOVED, new, why, anchor.at(anchor.path, first, last))
    home = _home(case)
    if home and home.rpartition(":")[0] == case.path:
        return Verdict(MOVED, home, "the code has changed since this was written", _fix_home(case))
    return Verdict(STALE, home, f"gone since this was written: {_shown(then[case.line - 1])}")


def _earlier(case: _Case, commit: str) -> tuple[str, ...] | None:
    """An earlier text of the file in which the name stood at the lines, the latest first."""
    for revision in case.subject.history.versions(commit, case.path):
        then = case.subject.history.lines(revision, case.path)
        if then is not None and case.end <= len(then) and _named_then(case, then):
            return then
    return None


def _named_then(case: _Case, then: tuple[str, ...]) -> bool:
    """Whether the name stood at the lines of an earlier text."""
    if case.end > len(then):
        return False
    last = case.bound.name.rpartition(".")[2]
    python = case.path.endswith((".py", ".pyi"))
    structure = _structure(then) if python else Structure()
    first, end = structure.extent_of(case.line)[0], structure.extent_of(case.end)[1]
    if last in _WORD.findall("\n".join(then[first - 1 : max(end, case.end)])):
        return True
    for qualname, extents in structure.definitions.items():
        for extent in extents:
            if qualname.rpartition(".")[2] == last and extent.holds(case.line):
                return True
            begins = extent.kind == "function" and case.line == case.end == extent.line
            if begins and last in _WORD.findall("\n".join(then[extent.line - 1 : extent.end_line])):
                return True
    return False


@lru_cache(maxsize=256)
def _structure(lines: tuple[str, ...]) -> Structure:
    return structure_of("\n".join(lines))


def _false_when_written(case: _Case) -> Verdict:
    why = f"the line neither defines nor uses {case.bound.name}, and did not when this was written"
    return Verdict(FALSE, _home(case) or _shown_at(case), why)


# --- what is there instead -------------------------------------------------------------------------------------


def _home(case: _Case) -> str:
    """Where the name really stands: in this file, else in another one; empty when nowhere."""
    span = _span(case)
    if span is not None:
        first, last = span
        return f"{case.path}:{first}" + (f"-{last}" if case.bound.cited.end_line else "")
    return _elsewhere(case.bound, case.subject)


def _span(case: _Case) -> tuple[int, int] | None:
    name = case.bound.name
    if not name:
        return None
    here = case.subject.definitions(case.path, name)
    if here:
        extent = min((extent for _, extent in here), key=lambda e: abs(e.line - case.line))
        return extent.line, extent.end_line
    last = name.rpartition(".")[2]
    uses = [number for number, text in enumerate(case.lines, 1) if last in _WORD.findall(text)]
    if not uses:
        return None
    nearest = min(uses, key=lambda number: (abs(number - case.line), number))
    return nearest, nearest + case.end - case.line


def _fix_home(case: _Case) -> str:
    span = _span(case)
    anchor = case.bound.cited
    return anchor.at(anchor.path, *span) if span is not None else ""


def _elsewhere(bound: Bound, subject: Subject) -> str:
    for symbol in subject.graph.find(bound.name)[:1] if bound.name else ():
        path, _ = split(symbol)
        definition = subject.graph.definitions.get(symbol)
        if definition is not None and last_name(symbol):
            return f"{path}:{definition.line}"
    return ""


def _shown_at(case: _Case) -> str:
    return _shown(case.lines[case.line - 1]) if 1 <= case.line <= len(case.lines) else ""


def _shown(line: str) -> str:
    text = " ".join(line.split())
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}\u2026"
