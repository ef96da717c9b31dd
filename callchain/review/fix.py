"""Rewrites moved anchors in the documents that cite them."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from pathlib import Path

from callchain.model.errors import CallchainError
from callchain.review.claim import MOVED, Finding


def fix(findings: Sequence[Finding]) -> str:
    """Put every moved anchor right in place; returns the unified diff of what was changed.

    Raises:
        CallchainError: a document cannot be written.
    """
    wanted: dict[str, list[Finding]] = {}
    for finding in findings:
        if finding.claim.verdict == MOVED and finding.replacement and finding.claim.kind == "anchor":
            wanted.setdefault(finding.claim.document, []).append(finding)
    return "".join(_fix(Path(document), each) for document, each in sorted(wanted.items()))


def _fix(file: Path, findings: Sequence[Finding]) -> str:
    if not file.is_file():
        return ""
    try:
        before = file.read_bytes().decode("utf-8", "surrogateescape")
        rows = _rows(before)
        for finding in findings:
            number = finding.claim.document_line - 1
            if 0 <= number < len(rows):
                rows[number] = _rewritten(rows[number], finding.claim.text, finding.replacement)
        after = "".join(rows)
        if after != before:
            file.write_bytes(after.encode("utf-8", "surrogateescape"))
    except OSError as error:
        raise CallchainError(f"cannot be rewritten: {error.strerror}", where=str(file)) from None
    name = file.as_posix()
    changed = difflib.unified_diff(_rows(before), _rows(after), f"a/{name}", f"b/{name}", n=1)
    return "".join(row if row.endswith("\n") else f"{row}\n" for row in changed)


def _rows(text: str) -> list[str]:
    """The lines with their ends, as Markdown counts them: a form feed or U+2028 ends none."""
    return re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+", text)


def _rewritten(row: str, old: str, new: str) -> str:
    """The row with the first whole occurrence of the anchor replaced."""
    pattern = re.compile(rf"(?<![\w/.\\]){re.escape(old)}(?![\w-])")
    return pattern.sub(lambda _: new, row, count=1)
