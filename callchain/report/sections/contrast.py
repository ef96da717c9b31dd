"""Section 10: two flows side by side, and the hooks that follow."""

from __future__ import annotations

from callchain.model.package import Evidence
from callchain.report.markdown import code, table, text
from callchain.report.names import Names
from callchain.report.sections.absence import absent


def contrast(evidence: Evidence, names: Names) -> list[str]:
    """What one side has and the other lacks, from facts alone."""
    found = evidence.contrast
    if found is None:
        return absent(evidence, "Contrast")
    header = ("Aspect", text(names.short(found.a)), text(names.short(found.b)), "Gap")
    rows = [
        (text(row.aspect), _side(row.a, row.a_anchor), _side(row.b, row.b_anchor), text(row.gap))
        for row in found.rows
    ]
    lines = [*table(header, rows), "", "### Minimum hooks that follow", ""]
    if not found.hooks:
        return lines + absent(evidence, "Minimum hooks")
    return lines + [f"- {code(hook.name)}: {text(hook.why)} {code(hook.anchor)}".rstrip() for hook in found.hooks]


def _side(value: str, anchor: str) -> str:
    return " ".join(part for part in (text(value), code(anchor)) if part)
