"""The review of everything that was named."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from callchain.model.package import Evidence
from callchain.review.claim import Finding, Review
from callchain.review.document import review_document
from callchain.review.documents import Inputs, docstrings
from callchain.review.package_proof import review_package, with_runs
from callchain.review.prove_edge import Calls
from callchain.review.seen import seen_in

Phase = Callable[[str], None]


def review(
    inputs: Inputs, calls: Calls, phase: Phase, *, with_docstrings: bool = False, against: Evidence | None = None
) -> Review:
    """Prove or refute every claim of the inputs.

    Args:
        inputs: what was named.
        calls: the code base.
        phase: is told what is being done.
        with_docstrings: whether the code base's docstrings are reviewed too.
        against: the record of a package, whose runs prove calls, counts and values of prose as well.
    """
    seen = None
    if against is not None:
        calls, seen = with_runs(calls, against), seen_in(against)
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
        found += review_document(document, calls, seen=seen)
    if with_docstrings:
        phase("reading docstrings")
        for docstring in docstrings(calls.subject.tree):
            findings = review_document(docstring.document, calls, first_line=docstring.first_line, seen=seen)
            found += [_shifted(each, docstring.first_line - 1) for each in findings]
    order = sorted(
        dict.fromkeys(found), key=lambda each: (each.claim.document, each.claim.document_line, each.claim)
    )
    return Review(tuple(order))


def _shifted(finding: Finding, lines: int) -> Finding:
    claim = msgspec.structs.replace(finding.claim, document_line=finding.claim.document_line + lines)
    return msgspec.structs.replace(finding, claim=claim)
