"""The review of everything that was named."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from callchain.review.claim import Finding, Review
from callchain.review.document import review_document
from callchain.review.documents import Inputs, docstrings
from callchain.review.package_proof import review_package
from callchain.review.prove_edge import Calls

Phase = Callable[[str], None]


def review(inputs: Inputs, calls: Calls, phase: Phase, *, with_docstrings: bool = False) -> Review:
    """Prove or refute every claim of the inputs."""
    found: list[Finding] = []
    for package in inputs.packages:
        phase(f"proving {package.name}")
        found += review_package(package, calls)
    for package, name in inputs.parts:
        phase(f"proving {package.reported(name)}")
        wanted = package.reported(name)
        found += [each for each in review_package(package, calls) if each.claim.document == wanted]
    for document in inputs.documents:
        phase(f"reading {document.name}")
        found += review_document(document, calls)
    if with_docstrings:
        phase("reading docstrings")
        for docstring in docstrings(calls.subject.tree):
            findings = review_document(docstring.document, calls, first_line=docstring.first_line)
            found += [_shifted(each, docstring.first_line - 1) for each in findings]
    order = sorted(
        dict.fromkeys(found), key=lambda each: (each.claim.document, each.claim.document_line, each.claim)
    )
    return Review(tuple(order))


def _shifted(finding: Finding, lines: int) -> Finding:
    claim = msgspec.structs.replace(finding.claim, document_line=finding.claim.document_line + lines)
    return msgspec.structs.replace(finding, claim=claim)
