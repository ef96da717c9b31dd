"""What a drawing shows of a flow: all of the chain, and as much beside it as can be read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from callchain.evidence.verdicts import CONFIRMED, LINE_RAN, NOT_REACHED, OBSERVED_ONLY
from callchain.model.chain import Flow, FlowEdge, Stage
from callchain.model.package import Evidence
from callchain.report.counts import plural, times
from callchain.report.grouping import Fan, fans
from callchain.report.names import Names, names_of
from callchain.report.palette import EDGE_STYLES, EdgeStyle
from callchain.report.stage_marks import StageMarks

MOST_BESIDE = 8
"""Functions off the chain, or bundles of them, that are drawn; edges to the others are counted."""
MOST_STAGES = 80
"""Stages of a flow that are drawn; a longer chain is read as text."""
_SMALLEST_FAN = 3
_MOST_NAMES = 3
_MOST_LINES = 3
_UNMARKED: Mapping[str, str] = MappingProxyType({})
_TELLING = {OBSERVED_ONLY: 0, LINE_RAN: 1, CONFIRMED: 2, NOT_REACHED: 3}


@dataclass(frozen=True)
class Node:
    """A function of the drawing, or several that one line entered; `stage` is empty off the chain."""

    key: str
    label: str
    stage: str = ""


@dataclass(frozen=True)
class Arrow:
    """The calls of one verdict from one node to another."""

    tail: str
    head: str
    verdict: str
    label: str

    @property
    def style(self) -> EdgeStyle:
        """How it is drawn."""
        return EDGE_STYLES.get(self.verdict, EdgeStyle("#888888", "solid", self.verdict))


@dataclass(frozen=True)
class Drawing:
    """The nodes and arrows of a flow, and how many edges are not drawn."""

    nodes: tuple[Node, ...]
    arrows: tuple[Arrow, ...]
    left_out: int


def drawings_of(evidence: Evidence) -> Iterator[tuple[Flow, Drawing]]:
    """Each flow with its drawing, its stages marked with whether they ran where no edge into them says so."""
    names = names_of(evidence)
    marks = StageMarks(evidence, names)
    for flow in evidence.flows:
        yield flow, drawing_of(flow, names, marks.brief(flow))


def drawing_of(flow: Flow, names: Names, marks: Mapping[str, str] = _UNMARKED) -> Drawing:
    """Edges between stages first; of the others those that a run tells most about."""
    chain = flow.chain[:MOST_STAGES]
    stages = {stage.symbol for stage in chain}
    near = flow.edges if len(chain) == len(flow.chain) else [edge for edge in flow.edges if edge.caller in stages]
    inner = [edge for edge in near if edge.caller in stages and edge.callee in stages]
    beside = [edge for edge in near if not (edge.caller in stages and edge.callee in stages)]
    bundles = [fan for fan in fans(beside) if len(fan.callees) >= _SMALLEST_FAN and fan.caller in stages]
    del bundles[MOST_BESIDE:]
    bundled = {edge for fan in bundles for edge in fan.edges}
    single = [edge for edge in beside if edge not in bundled]
    single.sort(key=lambda edge: _TELLING.get(edge.verdict, 4))
    shown = {*inner, *single[: MOST_BESIDE - len(bundles)]}
    edges = [edge for edge in flow.edges if edge in shown]
    nodes = [_stage(stage, names, marks.get(stage.symbol, "")) for stage in chain]
    nodes += [
        Node(end, names.short(end)) for edge in edges for end in (edge.caller, edge.callee) if end not in stages
    ]
    nodes += [_bundle(fan, names) for fan in bundles]
    if len(chain) < len(flow.chain):
        nodes.append(Node("→", f"{plural(len(flow.chain) - len(chain), 'more stage')}\nin static.md, section 5"))
    arrows = (*_arrows(edges), *(_bundle_arrow(fan) for fan in bundles))
    return Drawing(tuple(dict.fromkeys(nodes)), arrows, len(flow.edges) - len(edges) - len(bundled))


def _stage(stage: Stage, names: Names, mark: str) -> Node:
    role = f"{stage.stage}, {mark}" if mark else stage.stage
    return Node(stage.symbol, f"{names.short(stage.symbol)}\n{stage.path}:{stage.line}\n{role}", stage.stage)


def _bundle(fan: Fan, names: Names) -> Node:
    shown = [names.short(callee) for callee in fan.callees[:_MOST_NAMES]]
    left = len(fan.callees) - len(shown)
    lines = [plural(len(fan.callees), "function"), *shown, *([f"… {left} more"] if left else [])]
    return Node(_bundle_key(fan), "\n".join(lines))


def _bundle_key(fan: Fan) -> str:
    # No symbol ends in an arrow, so a bundle is never taken for a function.
    return f"{fan.caller}:{fan.line}:{','.join(fan.via)}→"


def _bundle_arrow(fan: Fan) -> Arrow:
    return Arrow(fan.caller, _bundle_key(fan), OBSERVED_ONLY, _label(fan.edges))


def _arrows(edges: Sequence[FlowEdge]) -> tuple[Arrow, ...]:
    groups: dict[tuple[str, str, str], list[FlowEdge]] = {}
    for edge in edges:
        groups.setdefault((edge.caller, edge.callee, edge.verdict), []).append(edge)
    return tuple(Arrow(*ends, _label(group)) for ends, group in groups.items())


def _label(group: Sequence[FlowEdge]) -> str:
    """The call lines, the count, and what the calls went through, or why there is no count."""
    numbers = list(dict.fromkeys(edge.line for edge in group))
    lines = [f":{line}" for line in numbers[:_MOST_LINES]] + (["…"] if len(numbers) > _MOST_LINES else [])
    count = sum(edge.count for edge in group)
    style = EDGE_STYLES.get(group[0].verdict)
    seen = times(count) if count else (style.word if style else group[0].verdict)
    via = dict.fromkeys(name.rpartition("::")[2] for edge in group for name in edge.via)
    through = f"via {', '.join(list(via)[:2])}" if via else ""
    return "\n".join(part for part in (f"{' '.join(lines)} {seen}".strip(), through) if part)
