"""All claims of a package: its record, its digests, its sections, and every line of its documents."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from callchain.evidence.anchors import printed_anchors
from callchain.evidence.package import EVIDENCE, PARTIAL, load
from callchain.model.errors import CallchainError
from callchain.model.package import Evidence
from callchain.report.static_md import SECTIONS
from callchain.review.arrows import Arrow, arrows_of
from callchain.review.claim import FALSE, INDIRECT, TRUE, UNPROVABLE, Finding, Verdict, as_finding
from callchain.review.markdown import units_of
from callchain.review.prove_edge import Calls, prove_edge
from callchain.review.record_proof import Record, anchor_finding, make_record, prove_anchors, prove_record
from callchain.review.rerender import TEXTS, Difference, differences, rendered
from callchain.source.decoding import split_lines

_REQUIRED = (*TEXTS, "env/trace_env.json")
_PLACE = re.compile(r"[\w./-]+\.\w+(?:::[\w.<>]+)?:\d+(?:-\d+)?")
_LONGEST = 160
_FEW = 3
"""As many reworded lines are an edit; more are another version's wording."""


@dataclass(frozen=True)
class Package:
    """A folder of evidence; `name` is how its files are reported."""

    folder: Path
    name: str

    def reported(self, file: str) -> str:
        """A file of the package under its reported name."""
        return f"{self.name}/{file}" if self.name not in {"", "."} else file


def is_package(folder: Path) -> bool:
    """Whether a folder holds a package, complete or not."""
    return (folder / EVIDENCE).is_file() or (folder / PARTIAL).is_file()


def review_package(package: Package, calls: Calls) -> tuple[Finding, ...]:
    """Every claim of the package with its verdict."""
    try:
        evidence = load(package.folder)
        text = (package.folder / EVIDENCE).read_text(encoding="utf-8", errors="replace")
    except CallchainError as error:
        return (_section(package, EVIDENCE, 1, EVIDENCE, Verdict(FALSE, "", error.what)),)
    record = make_record(evidence, package.reported(EVIDENCE), text)
    calls = with_runs(calls, evidence)
    proved = prove_anchors(record, calls.subject)
    found = [anchor_finding(claim, verdict, record) for claim, verdict in proved]
    found += prove_record(record, calls)
    verdicts = {(claim.path, claim.line, end): verdict for claim, verdict in proved for end in (0, claim.end_line)}
    for claim, verdict in proved:  # a refuted claim on a place outweighs a proved one
        if verdict.verdict != TRUE:
            verdicts[claim.path, claim.line, claim.end_line] = verdict
            verdicts[claim.path, claim.line, 0] = verdict
    for name in sorted({*evidence.provenance.files, *_REQUIRED}):
        found += _review_file(name, package, record, verdicts, calls)
    return tuple(dict.fromkeys(found))


def with_runs(calls: Calls, evidence: Evidence) -> Calls:
    """The calls of the code base, and those that the package's runs saw."""
    observed = {(edge.caller, edge.callee): edge.line for run in evidence.runs for edge in run.edges}
    observed |= {
        (e.caller, e.callee): e.line for flow in evidence.flows for e in flow.edges if e.verdict == "observed-only"
    }
    return Calls(calls.subject, observed)


def _section(package: Package, file: str, line: int, text: str, verdict: Verdict) -> Finding:
    return as_finding(package.reported(file), line, text, "section", verdict)


def _review_file(
    name: str,
    package: Package,
    record: Record,
    verdicts: dict[tuple[str, int, int], Verdict],
    calls: Calls,
) -> Iterator[Finding]:
    try:
        data = (package.folder / name).read_bytes()
    except OSError:
        yield _section(package, name, 1, name, Verdict(FALSE, "", "the package lacks this file"))
        return
    wanted = record.evidence.provenance.files.get(name, "")
    is_same = not wanted or hashlib.sha256(data).hexdigest() == wanted
    text = data.decode("utf-8", "replace")
    if wanted:
        yield _digest(name, package, wanted, is_same=is_same)
    elif name in TEXTS:
        why = "the record keeps no digest of this file"
        yield as_finding(package.reported(name), 1, f"sha256 of {name}", "value", Verdict(FALSE, "", why))
    refuted = set()
    for finding in _differing(name, text, package, record, is_same=is_same):
        refuted.add(finding.claim.document_line)
        yield finding
    if name == "callchain/static.md":
        yield from _sections(text, package)
    if name in TEXTS:
        yield from _printed(name, text, package, verdicts, refuted)
    if name in TEXTS and name.endswith(".md"):
        yield from _drawn(name, text, package, record, calls, refuted)


def _digest(name: str, package: Package, wanted: str, *, is_same: bool) -> Finding:
    verdict = (
        Verdict(TRUE, "", "the file is as the record knows it")
        if is_same
        else Verdict(FALSE, "", "the file is not the one that the record knows: one of the two was edited")
    )
    return as_finding(package.reported(name), 1, f"sha256 {wanted}", "value", verdict)


