"""What a drawing shows of a flow: all of the chain, and as much beside it as can be read."""

from __future__ import annotations

from dataclasses import dataclass

from callchain.evidence.verdicts import CONFIRMED, LINE_RAN, NOT_REACHED, OBSERVED_ONLY
from callchain.model.chain import Flow, FlowEdge
from callchain.report.counts import times
from callchain.report.palette import EDGE_STYLES, EdgeStyle

MOST_BESIDE = 10
"""Edges with an end off the chain that are drawn; the others are counted."""
_MOST_LINES = 3
_TELLING = {OBSERVED_ONLY: 0, LINE_RAN: 1, CONFIRMED: 2, NOT_REACHED: 3}


@dataclass(frozen=True)
class Arrow:
    """The calls of one verdict from one function to another."""

    caller: str
    callee: str
    verdict: str
    label: str

    @property
    def style(self) -> EdgeStyle:
        """How it is drawn."""
        return EDGE_STYLES.get(self.verdict, EdgeStyle("#888888", "solid", self.verdict))


@dataclass(frozen=True)
class Drawing:
    """The functions and arrows of a flow, and how many edges are not drawn."""

    nodes: tuple[str, ...]
    arrows: tuple[Arrow, ...]
    left_out: int


def drawing_of(flow: Flow) -> Drawing:
    """Edges between stages first; of the others those that a run tells most about."""
    stages = {stage.symbol for stage in flow.chain}
    inner = [edge for edge in flow.edges if edge.caller in stages and edge.callee in stages]
    beside = [edge for edge in flow.edges if edge not in inner]
    beside.sort(key=lambda edge: _TELLING.get(edge.verdict, 4))
    shown = {id(edge) for edge in (*inner, *beside[:MOST_BESIDE])}
    edges = [edge for edge in flow.edges if id(edge) in shown]
    ends = (end for edge in edges for end in (edge.caller, edge.callee))
    nodes = tuple(dict.fromkeys((*(stage.symbol for stage in flow.chain), *ends)))
    return Drawing(nodes, _arrows(edges), len(flow.edges) - len(edges))


def _arrows(edges: list[FlowEdge]) -> tuple[Arrow, ...]:
    groups: dict[tuple[str, str, str], list[FlowEdge]] = {}
    for edge in edges:
        groups.setdefault((edge.caller, edge.callee, edge.verdict), []).append(edge)
    return tuple(Arrow(*ends, _label(group)) for ends, group in groups.items())


def _label(group: list[FlowEdge]) -> str:
    """The call lines, the count, and what the calls went through, or why there is no count."""
    lines = [f":{edge.line}" for edge in group[:_MOST_LINES]] + (["…"] if len(group) > _MOST_LINES else [])
    count = sum(edge.count for edge in group)
    style = EDGE_STYLES.get(group[0].verdict)
    seen = times(count) if count else (style.word if style else group[0].verdict)
    via = dict.fromkeys(name.rpartition("::")[2] for edge in group for name in edge.via)
    through = f"via {', '.join(list(via)[:2])}" if via else ""
    return "\n".join(part for part in (f"{' '.join(lines)} {seen}".strip(), through) if part)
