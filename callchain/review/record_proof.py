"""The proof of a package's record: its anchors, edges, values and counts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from callchain.evidence.anchors import refute
from callchain.evidence.claims import DEFINITION, Claim, claims_of
from callchain.model.chain import FlowEdge
from callchain.model.package import Evidence
from callchain.model.symbol import digest_of, last_name, split
from callchain.review.claim import FALSE, MOVED, STALE, TRUE, UNPROVABLE, Finding, Verdict, as_finding
from callchain.review.prove_edge import Calls
from callchain.review.shift import line_map
from callchain.review.subject import Subject
from callchain.source.decoding import split_lines
from callchain.taps.expect import judge_expectation

_LINE = re.compile(r'"line": (\d+)')
_PATH = re.compile(r'"(?:path|symbol|caller)": "([^":]+)')
_NEAR = 8


@dataclass(frozen=True)
class Record:
    """The record of a package as it stands in `document`."""

    evidence: Evidence
    document: str
    places: Mapping[tuple[str, int], int]
    """Path and line → where the document speaks of them."""

    def line_of(self, path: str, line: int) -> int:
        """The document's line; 1 where it is not known."""
        return self.places.get((path, line), 1)


def make_record(evidence: Evidence, document: str, text: str) -> Record:
    """The record with an index of where it speaks of which place."""
    rows = split_lines(text)
    places: dict[tuple[str, int], int] = {}
    for number, row in enumerate(rows):
        match = _LINE.search(row)
        if match:
            around = rows[max(0, number - _NEAR) : number + _NEAR]
            for path in {found[1] for near in around if (found := _PATH.search(near))}:
                places.setdefault((path, int(match[1])), number + 1)
    return Record(evidence, document, places)


def prove_anchors(record: Record, subject: Subject) -> tuple[tuple[Claim, Verdict], ...]:
    """Each anchor of the record with its verdict."""
    return tuple((claim, _prove(claim, record, subject)) for claim in claims_of(record.evidence))


def anchor_finding(claim: Claim, verdict: Verdict, record: Record) -> Finding:
    """An anchor of the record as a finding."""
    end = f"-{claim.end_line}" if claim.end_line else ""
    text = f"{claim.path}:{claim.line}{end}"
    line = record.line_of(claim.path, claim.line)
    told = f"{claim.what} {claim.symbol}".strip()
    why = f"{told}: {verdict.why}" if verdict.why else told
    return as_finding(record.document, line, text, "anchor", Verdict(verdict.verdict, verdict.found, why))


def _prove(claim: Claim, record: Record, subject: Subject) -> Verdict:
    why = refute(claim, subject.sources)
    if not why:
        return Verdict(TRUE)
    lines = subject.lines(claim.path)
    if lines is None:
        now = subject.history.renamed(claim.path)
        return (
            Verdict(MOVED, now, why)
            if now
            else Verdict(FALSE if _unchanged(claim, record, subject) else STALE, "", why)
        )
    if claim.digest:
        return _by_digest(claim, lines, why)
    if _unchanged(claim, record, subject):
        return Verdict(FALSE, _home(claim, subject), f"{why}; the file is as it was at the package's commit")
    then = subject.history.lines(record.evidence.provenance.commit, claim.path)
    if then is not None and claim.line <= len(then):
        there = line_map(then, lines).get(claim.line, 0)
        return (
            Verdict(MOVED, f"{claim.path}:{there}", why) if there else Verdict(STALE, _home(claim, subject), why)
        )
    home = _home(claim, subject)
    return Verdict(MOVED, home, why) if home and claim.proof == DEFINITION else Verdict(STALE, home, why)


def _unchanged(claim: Claim, record: Record, subject: Subject) -> bool:
    """Whether git says that the file is the same as at the package's commit, which was clean."""
    origin = record.evidence.provenance
    if not origin.commit or origin.dirty:
        return False
    then = subject.history.lines(origin.commit, claim.path)
    now = subject.lines(claim.path)
    return (then is None and now is None and subject.history.resolves(origin.commit)) or (
        then is not None and then == now
    )


def _by_digest(claim: Claim, lines: tuple[str, ...], why: str) -> Verdict:
    """The same lines somewhere else in the file have moved; lines that are nowhere are stale."""
    length = (claim.end_line or claim.line) - claim.line + 1
    for first in range(1, len(lines) - length + 2):
        if digest_of(list(lines[first - 1 : first - 1 + length])) == claim.digest:
            return Verdict(MOVED, f"{claim.path}:{first}", why)
    return Verdict(STALE, f"{claim.path}:{claim.line}", why)


