"""`summary.md`: the one page that a reader in a hurry accepts or rejects."""

from __future__ import annotations

from collections.abc import Iterator

from callchain.evidence.absences import ENTERED, QUESTIONS, RISKS, TAP_FIRST, absence
from callchain.evidence.entries import entries_of
from callchain.evidence.verdicts import CONFIRMED, IMPORTED, LINE_RAN, NOT_REACHED
from callchain.model.package import Evidence, RunSummary
from callchain.model.tap import TapResult
from callchain.report.counts import plural, totals
from callchain.report.grouping import Fan, fans
from callchain.report.markdown import anchor, code, joined, listed, text
from callchain.report.names import Names, flow_label, names_of
from callchain.report.reasons import why_nothing_ran
from callchain.report.risks import open_questions, risks
from callchain.report.stage_marks import StageMarks

_MOST_STAGES = 12
_MOST = 5
_MOST_BULLETS = 6


def render(evidence: Evidence) -> str:
    """The answer, what to tap first, what the run made of it, the figures, risks and open questions."""
    names = names_of(evidence)
    lines = ["# Summary", "", f"> {text(' '.join(evidence.question.text.split()))}", ""]
    lines += ["## Answer", "", *_answer(evidence, names), ""]
    lines += ["## Tap first", "", *_tap_first(evidence), ""]
    lines += ["## What the run says", "", *_run_says(evidence, names), ""]
    lines += ["## Evidence quality", "", *_figures(evidence), ""]
    lines += ["## Risks", "", *_bullets(risks(evidence, names), absence(evidence, RISKS)), ""]
    lines += ["## Open questions", "", *_bullets(open_questions(evidence), absence(evidence, QUESTIONS))]
    return joined(lines)


def _bullets(items: Iterator[str], otherwise: str) -> list[str]:
    found = list(dict.fromkeys(items))
    left = len(found) - _MOST_BULLETS
    more = [f"- … {left} more in `callchain/static.md`"] if left > 0 else []
    return [f"- {item}" for item in found[:_MOST_BULLETS]] + more or [f"- {text(otherwise)}"]


def _answer(evidence: Evidence, names: Names) -> Iterator[str]:
    if not evidence.flows:
        why = absence(evidence, "Core pipeline stages")
        yield f"No flow answers the question: {text(why)}"
    marks = StageMarks(evidence, names)
    for flow in evidence.flows:
        title = f": {text(flow.title)}" if flow.title and flow.title != flow.name else ""
        yield f"### {text(flow_label(flow))}{title}"
        yield ""
        words = marks.of(flow)
        for number, stage in enumerate(flow.chain[:_MOST_STAGES], 1):
            mark = f", {words[stage.symbol]}" if stage.symbol in words else ""
            place = anchor(stage.path, stage.line)
            yield f"{number}. {code(names.short(stage.symbol))} {place} ({stage.stage}{mark})"
        left = len(flow.chain) - _MOST_STAGES
        if left > 0:
            yield f"{_MOST_STAGES + 1}. … {left} more in `callchain/static.md`, section 5"
        yield ""


def _tap_first(evidence: Evidence) -> Iterator[str]:
    if not evidence.taps:
        yield from _without_taps(evidence)
        return
    ranked = sorted(enumerate(evidence.taps), key=lambda pair: (_urgency(pair[1]), pair[0]))
    for number, (_, tap) in enumerate(ranked[:3], 1):
        yield f"{number}. {code(tap.key)} {anchor(tap.path, tap.line)}: {_tap_state(tap)}"


def _urgency(tap: TapResult) -> int:
    verdicts = {found.verdict for found in tap.expectations}
    if verdicts & {"fail", "error"}:
        return 0
    return 1 if not tap.hits else 2


def _tap_state(tap: TapResult) -> str:
    bad = [found for found in tap.expectations if found.verdict in {"fail", "error"}]
    if bad:
        return "; ".join(
            f"{code(found.expression)} **{found.verdict}** {code(found.value)}".rstrip() for found in bad[:2]
        )
    if not tap.hits:
        return text(tap.note) or "not reached"
    note = f" ({text(tap.note)})" if tap.note else ""
    return (f"{plural(tap.hits, 'hit')}, every expectation met" if tap.expectations else "hit") + note


def _without_taps(evidence: Evidence) -> Iterator[str]:
    sinks = [effect for effect in evidence.effects if effect.sink][:3]
    if not sinks:
        yield text(absence(evidence, TAP_FIRST))
    for number, effect in enumerate(sinks, 1):
        place = anchor(effect.path, effect.line)
        yield f"{number}. no tap is declared; the sink {effect.kind} {effect.action} at {place} comes first"


