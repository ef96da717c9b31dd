"""Sections 6, 11 and 12: scaling, constants and units, device and dtype."""

from __future__ import annotations

from callchain.model.package import Evidence
from callchain.report.markdown import anchor, code, table
from callchain.report.names import Names
from callchain.report.sections.absence import absent


def scaling(evidence: Evidence, names: Names) -> list[str]:
    """Each factor in the order of the chain, with its owner."""
    if not evidence.scaling:
        return absent(evidence, "Normalisation/scaling chain")
    rows = [
        (
            str(step.order),
            code(step.factor),
            code(step.expression),
            code(names.short(step.symbol)),
            anchor(step.path, step.line),
        )
        for step in sorted(evidence.scaling, key=lambda step: (step.order, step.path, step.line))
    ]
    return table(("Order", "Factor", "Expression", "Owner", "Anchor"), rows)


def constants(evidence: Evidence, names: Names) -> list[str]:
    """Constants and units on the chain, and the units that taps declare."""
    lines = _table(evidence, names, {"constant", "unit"})
    rows = [(code(tap.key), code(tap.units), anchor(tap.path, tap.line)) for tap in evidence.taps if tap.units]
    if rows:
        lines += ["", "### Units declared by taps", "", *table(("Tap", "Units", "Anchor"), rows)]
    return lines or absent(evidence, "Data, units and constants")


def devices(evidence: Evidence, names: Names) -> list[str]:
    """Device and dtype choices on the chain."""
    lines = _table(evidence, names, {"device", "dtype"})
    return lines or absent(evidence, "Device and dtype")


def _table(evidence: Evidence, names: Names, kinds: set[str]) -> list[str]:
    rows = [
        (
            found.kind,
            code(found.name),
            code(found.value),
            code(names.short(found.symbol)),
            anchor(found.path, found.line),
        )
        for found in evidence.constants
        if found.kind in kinds
    ]
    return table(("Kind", "Name", "Value", "In", "Anchor"), rows) if rows else []
