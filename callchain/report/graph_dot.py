"""`callchain/graph.dot`: the chain drawn, a cluster per flow, edges by verdict."""

from __future__ import annotations

import graphviz

from callchain.model.chain import Flow, FlowEdge
from callchain.model.package import Evidence
from callchain.report.counts import times
from callchain.report.names import Names, names_of
from callchain.report.palette import EDGE_STYLES, STAGE_FILLS, UNKNOWN_FILL, EdgeStyle
from callchain.report.visible import visible

_FONT = "Helvetica,Arial,sans-serif"


def render(evidence: Evidence) -> str:
    """The DOT source; each flow stands alone, so a function on two flows is drawn twice."""
    names = names_of(evidence)
    graph = graphviz.Digraph("callchain", node_attr=_node_attributes(), edge_attr=_edge_attributes())
    graph.attr(rankdir="TB", fontname=_FONT, fontsize="13", nodesep="0.3", ranksep="0.45", bgcolor="white")
    if not evidence.flows:
        graph.node("none", label="no flow answers the question", shape="plaintext")
    for number, flow in enumerate(evidence.flows):
        _flow(graph, f"f{number}", flow, names)
    return str(graph.source)


def _node_attributes() -> dict[str, str]:
    return {"shape": "box", "style": "rounded,filled", "fontname": _FONT, "fontsize": "11", "color": "#555555"}


def _edge_attributes() -> dict[str, str]:
    return {"fontname": _FONT, "fontsize": "9", "arrowsize": "0.7"}


def _flow(graph: graphviz.Digraph, prefix: str, flow: Flow, names: Names) -> None:
    ids = {symbol: f"{prefix}n{index}" for index, symbol in enumerate(nodes_of(flow))}
    stages = {stage.symbol: stage for stage in flow.chain}
    with graph.subgraph(name=f"cluster_{prefix}") as cluster:
        label = f"{flow.name} (contrast)" if flow.role == "contrast" else flow.name
        cluster.attr(label=escape(label), style="rounded", color="#999999", fontname=_FONT)
        for symbol, identifier in ids.items():
            stage = stages.get(symbol)
            fill = STAGE_FILLS.get(stage.stage, UNKNOWN_FILL) if stage else UNKNOWN_FILL
            place = f"{stage.path}:{stage.line}" if stage else ""
            lines = [part for part in (names.short(symbol), place, stage.stage if stage else "") if part]
            cluster.node(identifier, label=escape("\n".join(lines)), fillcolor=fill)
        for edge in flow.edges:
            _edge(cluster, ids[edge.caller], ids[edge.callee], edge)


def nodes_of(flow: Flow) -> tuple[str, ...]:
    """The flow's functions in order, then the ends of its edges that are no stage."""
    ends = (end for edge in flow.edges for end in (edge.caller, edge.callee))
    return tuple(dict.fromkeys((*(stage.symbol for stage in flow.chain), *ends)))


def _edge(cluster: graphviz.Digraph, tail: str, head: str, edge: FlowEdge) -> None:
    style = EDGE_STYLES.get(edge.verdict, EdgeStyle("#888888", "solid", ""))
    cluster.edge(
        tail, head, label=escape(edge_label(edge)), color=style.colour, fontcolor=style.colour, style=style.line
    )


def edge_label(edge: FlowEdge) -> str:
    """The call line, the count, and what it went through, or why it has no count."""
    short = EDGE_STYLES.get(edge.verdict, EdgeStyle("", "", edge.verdict)).word
    seen = times(edge.count) if edge.count else short
    via = f"via {', '.join(name.rpartition('::')[2] for name in edge.via[:2])}" if edge.via else ""
    return "\n".join(part for part in (f":{edge.line} {seen}".strip(), via) if part)


def escape(text: str) -> str:
    """Target text as a DOT label: backslashes are text, lines are centred, nothing is HTML or a record."""
    lines = [visible(line).replace("\\", "\\\\") for line in text.split("\n")]
    label: str = graphviz.nohtml("\\n".join(lines))
    return label
