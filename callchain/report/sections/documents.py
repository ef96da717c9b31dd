"""Section 13: passages of specs and documents that speak of the chain, and the findings ledger."""

from __future__ import annotations

from callchain.model.package import Evidence
from callchain.report.markdown import anchor, code, listed, table, text
from callchain.report.names import Names
from callchain.report.sections.absence import absent

_ORDER = {"clause": 0, "finding": 1, "mention": 2}
_WIDEST = 240


def documents(evidence: Evidence, names: Names) -> list[str]:
    """Clauses first, then findings, then other passages; the ledger's word last."""
    found = sorted(evidence.documents, key=lambda d: (_ORDER.get(d.kind, 3), d.path, d.line, d.text))
    if found:
        rows = [
            (
                mention.kind,
                text(_cut(mention.text)),
                anchor(mention.path, mention.line),
                listed([code(names.short(name)) for name in mention.mentions], 4),
            )
            for mention in found
        ]
        lines = table(("Kind", "Passage", "Anchor", "Speaks of"), rows)
    else:
        lines = absent(
            evidence, "Spec and docs that speak of the chain", "no document in the tree speaks of the chain."
        )
    ledger = text(evidence.ledger) or "no ledger was looked for."
    return [*lines, "", f"Findings-ledger check: {ledger}"]


def _cut(value: str) -> str:
    plain = " ".join(value.split())
    return plain if len(plain) <= _WIDEST else f"{plain[:_WIDEST]}…"