def _home(claim: Claim, subject: Subject) -> str:
    extents = subject.sources.extents(claim.symbol) if claim.symbol else ()
    return f"{claim.path}:{extents[0].line}" if extents else ""


def prove_record(record: Record, calls: Calls) -> Iterator[Finding]:
    """The edges, values and counts of the record."""
    yield from _edges(record, calls)
    yield from _expectations(record)
    yield from _counts(record)


def _edges(record: Record, calls: Calls) -> Iterator[Finding]:
    drawn = {(e.caller, e.line, e.callee): e for flow in record.evidence.flows for e in flow.edges}
    observed = Counter[tuple[str, int, str]]()
    for run in record.evidence.runs:
        for seen in run.edges:
            observed[seen.caller, seen.line, seen.callee] += seen.count
    for key, edge in sorted(drawn.items()):
        verdict = _prove_edge(edge, observed[key], calls, ran=bool(record.evidence.runs))
        line = record.line_of(edge.path, edge.line)
        yield as_finding(record.document, line, f"{edge.caller} \u2192 {edge.callee}", "edge", verdict)


def _prove_edge(edge: FlowEdge, observed: int, calls: Calls, *, ran: bool) -> Verdict:
    where = f"{edge.path}:{edge.line}"
    if edge.verdict in {"confirmed", "observed-only"} and ran and not observed:
        return Verdict(FALSE, "no run of the record made this call", f"it is called {edge.verdict}")
    if edge.verdict == "observed-only":
        return Verdict(TRUE, where, f"seen in a run {observed} times")
    known = (*calls.graph.calls_from(edge.caller), *calls.graph.external_from(edge.caller))
    if any(each.callee == edge.callee and each.line == edge.line for each in known):
        return Verdict(TRUE, where, "the call stands there")
    lines = sorted({each.line for each in known if each.callee == edge.callee})
    if lines:
        return Verdict(MOVED, f"{edge.path}:{lines[0]}", "the call stands at another line")
    if calls.direct(edge.callee, edge.caller):
        return Verdict(FALSE, f"{edge.callee} \u2192 {edge.caller}", "the call goes the other way")
    if edge.caller not in calls.graph.definitions:
        return Verdict(STALE, "", "the caller is not in the code base")
    if observed:
        return Verdict(TRUE, where, f"seen in a run {observed} times")
    wanted = last_name(edge.callee) if "::" in edge.callee else edge.callee.rpartition(".")[2]
    if calls.uses(edge.caller, wanted, alone=False):
        return Verdict(UNPROVABLE, where, "this version of the reader does not resolve the call")
    way = calls.way(edge.caller, edge.callee)
    if way:
        return Verdict(
            FALSE, " \u2192 ".join(split(symbol)[1] for symbol in way), "it is called through others alone"
        )
    return Verdict(FALSE, "", "no call leads there")


def _expectations(record: Record) -> Iterator[Finding]:
    for tap in record.evidence.taps:
        for result in tap.expectations:
            again = judge_expectation(result.expression, tap.snapshots)
            same = (again.verdict, again.value) == (result.verdict, result.value)
            text = f"{tap.key}: {result.expression} {result.verdict}"
            why = "judged again on the recorded values"
            verdict = Verdict(TRUE if same else FALSE, f"{again.verdict} {again.value}".strip(), why)
            yield as_finding(record.document, record.line_of(tap.path, tap.line), text, "value", verdict)


def _counts(record: Record) -> Iterator[Finding]:
    evidence = record.evidence
    edges = {(e.caller, e.line, e.callee): e.verdict for flow in evidence.flows for e in flow.edges}
    taps = ("hit" if tap.hits else "not reached" for tap in evidence.taps)
    judged = (each.verdict for tap in evidence.taps for each in tap.expectations)
    told = (
        ("edges", evidence.quality.edges, Counter(edges.values())),
        ("taps", evidence.quality.taps, Counter(taps)),
        ("expectations", evidence.quality.expectations, Counter(judged)),
    )
    for name, said, counted in told:
        for word in sorted({*said, *counted}):
            same = said.get(word, 0) == counted[word]
            verdict = Verdict(TRUE if same else FALSE, str(counted[word]), "counted again in the record")
            yield as_finding(record.document, 1, f"{name}: {said.get(word, 0)} {word}", "count", verdict)
