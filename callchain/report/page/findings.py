"""What a reader must not miss: what failed, what the run refuted, what is false or missing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from callchain.evidence.artefacts import not_written
from callchain.evidence.verdicts import LINE_RAN
from callchain.model.package import Evidence
from callchain.report.names import Names


@dataclass(frozen=True)
class Finding:
    """One line: how grave (`fail` or `warn`), what, the detail as code, and where on the page more is told."""

    grade: str
    what: str
    detail: str
    target: str


def findings_of(evidence: Evidence, names: Names) -> tuple[Finding, ...]:
    """The findings, the gravest first."""
    found = [
        *_expectations(evidence),
        *_anchors(evidence),
        *_runs(evidence),
        *_edges(evidence, names),
        *_files(evidence),
    ]
    return tuple(sorted(found, key=lambda finding: finding.grade != "fail"))


def _expectations(evidence: Evidence) -> Iterator[Finding]:
    for number, tap in enumerate(evidence.taps, 1):
        for result in tap.expectations:
            if result.verdict in {"fail", "error"}:
                what = (
                    "An expectation failed" if result.verdict == "fail" else "An expectation could not be judged"
                )
                yield Finding("fail", what, f"{result.expression}  ⇒  {result.value}", f"#tap-{number}")
        if not tap.hits:
            yield Finding("warn", "A tap was not reached", tap.key, f"#tap-{number}")


def _anchors(evidence: Evidence) -> Iterator[Finding]:
    for text in evidence.quality.anchors_refuted:
        yield Finding("fail", "An anchor is false", text, "#quality")


def _runs(evidence: Evidence) -> Iterator[Finding]:
    for run in evidence.runs:
        if run.ended != "exit" or run.exit_code:
            end = f"exit code {run.exit_code}" if run.ended == "exit" else run.ended
            yield Finding("fail", f"Run {run.name} ended with", end, "#runs")


def _edges(evidence: Evidence, names: Names) -> Iterator[Finding]:
    for edge in dict.fromkeys(edge for flow in evidence.flows for edge in flow.edges):
        if edge.verdict == LINE_RAN and "imported before" not in edge.via:
            text = f"{names.arrow(edge.caller, edge.callee)}  {edge.path}:{edge.line}"
            yield Finding("warn", "A call that was read did not happen, though its line ran", text, "#chain")


def _files(evidence: Evidence) -> Iterator[Finding]:
    for artefact in evidence.artefacts:
        for name in not_written(artefact):
            yield Finding("warn", f"Not written into {artefact.name}", name, "#artefacts")
