"""Sections 14 and 15: what is not known, and what was assumed."""

from __future__ import annotations

from callchain.evidence.absences import TAPS, absence
from callchain.model.graph import BlindSpot
from callchain.model.package import Evidence, RunSummary
from callchain.report.markdown import anchor, code, table, text
from callchain.report.names import Names
from callchain.report.sections.absence import absent

_MOST_SKIPPED = 40


def gaps(evidence: Evidence, _: Names) -> list[str]:
    """Blind spots with the command that settles each, then files, runs, taps and anchors that fell short."""
    lines = _blind_spots(evidence.blind_spots)
    lines += _skipped(evidence.provenance.skipped)
    for run in evidence.runs:
        lines += _run(run)
    lines += _taps(evidence)
    lines += [f"- a false anchor in this package: {text(refuted)}" for refuted in evidence.quality.anchors_refuted]
    return lines or absent(evidence, "Gaps and blind spots")


def _blind_spots(spots: tuple[BlindSpot, ...]) -> list[str]:
    if not spots:
        return []
    rows = [
        (
            anchor(spot.path, spot.line if spot.kind != "file" else 0),
            spot.kind,
            code(spot.expression),
            text(spot.reason),
            code(spot.command),
        )
        for spot in spots
    ]
    return [*table(("Where", "Kind", "Expression", "Why it is open", "Command that settles it"), rows), ""]


def _skipped(skipped: tuple[BlindSpot, ...]) -> list[str]:
    lines = [f"- not read: {code(spot.path)}: {text(spot.reason)}" for spot in skipped[:_MOST_SKIPPED]]
    if len(skipped) > _MOST_SKIPPED:
        lines.append(
            f"- … {len(skipped) - _MOST_SKIPPED} more files not read, in `provenance.skipped` of evidence.json"
        )
    return lines


def _taps(evidence: Evidence) -> list[str]:
    silent = [tap for tap in evidence.taps if not tap.hits]
    if silent and not evidence.runs:
        return [f"- {text(absence(evidence, TAPS))}"]
    return [
        f"- tap {code(tap.key)} {anchor(tap.path, tap.line)}: {text(tap.note) or 'not reached'}" for tap in silent
    ]


def _run(run: RunSummary) -> list[str]:
    name = f"run {code(run.name)}"
    lines = [f"- {name}: {count} not recorded: {text(reason)}" for reason, count in sorted(run.dropped.items())]
    lines += [
        f"- {name}: the recording of process {code(process.name)} was not closed; what it holds is kept"
        for process in run.processes
        if not process.clean
    ]
    if run.ended != "exit":
        lines.append(f"- {name} ended early: {text(run.ended)}")
    return lines


def assumptions(evidence: Evidence, _: Names) -> list[str]:
    """What the answer rests on that was not proved."""
    if not evidence.assumptions:
        return absent(evidence, "Assumptions")
    return [
        f"- {text(assumption.text)}" + (f" {code(assumption.anchor)}" if assumption.anchor else "")
        for assumption in evidence.assumptions
    ]
