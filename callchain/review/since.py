"""The claims of lines that were written after a commit."""

from __future__ import annotations

from pathlib import Path

from callchain.model.errors import CallchainError
from callchain.review.claim import Finding, Review
from callchain.review.subject import Subject, relative_document


def newer_than(revision: str, review: Review, subject: Subject) -> Review:
    """The claims on lines that the revision does not hold; what git does not know is new.

    Raises:
        CallchainError: there is no such commit.
    """
    if not subject.history.resolves(revision):
        raise CallchainError(f"no such commit: {revision!r}", hint="name a commit of the repository around --root")
    older = subject.history.older(revision)

    def is_new(finding: Finding) -> bool:
        claim = finding.claim
        path = relative_document(Path(claim.document), subject.tree.root) or claim.document
        return subject.history.written(path, claim.document_line) not in older

    return Review(tuple(finding for finding in review.findings if is_new(finding)))
