"""What a section says when the package has nothing for it."""

from __future__ import annotations

import re

from callchain.evidence.absences import absence
from callchain.model.package import Evidence
from callchain.report.markdown import text


def absent(evidence: Evidence, title: str) -> list[str]:
    """The recorded reason why the section could not be filled."""
    wanted = _key(title)
    for name in sorted(evidence.absent):
        if _key(name) == wanted or wanted.startswith(_key(name)):
            return [f"Not filled: {text(evidence.absent[name])}"]
    return [f"Not filled: {text(absence(evidence, title)) or 'the record gives no reason'}"]


def _key(title: str) -> str:
    """Titles compare by their letters, without a leading number."""
    return re.sub(r"[^a-z]", "", re.sub(r"^\s*\d+[.)]?\s*", "", title).lower())
