"""What was looked for and not found, as claims of the record: each says what was searched."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from callchain.evidence.artefacts import not_written
from callchain.model.package import Evidence

CANDIDATES = "Candidate entry points"
SELECTED = "Selected entry points and why"
EDGES = "Edge list per flow"
HOOKS = "Minimum hooks"
RUNS = "Runs"
MUTATIONS = "Mutations"
TAPS = "Taps"
TAP_FIRST = "Tap first"
RISKS = "Risks"
QUESTIONS = "Open questions"
LEDGER = "Findings ledger"
ENTERED = "Entered by run "
_PLAIN = frozenset({LEDGER, EDGES, HOOKS, RUNS, MUTATIONS, TAPS, TAP_FIRST, RISKS, QUESTIONS})
_SURENESS = ("High", "Medium", "Low")
_SECTIONS = {
    "Config flow": "state",
    "Core pipeline stages": "flows",
    "Normalisation/scaling chain": "scaling",
    "Sinks and artefacts": "artefacts",
    "Side effects and global mutations": "effects",
    "Contrast": "contrast",
    "Spec and docs": "documents",
    "Gaps and blind spots": "blind_spots",
    "Assumptions": "assumptions",
}
"""Section → the field of the record that fills it."""
_CONSTANTS = {
    "Data, units and constants": ("constant", "unit"),
    "Device and dtype": ("device", "dtype"),
}


def is_open_question(title: str) -> bool:
    """Whether an absence leaves something to be asked of the code: a section or the entry points have nothing."""
    return title not in _PLAIN and not title.startswith(ENTERED)


def with_absences(evidence: Evidence) -> Evidence:
    """The record with all that it lacks told in `absent`; what reading said of a section stays."""
    return msgspec.structs.replace(evidence, absent={**dict(_absences(evidence)), **evidence.absent})


def absence(evidence: Evidence, title: str) -> str:
    """Why the record has nothing for a section or a sentence; empty where it has something."""
    return evidence.absent.get(title) or dict(_absences(evidence)).get(title, "")


def _absences(evidence: Evidence) -> Iterator[tuple[str, str]]:
    yield from _of_sections(evidence)
    if not evidence.candidates:
        yield CANDIDATES, f"none of the {len(evidence.ranking)} functions that match the question may begin a flow"
    if not any(entry.role == "primary" for entry in evidence.entry_points):
        yield SELECTED, f"no confident entry point{_best_candidate(evidence)}"
    if not any(flow.edges for flow in evidence.flows):
        yield EDGES, f"no call between the {_functions(evidence)} functions of the flows was read or seen"
    if evidence.contrast is not None and not evidence.contrast.hooks:
        yield HOOKS, f"none of the {len(evidence.contrast.rows)} rows asks for one"
    if not evidence.ledger:
        yield LEDGER, "no ledger of findings was looked for"
    yield from _of_runs(evidence)
    yield from _of_summary(evidence)


def _of_sections(evidence: Evidence) -> Iterator[tuple[str, str]]:
    read = f"nothing of the kind in the {_functions(evidence)} functions of the chain"
    for title, field in _SECTIONS.items():
        if not getattr(evidence, field):
            yield title, read
    for title, kinds in _CONSTANTS.items():
        if not any(constant.kind in kinds for constant in evidence.constants):
            yield title, read


def _functions(evidence: Evidence) -> int:
    return len({stage.symbol for flow in evidence.flows for stage in flow.chain})


def _best_candidate(evidence: Evidence) -> str:
    """How many candidates were judged, and where the best of them is."""
    if not evidence.candidates:
        return ", and no candidate"
    best = min(evidence.candidates, key=lambda item: (_SURENESS.index(item.confidence), -item.score, item.symbol))
    count = len(evidence.candidates)
    judged = "one candidate was" if count == 1 else f"{count} candidates were"
    return (
        f": {judged} judged by words and by what they reach, and none that leads a flow earns more than low "
        f"confidence; the best candidate is at `{best.path}:{best.line}`"
    )


def _of_runs(evidence: Evidence) -> Iterator[tuple[str, str]]:
    silent = [tap for tap in evidence.taps if not tap.hits]
    for run in evidence.runs:
        if not any(thread.roots for process in run.processes for thread in process.threads):
            yield (
                f"{ENTERED}{run.name}",
                f"it entered no function of the subject in {len(run.processes)} processes",
            )
    if evidence.runs:
        if not evidence.mutations:
            count = "the run" if len(evidence.runs) == 1 else f"the {len(evidence.runs)} runs"
            yield MUTATIONS, f"no change of watched state was recorded in {count}"
        return
    yield RUNS, why_nothing_ran(evidence)
    yield MUTATIONS, f"no value before and after is known: {why_nothing_ran(evidence)}"
    if silent:
        yield TAPS, f"nothing was run, so none of the {len(silent)} taps was reached"


def why_nothing_ran(evidence: Evidence) -> str:
    """The reason, from the package's own command."""
    recorded = evidence.absent.get(RUNS) or evidence.absent.get("runs")
    if recorded:
        return recorded
    if "--static-only" in evidence.provenance.command:
        return "the package was asked for with --static-only."
    return "no command to run was given; add one after `--`, or with `--run NAME=COMMAND`."


def _of_summary(evidence: Evidence) -> Iterator[tuple[str, str]]:
    if not evidence.taps and not any(effect.sink for effect in evidence.effects):
        yield TAP_FIRST, f"no tap is declared, and none of the chain's {len(evidence.effects)} effects is a sink"
    if not is_at_risk(evidence):
        looked = f"{len(evidence.artefacts)} artefacts, {len(evidence.state)} keys of state"
        proved = f"{len(evidence.runs)} runs and {evidence.quality.anchors_checked} anchors"
        yield RISKS, f"none: {looked}, {proved} show none"
    if not (evidence.blind_spots or evidence.assumptions or any(map(is_open_question, evidence.absent))):
        yield QUESTIONS, f"none: nothing is open or assumed of the {_functions(evidence)} functions of the chain"


def is_at_risk(evidence: Evidence) -> bool:
    """Whether a fact of the record can make the answer wrong, or made the chain fail."""
    made = evidence.provenance
    return bool(
        evidence.quality.anchors_refuted
        or evidence.mutations
        or made.dirty
        or made.skipped
        or any(key.hazard for key in evidence.state)
        or any(not_written(artefact) for artefact in evidence.artefacts)
        or any(run.exit_code or run.ended != "exit" for run in evidence.runs)
        or any(not process.clean for run in evidence.runs for process in run.processes)
    )
