"""Section 13: passages of specs and documents that speak of the chain, and the findings ledger."""

from __future__ import annotations

import re

from callchain.evidence.absences import LEDGER, absence
from callchain.model.chain import DocumentMention
from callchain.model.package import Evidence
from callchain.report.markdown import anchor, code, listed, table, text
from callchain.report.names import Names
from callchain.report.sections.absence import absent

_ORDER = {"clause": 0, "finding": 1, "mention": 2}
_LINE = r"\1 (line \2)"
_WIDEST = 240
CLAUSES_NOTE = (
    "A clause is `met` by what the runs wrote, called and read and by values that were seen, `not met` by what "
    "was seen to be otherwise; all else is `not seen`."
)
PASSAGES_NOTE = "A line number inside a passage is the passage's own claim, and is written `(line N)`."
OWN_LINES = re.compile(r"(\.[A-Za-z]\w{0,4}(?:::[\w.<>]+)?):(\d+(?:-\d+)?)")


def documents(evidence: Evidence, names: Names) -> list[str]:
    """Clauses first, then findings, then other passages; the ledger's word last."""
    found = sorted(evidence.documents, key=lambda d: (_ORDER.get(d.kind, 3), d.path, d.line, d.text))
    if found:
        rows = [
            (
                mention.kind,
                text(quoted(mention.text)),
                anchor(mention.path, mention.line),
                listed([code(names.short(name)) for name in mention.mentions], 4),
                "; ".join([*_verdict(mention), *_outdated(mention)]),
            )
            for mention in found
        ]
        lines = table(("Kind", "Passage", "Anchor", "Speaks of", "Evidence"), rows)
        if any(mention.verdict for mention in found):
            lines += ["", CLAUSES_NOTE]
        if any(OWN_LINES.search(mention.text) for mention in found):
            lines += ["", PASSAGES_NOTE]
    else:
        lines = absent(evidence, "Spec and docs that speak of the chain")
    ledger = text(evidence.ledger or absence(evidence, LEDGER))
    return [*lines, "", f"Findings-ledger check: {ledger}"]


def _verdict(mention: DocumentMention) -> list[str]:
    told = "; ".join(text(part) for part in mention.rests_on)
    return [f"**{mention.verdict}**" + (f": {told}" if told else "")] if mention.verdict else []


def _outdated(mention: DocumentMention) -> list[str]:
    """What was cited is no anchor of this package; nor need what was found be one."""
    return [f"**outdated**: {text(OWN_LINES.sub(_LINE, part))}" for part in mention.outdated]


def quoted(passage: str) -> str:
    """The passage on one line, cut; anchors of its own do not look like anchors of this package."""
    plain = OWN_LINES.sub(_LINE, " ".join(passage.split()))
    return plain if len(plain) <= _WIDEST else f"{plain[:_WIDEST]}…"
