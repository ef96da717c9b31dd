"""What a repetition of the recorded runs says of the record."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from callchain.evidence.package import EVIDENCE
from callchain.model.package import Evidence
from callchain.review.claim import FALSE, REFUTED, TRUE, Finding, Verdict, as_finding
from callchain.review.difference import Comparison, Difference
from callchain.review.gate import Check
from callchain.review.package_proof import Package

_KINDS = {"edge": "edge", "count": "count"}
NAME = "runs repeated"


def findings(package: Package, recorded: Evidence, again: Evidence, comparison: Comparison) -> tuple[Finding, ...]:
    """A claim for each run, which is true when it ended as before, and one for each difference."""
    return (*_runs(package, recorded, again), *(_difference(package, each) for each in comparison.differences))


def _runs(package: Package, recorded: Evidence, again: Evidence) -> Iterator[Finding]:
    for run, now in zip(recorded.runs, again.runs, strict=True):
        ends = [f"exit code {each.exit_code} ({each.ended})" for each in (run, now)]
        same = ends[0] == ends[1]
        verdict = Verdict(TRUE if same else FALSE, ends[1], "the command was run again")
        text = f"run {run.name}: {shlex.join(run.command)}: {ends[0]}"
        yield as_finding(package.reported(EVIDENCE), 1, text, "value", verdict)


def _difference(package: Package, difference: Difference) -> Finding:
    anchor = difference.a_anchor or difference.b_anchor
    place = f" ({anchor})" if anchor else ""
    text = f"{difference.aspect} {difference.what}: {difference.a or 'nothing'}{place}"
    verdict = Verdict(FALSE, difference.b or "nothing", "the runs made again say otherwise")
    kind = _KINDS.get(difference.aspect, "value")
    return as_finding(package.reported(EVIDENCE), 1, text, kind, verdict)


def as_check(found: tuple[Finding, ...]) -> Check:
    """The same as a condition of the gate."""
    bad = [each.claim for each in found if each.claim.verdict in REFUTED]
    return Check(NAME, tuple(f"{claim.text}; now: {claim.found}" for claim in bad))
