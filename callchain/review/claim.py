"""A claim with its verdict, as `review --json` prints it."""

from __future__ import annotations

import msgspec

TRUE = "true"
MOVED = "moved"
STALE = "stale"
FALSE = "false"
INDIRECT = "indirect"
UNPROVABLE = "unprovable"
VERDICTS = (TRUE, MOVED, STALE, FALSE, INDIRECT, UNPROVABLE)
REFUTED = frozenset({FALSE, STALE})
"""Verdicts that make the command fail."""


class Claim(msgspec.Struct, frozen=True, order=True):
    """One checkable sentence of a document."""

    document: str
    document_line: int
    text: str
    """The claim as it is written."""
    kind: str
    """`anchor`, `edge`, `count`, `value` or `section`."""
    verdict: str
    """`true`, `moved`, `stale`, `false`, `indirect` or `unprovable`."""
    found: str = ""
    """What is there instead, or where it moved to, or through which path."""
    why: str = ""


class Finding(msgspec.Struct, frozen=True, order=True):
    """A claim, and the text that would make it true where one is known."""

    claim: Claim
    replacement: str = ""


class Verdict(msgspec.Struct, frozen=True):
    """What a proof came to."""

    verdict: str
    found: str = ""
    why: str = ""
    replacement: str = ""


class Review(msgspec.Struct, frozen=True):
    """All claims of the documents that were given, in order of document and line."""

    findings: tuple[Finding, ...]

    @property
    def claims(self) -> tuple[Claim, ...]:
        """The claims alone."""
        return tuple(finding.claim for finding in self.findings)

    @property
    def refuted(self) -> tuple[Claim, ...]:
        """The claims that are false or stale."""
        return tuple(claim for claim in self.claims if claim.verdict in REFUTED)


def as_finding(document: str, line: int, text: str, kind: str, verdict: Verdict) -> Finding:
    """Join what a document says with what the proof came to."""
    claim = Claim(document, line, text, kind, verdict.verdict, verdict.found, verdict.why)
    return Finding(claim, verdict.replacement)
