"""Sections 5 and 9: the stages of each flow in order, and its edges with their verdicts."""

from __future__ import annotations

from callchain.model.chain import Flow, FlowEdge
from callchain.model.package import Evidence
from callchain.report.counts import verdict
from callchain.report.markdown import anchor, code, table, text
from callchain.report.names import Names, flow_label
from callchain.report.sections.absence import absent
from callchain.report.stage_marks import StageMarks


def stages(evidence: Evidence, names: Names) -> list[str]:
    """One numbered list per flow, with what the runs say of each stage."""
    if not evidence.flows:
        return absent(evidence, "Core pipeline stages")
    marks = StageMarks(evidence, names)
    lines: list[str] = []
    for flow in evidence.flows:
        words = marks.of(flow)
        lines += [heading(flow), ""]
        for number, stage in enumerate(flow.chain, 1):
            place = anchor(stage.path, stage.line, stage.end_line)
            why = f": {text(stage.why)}" if stage.why else ""
            mark = f" ({words[stage.symbol]})" if stage.symbol in words else ""
            lines.append(f"{number}. **{stage.stage}** {code(names.short(stage.symbol))} {place}{mark}{why}")
        lines.append("")
    return lines


def heading(flow: Flow) -> str:
    """The flow's sub-heading, its role said where it is a contrast."""
    title = f": {text(flow.title)}" if flow.title and flow.title != flow.name else ""
    return f"### Flow {text(flow_label(flow))}{title}"


def edges(evidence: Evidence, names: Names) -> list[str]:
    """One table per flow; without a run each edge says so."""
    if not any(flow.edges for flow in evidence.flows):
        return absent(evidence, "Edge list per flow")
    header = ("Edge", "Why", "Call site", "Callee", "Verdict", "Via")
    lines: list[str] = []
    for flow in evidence.flows:
        lines += [heading(flow), ""]
        lines += table(header, (_edge(edge, names) for edge in flow.edges)) if flow.edges else _no_edge(flow)
        lines.append("")
    return lines


def _no_edge(flow: Flow) -> list[str]:
    begin = f", which begins at {anchor(flow.chain[0].path, flow.chain[0].line)}," if flow.chain else ""
    return [f"No call between functions of this flow{begin} was read or seen."]


def _edge(edge: FlowEdge, names: Names) -> tuple[str, ...]:
    rule = f"{edge.rule}, confidence {edge.confidence:.2f}" if edge.rule else ""
    cargo = f"passes “{edge.passes}”" if edge.passes else ""
    loop = "in a loop" if edge.repeats else ""
    why = "; ".join(text(part) for part in (edge.why, rule, cargo, loop) if part)
    return (
        code(names.arrow(edge.caller, edge.callee)),
        why,
        anchor(edge.path, edge.line),
        anchor(edge.callee_path, edge.callee_line) if edge.callee_line else code(edge.callee),
        f"**{verdict(edge.verdict, edge.count)}**",
        ", ".join(code(names.short(name)) for name in edge.via),
    )
