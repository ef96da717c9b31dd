"""`callchain.review`: the claims of documents, packages and texts, proved or refuted."""

from __future__ import annotations

import os
from pathlib import Path

from callchain.ask.read import read_codebase
from callchain.evidence.package import load
from callchain.review.claim import Review
from callchain.review.document import Document
from callchain.review.documents import Inputs, gather
from callchain.review.prove_edge import Calls
from callchain.review.review import review as review_inputs
from callchain.review.subject import make_subject


def review(
    *paths: str | os.PathLike[str],
    root: str | os.PathLike[str] = ".",
    text: str = "",
    package: str | os.PathLike[str] | None = None,
) -> Review:
    """Prove or refute each claim about a code base.

    Args:
        paths: Markdown files, folders of them, or packages.
        root: the code base that is cited; only read.
        text: Markdown that stands in no file.
        package: a package whose runs prove calls, counts and values too.

    Returns:
        All claims in order; `refuted` holds those that are false or stale.

    Raises:
        CallchainError: a bad root, a path that does not exist or holds nothing to review.
    """
    codebase = read_codebase(Path(root), _silent)
    inputs = gather([os.fspath(path) for path in paths], codebase.tree.root, "")
    if text:
        inputs = Inputs((*inputs.documents, Document("<text>", text)), inputs.packages, inputs.parts)
    against = load(Path(package)) if package is not None else None
    return review_inputs(inputs, Calls(make_subject(codebase.tree, codebase.graph)), _silent, against=against)


def _silent(_phase: str) -> None:
    return
