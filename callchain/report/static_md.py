"""`callchain/static.md`: all that is known of the chain, in fifteen sections."""

from __future__ import annotations

from collections.abc import Callable

from callchain.model.package import Evidence
from callchain.report.markdown import joined, text
from callchain.report.names import Names, names_of
from callchain.report.sections import arithmetic, artefacts, asked, contrast, documents, flows, gaps, state

Section = Callable[[Evidence, Names], list[str]]

SECTIONS: tuple[tuple[str, Section], ...] = (
    ("Analysis question", asked.question),
    ("Candidate entry points", asked.candidates),
    ("Selected entry points and why", asked.selected),
    ("Config flow", state.config_flow),
    ("Core pipeline stages", flows.stages),
    ("Normalisation/scaling chain", arithmetic.scaling),
    ("Sinks and artefacts", artefacts.sinks),
    ("Side effects and global mutations", state.side_effects),
    ("Edge list per flow", flows.edges),
    ("Contrast", contrast.contrast),
    ("Data, units and constants", arithmetic.constants),
    ("Device and dtype", arithmetic.devices),
    ("Spec and docs that speak of the chain", documents.documents),
    ("Gaps and blind spots", gaps.gaps),
    ("Assumptions", gaps.assumptions),
)


def render(evidence: Evidence) -> str:
    """The document; a section that cannot be filled says so and why."""
    names = names_of(evidence)
    title = f"# Call chain: {text(evidence.initiative_id)}" if evidence.initiative_id else "# Call chain"
    lines = [title, ""]
    for number, (title, section) in enumerate(SECTIONS, 1):
        lines += [f"## {number} {title}", "", *section(evidence, names), ""]
    return joined(lines)
