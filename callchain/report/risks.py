"""Risks and open questions, each one a fact of the package."""

from __future__ import annotations

from collections.abc import Iterator

from callchain.evidence.artefacts import not_written
from callchain.model.package import Evidence
from callchain.report.counts import plural
from callchain.report.markdown import anchor, code, text
from callchain.report.names import Names


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
        yield f"{plural(len(evidence.provenance.skipped), 'file')} not read"


def _artefact_risks(evidence: Evidence) -> Iterator[str]:
    for artefact in evidence.artefacts:
        missing = not_written(artefact)
        if missing:
            members = ", ".join(code(name) for name in missing)
            yield f"{code(artefact.name)}: {members} named in the source, not written"


def _state_risks(evidence: Evidence, names: Names) -> Iterator[str]:
    for key in evidence.state:
        if key.hazard:
            yield f"{code(f'{names.short(key.store)}[{key.key!r}]')}: {text(key.hazard)}"
    changed = {(change.store, change.key) for change in evidence.mutations}
    if changed:
        first = evidence.mutations[0]
        place = anchor(first.path, first.line)
        yield f"{plural(len(changed), 'key')} of global state changed while the chain ran, the first at {place}"


def open_questions(evidence: Evidence) -> Iterator[str]:
    """Blind spots with their command, contrast gaps, assumptions, and sections that could not be filled."""
    for spot in evidence.blind_spots:
        place = f" {anchor(spot.path, spot.line if spot.kind != 'file' else 0)}" if spot.path else ""
        command = f"; settle with {code(spot.command)}" if spot.command else ""
        yield f"{text(spot.reason)}{place}{command}"
    for assumption in evidence.assumptions:
        yield f"assumed: {text(assumption.text)} {code(assumption.anchor)}".rstrip()
    for title in sorted(evidence.absent):
        yield f"{text(title)}: {text(evidence.absent[title])}"
