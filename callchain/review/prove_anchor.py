"""The proof of an anchor: its file, its lines, and the name that it is said to hold."""

from __future__ import annotations

import re

from callchain.model.symbol import MODULE
from callchain.review.anchor_case import Case, Written, elsewhere, fix_home, home_of, shown, shown_at
from callchain.review.anchor_past import past_of, stood
from callchain.review.binding import Bound
from callchain.review.claim import FALSE, MOVED, STALE, TRUE, UNPROVABLE, Verdict
from callchain.review.standing import DEFINES, NAMES, SPANS, USED_BELOW, stands
from callchain.review.subject import Place, Subject

_WIDEST = 40
"""A wider range holds almost any name: a mention in it proves little."""
_FEW = 4
"""Lines that hold quoted code by no accident."""


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
        return Verdict(verdict, elsewhere(bound, subject) if place.kind != "outside" else "", place.why)
    found = _prove_at(bound, subject, written, place.path)
    if place.kind == "renamed":
        return _renamed(bound, place, found, subject, written)
    return found


def _renamed(bound: Bound, place: Place, found: Verdict, subject: Subject, written: Written) -> Verdict:
    """A claim on a file that has another name now: at best it moved."""
    if found.verdict in {TRUE, UNPROVABLE}:
        anchor = bound.cited
        new = f"{place.path}:{anchor.line}" if anchor.line else place.path
        return Verdict(MOVED, new, place.why, anchor.at(place.path, anchor.line, anchor.end_line))
    then = subject.history.lines(written.commit, bound.cited.path) if written.commit else None
    stood_there = found.verdict == FALSE and then is not None and not bound.name and bound.cited.line <= len(then)
    verdict = STALE if stood_there else found.verdict
    return Verdict(verdict, found.found, f"{place.why} to {place.path}; {found.why}", found.replacement)


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
    return Verdict(TRUE, shown(then[anchor.line - 1]) if anchor.line else "", f"stands there at {revision[:12]}")


def _prove_at(bound: Bound, subject: Subject, written: Written, path: str) -> Verdict:
    anchor = bound.cited
    lines = subject.lines(path)
    if lines is None:
        return Verdict(UNPROVABLE, "", "the file cannot be read")
    if not anchor.line:
        return _prove_symbol_alone(bound, subject, path)
    case = Case(subject, bound, path, anchor.line, anchor.end_line or anchor.line, lines, written)
    if case.end < case.line:
        return Verdict(FALSE, "", "the range ends before it begins")
    if case.line < 1 or case.end > len(lines):
        return _beyond(case) or Verdict(FALSE, home_of(case), f"the file has {len(lines)} lines", fix_home(case))
    if bound.name:
        return _prove_named(case)
    return _prove_unnamed(case)


def _beyond(case: Case) -> Verdict | None:
    """Lines past the file's end: stale or moved when they were there once."""
    past = past_of(case)
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
    return Verdict(FALSE, elsewhere(bound, subject), f"the file holds no {name}")


# --- an anchor with a name -------------------------------------------------------------------------------------


def _prove_named(case: Case) -> Verdict:
    name = case.bound.name
    how = stands(case.subject, case.path, case.line, case.end, name)
    if how:
        return Verdict(TRUE, shown_at(case), how)
    loose = not case.bound.cited.symbol and (
        any(stands(case.subject, case.path, case.line, case.end, near) for near in case.bound.near)
        or not _is_known(case)
    )
    past = past_of(case)
    if past is not None and past.verdict == TRUE:
        return _as_written(case, loose=loose)
    if past is not None and not loose:
        return past
    if loose:
        return Verdict(UNPROVABLE, shown_at(case), f"what is said of {name} there cannot be checked")
    return _not_there(case)


def _as_written(case: Case, *, loose: bool) -> Verdict:
    """The lines have not changed since the document was written, and the name is not there."""
    if loose:
        return Verdict(UNPROVABLE, shown_at(case), f"the line does not name {case.bound.name}")
    home = home_of(case)
    why = f"the line neither defines nor uses {case.bound.name}, and did not when this was written"
    return Verdict(FALSE, home or shown_at(case), why, fix_home(case))


def _not_there(case: Case) -> Verdict:
    """Without a past the name's present place tells: it moved within the file, or it was never here."""
    name = case.bound.name
    home = home_of(case)
    why = f"the line neither defines nor uses {name}"
    if home and home.rpartition(":")[0] == case.path:
        return Verdict(MOVED, home, why, fix_home(case))
    return Verdict(FALSE, home or shown_at(case), why)


def _is_known(case: Case) -> bool:
    """Whether the name is one of this code base: defined somewhere, or at least used in the file."""
    name = case.bound.name
    last = name.rpartition(".")[2]
    if any(re.search(rf"\b{re.escape(last)}\b", line) for line in case.lines):
        return True
    return bool(case.subject.graph.find(name))


# --- an anchor without a name ----------------------------------------------------------------------------------


def _outweighs(how: str, case: Case, near: str, past: Verdict) -> bool:
    """Whether a name nearby that stands at the lines today says more than that the lines have changed since.

    Lines that moved took what was meant along, unless the name's definition came there meanwhile; lines that
    changed may still be meant where the name stood there all the time.
    """
    if past.verdict == MOVED:
        return how == DEFINES and not stood(case, near)
    return how != USED_BELOW and stood(case, near)


def _in_full(case: Case, near: str) -> bool:
    """A plain word nearby proves nothing, and of a dotted name more than its last part must be there.

    A method that the code base defines is called on an object of any name: a telling last part is enough.
    """
    if re.fullmatch(r"[a-z]+\d*", near):
        return False
    if "." not in near or case.subject.definitions(case.path, near):
        return True
    tail, last = ".".join(near.split(".")[-2:]), near.rpartition(".")[2]
    lines = case.lines[case.line - 1 : case.end]
    called = "_" in last.strip("_") and bool(case.subject.graph.find(near))
    return any(tail in line or (called and f".{last}(" in line) for line in lines)


def _said(case: Case, here: list[str]) -> str:
    """How the lines bear out what plain words or quoted code say of them: empty when they do not."""
    for name in case.bound.classes:
        how = stands(case.subject, case.path, case.line, case.end, name)
        if how in {DEFINES, SPANS}:
            return f"{name}: {how}"
    if len(here) > _FEW:
        return ""
    found = (code for code in case.bound.quoted if any(code in " ".join(text.split()) for text in here))
    return next((f"{code}: it stands there" for code in found), "")


def _prove_unnamed(case: Case) -> Verdict:
    past = past_of(case)
    changed = past is not None and past.verdict != TRUE
    for near in case.bound.near:
        how = stands(case.subject, case.path, case.line, case.end, near)
        if how == NAMES and (case.end - case.line > _WIDEST or not _in_full(case, near)):
            continue
        if how and (past is None or not changed or _outweighs(how, case, near, past)):
            return Verdict(TRUE, shown_at(case), f"{near}: {how}")
    here = [text for text in case.lines[case.line - 1 : case.end] if text.strip()]
    if past is not None and past.verdict != TRUE:
        return past
    said = _said(case, here)
    if said:
        return Verdict(TRUE, shown_at(case), said)
    if not here:
        return Verdict(FALSE, "", "nothing stands there: the line is blank")
    unchanged = "; the lines stand as they did when this was written" if past is not None else ""
    why = f"the text names nothing that the lines could be checked for{unchanged}"
    return Verdict(UNPROVABLE, shown(here[0]), why)