def _run_says(evidence: Evidence, names: Names) -> Iterator[str]:
    if not evidence.runs:
        yield f"Nothing was run: {text(why_nothing_ran(evidence))}"
        return
    for run in evidence.runs:
        status = "no exit code" if run.exit_code is None else f"exit code {run.exit_code}"
        ended = "" if run.ended == "exit" else f", ended by {text(run.ended)}"
        first = _begins(run, evidence, names)
        yield f"- run {code(run.name)} ({code(' '.join(run.command))}): {status}{ended}; {first}"
    yield f"- **confirmed** {_edges(evidence, names, CONFIRMED)}"
    yield f"- **seen, not read** {_seen_only(evidence, names)}"
    yield f"- **refuted** (the line ran and did not enter the callee) {_edges(evidence, names, LINE_RAN)}"
    imported = _edges(evidence, names, LINE_RAN, imported=True)
    if not imported.startswith("0"):
        yield f"- **import that entered nothing**, the module being there already {imported}"
    yield f"- **never reached** {_edges(evidence, names, NOT_REACHED)}{_ran_anyway(evidence)}"
    failed = [
        f"{code(found.expression)} at {code(tap.key)} {anchor(tap.path, tap.line)}: "
        f"{found.verdict} {code(found.value)}".rstrip()
        for tap in evidence.taps
        for found in tap.expectations
        if found.verdict in {"fail", "error"}
    ]
    yield f"- **expectations that failed** {len(failed)}" + (f": {listed(failed, _MOST, '; ')}" if failed else "")


def _begins(run: RunSummary, evidence: Evidence, names: Names) -> str:
    """The first function of the subject that the run entered."""
    roots = [root for process in run.processes for thread in process.threads for root in thread.roots]
    if not roots:
        return text(absence(evidence, f"{ENTERED}{run.name}"))
    first = roots[0]
    return f"first in {code(names.short(first.symbol))} {anchor(first.path, max(first.line, 1))}"


def _seen_only(evidence: Evidence, names: Names) -> str:
    """The calls that were not read, those of one line through the same packages together."""
    groups = fans(edge for flow in evidence.flows for edge in flow.edges)
    total = len({(edge.caller, edge.line, edge.callee) for fan in groups for edge in fan.edges})
    shown = [_fan(fan, names) for fan in groups]
    return f"{total}" + (f": {listed(shown, _MOST, '; ')}" if shown else "")


def _fan(fan: Fan, names: Names) -> str:
    place = anchor(fan.path, fan.line)
    via = f" via {', '.join(fan.via)}" if fan.via else ""
    if len(fan.callees) == 1:
        return f"{code(names.arrow(fan.caller, fan.callees[0]))} {place}{text(via)}"
    callees = listed([code(names.short(callee)) for callee in fan.callees], 2)
    return f"{code(names.short(fan.caller))} {place} into {len(fan.callees)} functions{text(via)} ({callees})"


def _edges(evidence: Evidence, names: Names, verdict: str, *, imported: bool = False) -> str:
    found = {
        (
            edge.caller,
            edge.line,
            edge.callee,
        ): f"{code(names.arrow(edge.caller, edge.callee))} {anchor(edge.path, edge.line)}"
        for flow in evidence.flows
        for edge in flow.edges
        if edge.verdict == verdict and (IMPORTED in edge.via) == imported
    }
    return f"{len(found)}" + (f": {listed(list(found.values()), _MOST, '; ')}" if found else "")


def _ran_anyway(evidence: Evidence) -> str:
    """How many of the calls that were not reached lead to functions that ran, entered from elsewhere."""
    entered = entries_of(evidence.runs)
    calls = {
        (edge.caller, edge.line, edge.callee)
        for flow in evidence.flows
        for edge in flow.edges
        if edge.verdict == NOT_REACHED and edge.callee in entered
    }
    return f"; {len(calls)} of them into functions that ran, entered from elsewhere" if calls else ""


def _figures(evidence: Evidence) -> Iterator[str]:
    quality = evidence.quality
    yield f"- anchors checked against the source: {quality.anchors_checked}, false: {quality.anchors_false}"
    yield f"- edges by verdict: {totals(quality.edges)}"
    yield f"- taps: {totals(quality.taps)}; expectations: {totals(quality.expectations)}"
    read = f"{plural(quality.files_read, 'file')} read, {quality.files_skipped} skipped"
    yield f"- {read}; open call sites on the chain: {quality.call_sites_open}"
