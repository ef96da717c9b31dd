"""`callchain/graph.mmd`: the same drawing as a Mermaid flowchart, for forges that show it."""

from __future__ import annotations

from collections.abc import Iterator

from callchain.evidence.verdicts import CONFIRMED, LINE_RAN, NOT_REACHED, NOT_RUN, OBSERVED_ONLY
from callchain.model.chain import Flow
from callchain.model.package import Evidence
from callchain.report.counts import TIMES, plural
from callchain.report.graph_model import Drawing, drawings_of
from callchain.report.names import flow_label
from callchain.report.palette import STAGE_FILLS
from callchain.report.visible import visible

_ARROWS = {CONFIRMED: "-->", OBSERVED_ONLY: "==>", LINE_RAN: "-.->", NOT_REACHED: "-.->", NOT_RUN: "-->"}
_SAFE = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 ._/:,()→…") | {TIMES}


def render(evidence: Evidence) -> str:
    """The flowchart; every label is quoted and its punctuation written as entities."""
    lines = ["flowchart TB"]
    styles: list[str] = []
    for number, (flow, drawing) in enumerate(drawings_of(evidence)):
        lines += _flow(f"f{number}", flow, drawing, styles)
    if not evidence.flows:
        lines.append('  none["no flow answers the question"]')
    lines += [f"  classDef {stage} fill:{fill},stroke:#555,color:#111" for stage, fill in STAGE_FILLS.items()]
    lines += [f"  linkStyle {index} stroke:{colour}" for index, colour in enumerate(styles)]
    return "\n".join(lines) + "\n"


def _flow(prefix: str, flow: Flow, drawing: Drawing, styles: list[str]) -> Iterator[str]:
    ids = {node.key: f"{prefix}n{index}" for index, node in enumerate(drawing.nodes)}
    yield f'  subgraph {prefix}["{escape(flow_label(flow))}"]'
    for node in drawing.nodes:
        role = f":::{node.stage}" if node.stage in STAGE_FILLS else ""
        yield f'    {ids[node.key]}["{_lines(node.label)}"]{role}'
    if drawing.left_out:
        yield f'    {prefix}more["{plural(drawing.left_out, "more edge")} in static.md, section 9"]'
    yield "  end"
    for arrow in drawing.arrows:
        styles.append(arrow.style.colour)
        yield f'  {ids[arrow.tail]} {_ARROWS.get(arrow.verdict, "-->")}|"{_lines(arrow.label)}"| {ids[arrow.head]}'


def _lines(label: str) -> str:
    return "<br/>".join(escape(line) for line in label.split("\n"))


def escape(text: str) -> str:
    """Target text inside a quoted label: whatever could be syntax or markup is a numeric entity."""
    return "".join(character if _is_safe(character) else f"#{ord(character)};" for character in visible(text))


def _is_safe(character: str) -> bool:
    return character in _SAFE or (not character.isascii() and character.isalnum())
