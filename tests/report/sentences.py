"""The sentences of a rendered document, and those of them that rest on nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from callchain.evidence.claims import claims_of
from callchain.model.package import Evidence
from callchain.report.sections.documents import CLAUSES_NOTE, PASSAGES_NOTE
from callchain.report.sections.state import DENIED_NOTE, SILENT_NOTE

_ANCHOR = re.compile(r"`([^`\s:]+):(\d+)(?:-\d+)?`")
_RULE = re.compile(r"^\|[ |-]+\|$")
LABELS = {SILENT_NOTE, DENIED_NOTE, CLAUSES_NOTE, PASSAGES_NOTE}
"""What explains a table's words, and says nothing of the subject."""
PARAMETERS, FIGURES = "1 Analysis question", "Evidence quality"
"""Sections that repeat the request and the record's counts; `callchain review` proves both against the record."""
_COUNT = re.compile(r"^- \*\*[^*]+\*\*(?: \([^)]*\))? 0$|^(?:-|\d+\.) … \d+ more (?:files not read, )?in ")
"""Nothing of a sort, or so many more in another place."""


@dataclass(frozen=True)
class Sentence:
    """A line of prose, an item of a list or a row of a table, with the title of its section."""

    section: str
    text: str

    def anchors(self) -> list[tuple[str, int]]:
        return [(match[1], int(match[2])) for match in _ANCHOR.finditer(self.text)]


def sentences(document: str) -> Iterator[Sentence]:
    """All but headings, the question itself, table heads and rules."""
    title = ""
    lines = document.splitlines()
    for line, after in zip(lines, [*lines[1:], ""], strict=True):
        if line.startswith("## "):
            title = line[3:]
        head = line.startswith("|") and _RULE.match(after)
        if line.strip() and not line.startswith(("#", ">")) and not _RULE.match(line) and not head:
            yield Sentence(title, line)


def unfounded(document: str, evidence: Evidence) -> list[str]:
    """The sentences with an anchor that is no claim of the record, and those with none that the record lacks."""
    claimed = {(claim.path, claim.line) for claim in claims_of(evidence)}
    files = {path for path, _ in claimed}
    found = []
    for sentence in sentences(document):
        anchors = [place for place in sentence.anchors() if place[0] in files or place[0].endswith((".py", ".md"))]
        if not all(place in claimed for place in anchors) or not (anchors or _recorded(sentence, evidence)):
            found.append(f"{sentence.section}: {sentence.text}")
    return found


def _recorded(sentence: Sentence, evidence: Evidence) -> bool:
    """Whether a sentence without an anchor tells what the record holds: a parameter, a count, an absence."""
    if sentence.section in {PARAMETERS, FIGURES} or sentence.text in LABELS:
        return True
    if _COUNT.match(sentence.text):
        return True
    if any(f"`{spot.path}`" in sentence.text for spot in evidence.provenance.skipped):
        return True
    told = sentence.text.replace("\\", "")
    absences = (*evidence.absent.values(), evidence.ledger)
    return any(absence and absence.replace("\\", "") in told for absence in absences)