def _differing(name: str, text: str, package: Package, record: Record, *, is_same: bool) -> Iterator[Finding]:
    """Lines that the record renders otherwise.

    A file with the right digest may differ in wording when another version of the tool wrote it; then nothing is
    said of it. When anchors, names or numbers alone differ, the record or the document was edited.
    """
    if is_same and name not in TEXTS:
        return
    wanted = rendered(name, record.evidence)
    if wanted is None or text == wanted:
        return
    found = differences(text, wanted)
    if is_same and len(found) > _FEW and not all(each.in_values_only for each in found):
        why = "this version of the tool words the document otherwise; its lines were checked one by one"
        yield _section(package, name, 1, name, Verdict(UNPROVABLE, "", why))
        return
    for each in found:
        why = "the record says otherwise" if each.recorded else "the record says no such thing"
        told, recorded = _changed(each)
        verdict = Verdict(FALSE, recorded, why if each.there else "a line of the record is missing here")
        yield as_finding(package.reported(name), each.line, told, _kind(each), verdict)


def _changed(difference: Difference) -> tuple[str, str]:
    """What differs: the places when these alone do, else the lines."""
    ours, theirs = _PLACE.findall(difference.there), _PLACE.findall(difference.recorded)
    if len(ours) == len(theirs):
        pairs = [(a, b) for a, b in zip(ours, theirs, strict=True) if a != b]
        if pairs:
            return ", ".join(a for a, _ in pairs), ", ".join(b for _, b in pairs)
    there = difference.there or difference.recorded
    return _short(there), _short(difference.recorded)


def _short(line: str) -> str:
    plain = " ".join(line.split())
    return plain if len(plain) <= _LONGEST else f"{plain[:_LONGEST]}\u2026"


def _kind(difference: Difference) -> str:
    either = difference.there or difference.recorded
    if either.startswith("#"):
        return "section"
    if _PLACE.findall(difference.there) != _PLACE.findall(difference.recorded):
        return "anchor"
    if "\u2192" in either:
        return "edge"
    return "count" if re.search(r"\u00d7\d|\b\d+ (?:hits?|times)\b", either) else "value"


def _sections(text: str, package: Package) -> Iterator[Finding]:
    rows = split_lines(text)
    for number, (title, _) in enumerate(SECTIONS, 1):
        heading = f"## {number} {title}"
        line = rows.index(heading) + 1 if heading in rows else 0
        verdict = Verdict(TRUE) if line else Verdict(FALSE, "", "a required section is missing")
        yield _section(package, "callchain/static.md", line or 1, heading, verdict)


def _printed(
    name: str, text: str, package: Package, verdicts: dict[tuple[str, int, int], Verdict], refuted: set[int]
) -> Iterator[Finding]:
    """Each anchor that a document prints must be one of the record's, and takes its verdict."""
    for printed in printed_anchors(name, text):
        known = verdicts.get((printed.path, printed.line, printed.end_line))
        if known is None and not printed.path.endswith((".py", ".pyi")):
            continue
        end = f"-{printed.end_line}" if printed.end_line else ""
        symbol = f"::{printed.symbol}" if printed.symbol else ""
        shown = f"{printed.path}{symbol}:{printed.line}{end}"
        if known is None and printed.document_line in refuted:
            continue
        verdict = known or Verdict(
            FALSE, _nearest(printed.path, printed.line, verdicts), "the record has no such anchor"
        )
        yield as_finding(package.reported(name), printed.document_line, shown, "anchor", verdict)


def _nearest(path: str, line: int, verdicts: dict[tuple[str, int, int], Verdict]) -> str:
    lines = sorted(
        {known for home, known, _ in verdicts if home == path}, key=lambda known: (abs(known - line), known)
    )
    return f"{path}:{lines[0]}" if lines else ""


def _drawn(
    name: str, text: str, package: Package, record: Record, calls: Calls, refuted: set[int]
) -> Iterator[Finding]:
    """Each arrow that a document draws between functions."""
    asked = {step for row in record.evidence.question.arrows for step in row}
    for unit in units_of(text):
        for arrow in arrows_of(unit):
            if arrow.line in refuted or {arrow.caller, arrow.callee} <= asked:
                continue
            verdict = prove_edge(arrow, calls)
            if verdict is not None:
                yield as_finding(
                    package.reported(name), arrow.line, arrow.text, "edge", _recorded(arrow, verdict, record)
                )


def _recorded(arrow: Arrow, verdict: Verdict, record: Record) -> Verdict:
    """An edge that the record knows is the record's: it has been proved there."""
    if verdict.verdict in {TRUE, INDIRECT}:
        return verdict
    for flow in record.evidence.flows:
        for edge in flow.edges:
            if _names(edge.caller, arrow.caller) and _names(edge.callee, arrow.callee):
                return Verdict(TRUE, f"{edge.path}:{edge.line}", f"of the record: {edge.verdict}")
    return verdict


def _names(symbol: str, written: str) -> bool:
    return (
        symbol == written
        or symbol.partition("::")[2] == written
        or symbol.endswith((f".{written}", f"::{written}"))
    )
