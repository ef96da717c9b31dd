"""The gate: every condition under which a package may be accepted."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from callchain.evidence.package import load
from callchain.model.chain import Flow, FlowEdge
from callchain.model.errors import CallchainError
from callchain.model.package import Evidence
from callchain.review.claim import MOVED, REFUTED, Finding
from callchain.review.package_proof import Package, review_package
from callchain.review.prove_edge import Calls

_MOST_SHOWN = 20


class Check(msgspec.Struct, frozen=True):
    """One condition of the gate and what speaks against it."""

    name: str
    reasons: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether nothing speaks against it."""
        return not self.reasons


def gate(package: Package, calls: Calls, referenced_from: Sequence[Path] = ()) -> tuple[Check, ...]:
    """Every condition for the package, in a fixed order."""
    findings = review_package(package, calls)
    try:
        evidence = load(package.folder)
    except CallchainError as error:
        return (Check("complete", (error.what,)),)
    return (
        Check("complete"),
        Check("claims proved", tuple(_refuted(findings))),
        Check("commit reachable and clean", tuple(_commit(evidence, calls))),
        Check("runs", tuple(_runs(evidence))),
        Check("edges of the answer seen", tuple(_edges(evidence))),
        Check("taps hit", tuple(f"{tap.key} was never hit" for tap in evidence.taps if not tap.hits)),
        Check("expectations judged", tuple(_expectations(package, evidence))),
        Check("blind spots named", tuple(_blind_spots(evidence))),
        *(_referenced(package, file) for file in referenced_from),
    )


def _refuted(findings: Sequence[Finding]) -> Iterator[str]:
    bad = [each.claim for each in findings if each.claim.verdict in {*REFUTED, MOVED}]
    for claim in bad[:_MOST_SHOWN]:
        found = f"; found: {claim.found}" if claim.found else ""
        yield f"{claim.document}:{claim.document_line}: {claim.verdict}: {claim.text} ({claim.why}{found})"
    if len(bad) > _MOST_SHOWN:
        yield f"{len(bad) - _MOST_SHOWN} more claims are refuted"


def _commit(evidence: Evidence, calls: Calls) -> Iterator[str]:
    origin = evidence.provenance
    if not origin.commit:
        yield "the package names no commit: it was made outside of git"
    elif not calls.subject.history.is_ancestor(origin.commit):
        yield f"the commit {origin.commit[:12]} is no part of the history that is checked out"
    if origin.dirty:
        yield "the code base had changes that were not committed"


def _runs(evidence: Evidence) -> Iterator[str]:
    if not evidence.runs:
        yield "nothing was run"
    for run in evidence.runs:
        if run.exit_code != 0:
            yield f"run {run.name} ended with exit code {run.exit_code} ({run.ended})"


def _edges(evidence: Evidence) -> Iterator[str]:
    """The calls from stage to stage must have run; what else a flow names may be unreached."""
    for flow in evidence.flows:
        for edge in flow.edges:
            if flow.role != "contrast" and _is_step(edge, flow) and not edge.count:
                yield f"{edge.caller} \u2192 {edge.callee} ({edge.path}:{edge.line}): {edge.verdict}"
            elif edge.verdict == "static-only: line ran" and "imported before" not in edge.via:
                yield f"{edge.caller} \u2192 {edge.callee} ({edge.path}:{edge.line}) is refuted by the run"


def _is_step(edge: FlowEdge, flow: Flow) -> bool:
    stages = [stage.symbol for stage in flow.chain]
    return (edge.caller, edge.callee) in set(itertools.pairwise(stages))


def _expectations(package: Package, evidence: Evidence) -> Iterator[str]:
    """An expectation may fail: that is a finding, and the summary must say it."""
    try:
        summary = (package.folder / "summary.md").read_text(encoding="utf-8", errors="replace")
    except OSError:
        summary = ""
    for tap in evidence.taps:
        for result in tap.expectations:
            if result.verdict in {"error", "not reached"}:
                yield f"{tap.key}: {result.expression}: {result.verdict}"
            elif result.verdict == "fail" and result.expression not in summary:
                yield f"{tap.key}: {result.expression} failed, and the summary does not say so"


def _blind_spots(evidence: Evidence) -> Iterator[str]:
    for spot in evidence.blind_spots:
        if not spot.reason:
            yield f"{spot.path}:{spot.line} is open without a reason"


def _referenced(package: Package, file: Path) -> Check:
    name = f"referenced from {file.as_posix()}"
    try:
        text = file.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        return Check(name, (f"it cannot be read: {error.strerror}",))
    folder = package.folder.resolve()
    wanted = f"{folder.parent.name}/{folder.name}"
    return Check(name, () if wanted in text else (f"it does not name {wanted}",))


def as_text(checks: Sequence[Check]) -> str:
    """A line for each check, its reasons below it, and the decision."""
    lines = []
    for check in checks:
        lines.append(f"{'pass' if check.passed else 'FAIL'}  {check.name}")
        lines += [f"      {reason}" for reason in check.reasons]
    lines.append("accept" if all(check.passed for check in checks) else "reject")
    return "".join(f"{line}\n" for line in lines)
