"""Sections 1 to 3: the question, who could be the entry point, and who was chosen."""

from __future__ import annotations

from callchain.evidence.absences import SELECTED, absence
from callchain.model.chain import Flow
from callchain.model.package import Evidence
from callchain.model.question import Candidate
from callchain.question.overview import is_overview
from callchain.report.counts import plural
from callchain.report.markdown import anchor, code, listed, table, text
from callchain.report.names import Names
from callchain.report.sections.absence import absent


def question(evidence: Evidence, _: Names) -> list[str]:
    """What was asked, with which parameters, of which tree."""
    asked = evidence.question
    rows = [
        ("Initiative", code(evidence.initiative_id)),
        ("Namespaces", _codes(asked.namespaces) or "everything under the root"),
        ("Scope hints", _codes(asked.scope_hints)),
        ("Region of interest", text(asked.roi_hint)),
        ("Contrast with", code(asked.contrast)),
        ("Sides compared", "; ".join(text(f"{side.label}: {side.text}") for side in asked.sides)),
        ("Names of code in the question", _codes(asked.identifiers)),
        ("Chains written with arrows", "; ".join(text(" → ".join(steps)) for steps in asked.arrows)),
        ("Files named", _codes(asked.files)),
        ("Other words", text(" ".join(asked.words))),
    ]
    return [
        f"> {text(' '.join(asked.text.split()))}",
        "",
        *table(("Parameter", "Value"), rows),
        "",
        *_provenance(evidence),
    ]


def _provenance(evidence: Evidence) -> list[str]:
    made = evidence.provenance
    quality = evidence.quality
    commit = f"commit {code(made.commit)}" if made.commit else "no commit is known"
    dirty = ", with changes that are not committed" if made.dirty else ""
    return [
        f"Read: {code(made.root)}, {commit}{dirty};",
        f"{plural(quality.files_read, 'file')} read, {quality.files_skipped} skipped.",
        f"Made by {text(made.tool)} with {code(' '.join(made.command))}.",
    ]


def _codes(values: tuple[str, ...]) -> str:
    return ", ".join(code(value) for value in values)


def candidates(evidence: Evidence, names: Names) -> list[str]:
    """The candidate table: relevance, confidence, region, and who really calls it."""
    if not evidence.candidates:
        return absent(evidence, "Candidate entry points")
    header = ("Candidate", "Relevance", "Confidence", "Expected code region", "Called by")
    rows = [_candidate(candidate, evidence, names) for candidate in evidence.candidates]
    return table(header, rows)


def _candidate(candidate: Candidate, evidence: Evidence, names: Names) -> tuple[str, ...]:
    reached = [code(names.short(symbol)) for symbol in candidate.reaches]
    reach = (
        f"reaches {len(reached)} of {len(evidence.ranking)} hits: {listed(reached, 5)}"
        if reached
        else "reaches no hit"
    )
    said = "" if is_overview(evidence.question) else "words "
    words = f"{said}{', '.join(text(word) for word in candidate.words)}; " if candidate.words else ""
    callers = [
        f"{caller.kind} {code(names.short(caller.symbol))} {anchor(caller.path, caller.line)}"
        for caller in candidate.callers
    ]
    return (
        code(names.short(candidate.symbol)),
        words + reach,
        candidate.confidence,
        anchor(candidate.path, candidate.line, candidate.end_line),
        listed(callers, 4, "; ") or "nobody in the tree",
    )


def selected(evidence: Evidence, names: Names) -> list[str]:
    """The chosen entry points, or that none earns confidence."""
    if not evidence.entry_points:
        return absent(evidence, "Selected entry points and why")
    lines = []
    for entry in evidence.entry_points:
        flow = f" (flow {code(entry.flow)})" if entry.flow else ""
        place = anchor(entry.path, entry.line)
        why = text(entry.why)
        lines.append(
            f"- **{entry.role}**{flow}: {code(names.short(entry.symbol))} {place}, {entry.confidence}: {why}"
        )
    if not any(entry.role == "primary" for entry in evidence.entry_points):
        lines.append(f"- {text(absence(evidence, SELECTED))}")
    return lines + [_begins(flow, names) for flow in _without_entry_point(evidence)]


def _without_entry_point(evidence: Evidence) -> list[Flow]:
    """Flows that begin at a function that is none of the chosen entry points."""
    chosen = {entry.flow for entry in evidence.entry_points} | {entry.symbol for entry in evidence.entry_points}
    return [flow for flow in evidence.flows if flow.chain and not {flow.name, flow.chain[0].symbol} & chosen]


def _begins(flow: Flow, names: Names) -> str:
    first = flow.chain[0]
    why = f": {text(first.why)}" if first.why else ""
    place = f"{code(names.short(first.symbol))} {anchor(first.path, first.line)}"
    return f"- flow {code(flow.name)} begins at {place}, which is none of the candidates chosen{why}"
