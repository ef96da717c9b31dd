"""Risks and open questions, each one a fact of the package."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from callchain.evidence.absences import is_open_question
from callchain.evidence.artefacts import not_written, unreached
from callchain.model.chain import Assumption, StateKey
from callchain.model.graph import BlindSpot
from callchain.model.package import Evidence
from callchain.report.counts import plural
from callchain.report.markdown import anchor, code, listed, text
from callchain.report.names import Names

_MOST_KEYS = 8
_MOST_SUBJECTS = 4
_PARTICULAR = re.compile(r"\s*\([^()]*\)|\d+")
"""What tells one hazard from another of its sort: the files, lines and numbers."""


def risks(evidence: Evidence, names: Names) -> Iterator[str]:
    """What can make the answer wrong, or the chain fail: the gravest first."""
    for refuted in evidence.quality.anchors_refuted:
        yield f"false anchor: {text(refuted)}"
    for run in evidence.runs:
        if run.exit_code or run.ended != "exit":
            yield f"run {code(run.name)} did not end well: {text(run.ended)}, exit code {run.exit_code}"
        for process in run.processes:
            if not process.clean:
                yield f"the recording of process {code(process.name)} of run {code(run.name)} is incomplete"
    yield from _artefact_risks(evidence)
    yield from _state_risks(evidence, names)
    if evidence.provenance.dirty:
        yield "the tree had changes that are not committed; the commit alone does not make this package again"
    if evidence.provenance.skipped:
        paths = listed([code(spot.path) for spot in evidence.provenance.skipped], _MOST_SUBJECTS)
        yield f"{plural(len(evidence.provenance.skipped), 'file')} not read: {paths}"


def _artefact_risks(evidence: Evidence) -> Iterator[str]:
    for artefact in evidence.artefacts:
        missing = not_written(artefact)
        if missing:
            members = ", ".join(_missing(name, evidence) for name in missing)
            place = anchor(artefact.writers[0].path, artefact.writers[0].line) if artefact.writers else ""
            yield f"{code(artefact.name)}: {members} named in the source, not written {place}".rstrip()


def _missing(member: str, evidence: Evidence) -> str:
    """The member, with a word where the runs did not come to what writes it."""
    name = PurePosixPath(member).name
    writers = [artefact for artefact in evidence.artefacts if PurePosixPath(artefact.name).name == name]
    silent = any(unreached(artefact, evidence.effects) for artefact in writers)
    return f"{code(member)} (no run reached the lines that write it)" if silent else code(member)


def _state_risks(evidence: Evidence, names: Names) -> Iterator[str]:
    hazards: dict[tuple[str, str], list[StateKey]] = {}
    for key in evidence.state:
        if key.hazard:
            hazards.setdefault((key.store, _PARTICULAR.sub("", key.hazard)), []).append(key)
    for keys in hazards.values():
        yield _hazard(keys, names)
    changed = {(change.store, change.key) for change in evidence.mutations}
    if changed:
        first = evidence.mutations[0]
        place = anchor(first.path, first.line)
        yield f"{plural(len(changed), 'key')} of global state changed while the chain ran, the first at {place}"


def _hazard(keys: Sequence[StateKey], names: Names) -> str:
    """The first key in full, and the others of its store that are in the same danger by name."""
    first = keys[0]
    others = listed([code(key.key) for key in keys[1:]], _MOST_KEYS)
    more = f"; likewise {others}" if others else ""
    accesses = first.accesses if "`" not in first.hazard else ()
    place = f" {anchor(accesses[0].path, accesses[0].line)}" if accesses else ""
    return f"{code(f'{names.short(first.store)}[{first.key!r}]')}: {text(first.hazard)}{place}{more}"


def open_questions(evidence: Evidence) -> Iterator[str]:
    """Blind spots with their command, contrast gaps, assumptions, and sections that could not be filled."""
    reasons: dict[str, list[BlindSpot]] = {}
    for spot in dict.fromkeys(evidence.blind_spots):
        reasons.setdefault(spot.reason, []).append(spot)
    for reason, spots in reasons.items():
        yield _open(reason, spots)
    yield from _assumed(evidence.assumptions)
    for title in sorted(filter(is_open_question, evidence.absent)):
        yield f"{text(title)}: {text(evidence.absent[title])}"


def _assumed(assumptions: Sequence[Assumption]) -> Iterator[str]:
    """The assumptions, those that differ in their first word alone as one, with the first anchor."""
    alike: dict[str, list[Assumption]] = {}
    for assumption in assumptions:
        alike.setdefault(assumption.text.partition(" ")[2], []).append(assumption)
    for rest, found in alike.items():
        subjects = list(dict.fromkeys(text(assumption.text.partition(" ")[0]) for assumption in found))
        parts = (listed(subjects, _MOST_SUBJECTS), text(rest), code(found[0].anchor))
        yield f"assumed: {' '.join(part for part in parts if part)}"


def _open(reason: str, spots: Sequence[BlindSpot]) -> str:
    """The first place of a reason, how many others there are, and the command for the first."""
    first = spots[0]
    place = f" {anchor(first.path, first.line if first.kind != 'file' else 0)}" if first.path else ""
    more = f" … {len(spots) - 1} more" if len(spots) > 1 else ""
    command = f"; settle with {code(first.command)}" if first.command else ""
    return f"{text(reason)}{place}{more}{command}"
