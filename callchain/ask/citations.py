"""What the documents of an answer cite, proved as a review proves it; what does not hold any more is said."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from callchain.ask.read import Answer
from callchain.model.chain import DocumentMention
from callchain.model.package import Evidence
from callchain.review.claim import FALSE, MOVED, STALE, Finding
from callchain.review.document import Document, review_document
from callchain.review.prove_edge import Calls
from callchain.review.subject import make_subject

_CITES = re.compile(r"\.[A-Za-z]\w{0,4}(?:::[\w.<>]+)?:\d")
_OUTDATED = frozenset({MOVED, STALE, FALSE})


def with_outdated_citations(evidence: Evidence, answer: Answer) -> Evidence:
    """The record with, for each passage that speaks of the chain, its citations of lines that do not hold."""
    if not any(_CITES.search(item.text) for item in evidence.documents):
        return evidence
    calls = Calls(make_subject(answer.codebase.tree, answer.codebase.graph))
    return msgspec.structs.replace(evidence, documents=tuple(_proved(item, calls) for item in evidence.documents))


def _proved(item: DocumentMention, calls: Calls) -> DocumentMention:
    if not _CITES.search(item.text):
        return item
    found = review_document(Document(item.path, item.text, item.path), calls, first_line=item.line)
    return msgspec.structs.replace(item, outdated=tuple(dict.fromkeys(_told(found))))


def _told(findings: tuple[Finding, ...]) -> Iterator[str]:
    for claim in (finding.claim for finding in findings):
        if claim.kind == "anchor" and claim.verdict in _OUTDATED:
            yield f"{claim.text} is {claim.verdict}" + (f": {claim.found}" if claim.found else "")
