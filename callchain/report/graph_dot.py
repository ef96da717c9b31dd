"""`callchain/graph.dot`: the chain drawn, a cluster per flow, edges by verdict."""

from __future__ import annotations

import graphviz

from callchain.model.chain import Flow
from callchain.model.package import Evidence
from callchain.report.counts import plural
from callchain.report.graph_model import Drawing, drawings_of
from callchain.report.names import flow_label
from callchain.report.palette import STAGE_FILLS, UNKNOWN_FILL
from callchain.report.visible import visible

_FONT = "Helvetica,Arial,sans-serif"


def render(evidence: Evidence) -> str:
    """The DOT source; each flow stands alone, so a function on two flows is drawn twice."""
    graph = graphviz.Digraph("callchain", node_attr=_node_attributes(), edge_attr=_edge_attributes())
    graph.attr(rankdir="TB", fontname=_FONT, fontsize="13", nodesep="0.3", ranksep="0.45", bgcolor="white")
    if not evidence.flows:
        graph.node("none", label="no flow answers the question", shape="plaintext")
    for number, (flow, drawing) in enumerate(drawings_of(evidence)):
        _flow(graph, f"f{number}", flow, drawing)
    return str(graph.source)


def _node_attributes() -> dict[str, str]:
    return {
        "shape": "box",
        "style": "rounded,filled",
        "fontname": _FONT,
        "fontsize": "11",
        "color": "#555555",
        "margin": "0.2,0.08",
    }


def _edge_attributes() -> dict[str, str]:
    return {"fontname": _FONT, "fontsize": "9", "arrowsize": "0.7"}


def _flow(graph: graphviz.Digraph, prefix: str, flow: Flow, drawing: Drawing) -> None:
    ids = {node.key: f"{prefix}n{index}" for index, node in enumerate(drawing.nodes)}
    with graph.subgraph(name=f"cluster_{prefix}") as cluster:
        cluster.attr(label=escape(flow_label(flow)), style="rounded", color="#999999", fontname=_FONT)
        for node in drawing.nodes:
            fill = STAGE_FILLS.get(node.stage, UNKNOWN_FILL)
            cluster.node(ids[node.key], label=escape(node.label), fillcolor=fill)
        for arrow in drawing.arrows:
            style = arrow.style
            colours = {"color": style.colour, "fontcolor": style.colour, "style": style.line}
            cluster.edge(ids[arrow.tail], ids[arrow.head], label=escape(_apart(arrow.label)), **colours)
        if drawing.left_out:
            text = f"{plural(drawing.left_out, 'more edge')}\nin static.md, section 9"
            cluster.node(f"{prefix}more", label=escape(text), shape="plaintext", style="")


def _apart(label: str) -> str:
    """The lines of an edge's label with a blank before them, so that they do not touch the edge."""
    return "\n".join(f" {line}" for line in label.split("\n"))


def escape(text: str) -> str:
    """Target text as a DOT label: backslashes are text, lines are centred, nothing is HTML or a record."""
    lines = [visible(line).replace("\\", "\\\\") for line in text.split("\n")]
    label: str = graphviz.nohtml("\\n".join(lines))
    return label
