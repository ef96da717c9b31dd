"""Flows with their verdicts, and the calls of the run that touch them but were not read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import msgspec

from callchain.evidence.mechanism import mechanism
from callchain.evidence.sources import Sources
from callchain.evidence.verdicts import CONFIRMED, LINE_RAN, OBSERVED_ONLY, Observation, judge_edge
from callchain.model.chain import Flow, FlowEdge, Stage
from callchain.model.graph import BlindSpot, Edge
from callchain.model.recording import ObservedEdge
from callchain.model.symbol import digest_of, split

MOST_OBSERVED = 40
"""How many observed-only edges a flow shows; the others are counted in a blind spot."""

ReadEdges = Mapping[tuple[str, str], tuple[Edge, ...]]


@dataclass(frozen=True)
class JoinedFlow:
    """A flow after the join, with what had to be left out of it."""

    flow: Flow
    left_out: tuple[BlindSpot, ...] = ()


def index_edges(edges: Iterable[Edge]) -> ReadEdges:
    """Edges of the call graph by their two ends."""
    found: dict[tuple[str, str], list[Edge]] = {}
    for edge in edges:
        found.setdefault((edge.caller, edge.callee), []).append(edge)
    return {ends: tuple(sorted(here)) for ends, here in found.items()}


def join_flow(flow: Flow, seen: Observation, sources: Sources, read: ReadEdges) -> JoinedFlow:
    """Judge each edge of the flow and add the observed ones that touch it."""
    stages = tuple(with_digest(stage, sources) for stage in flow.chain)
    edges = tuple(judge_edge(with_callee(edge, sources), seen, sources) for edge in flow.edges)
    extra, left = _observed_edges(flow, edges, seen, sources, read) if seen.ran else ((), 0)
    joined = msgspec.structs.replace(flow, chain=stages, edges=edges + extra)
    return JoinedFlow(joined, (_left_out(flow, left),) if left else ())


def with_digest(stage: Stage, sources: Sources) -> Stage:
    """The stage with the digest of its source lines; as it was when the file cannot be read."""
    lines = sources.lines(stage.path)
    if stage.digest or lines is None or not 1 <= stage.line <= stage.end_line <= len(lines):
        return stage
    return msgspec.structs.replace(stage, digest=digest_of(list(lines[stage.line - 1 : stage.end_line])))


def with_callee(edge: FlowEdge, sources: Sources) -> FlowEdge:
    """The edge with the place of its callee's definition, where that is known and not said yet."""
    ends = sources.extents(edge.callee) if "::" in edge.callee and not edge.callee_line else ()
    if not ends:
        return edge
    return msgspec.structs.replace(edge, callee_path=split(edge.callee)[0], callee_line=ends[0].line)


def _observed_edges(
    flow: Flow, known: tuple[FlowEdge, ...], seen: Observation, sources: Sources, read: ReadEdges
) -> tuple[tuple[FlowEdge, ...], int]:
    place = {stage.symbol: index for index, stage in reversed(list(enumerate(flow.chain)))}
    touching = []
    for (caller, callee), group in seen.edges.items():
        if caller not in place and callee not in place:
            continue
        touching += [edge for edge in group if not _is_known(edge, known, sources)]
    denied = [edge for edge in known if edge.verdict == LINE_RAN]
    joined = [
        _as_flow_edge(edge, place, sources, read, instead=_instead(edge, denied, sources))
        for edge in sorted(touching)
    ]
    kept = [edge for edge in joined if edge is not None]
    kept.sort(key=lambda edge: _order(edge, place))
    shown = sorted(kept[:MOST_OBSERVED], key=lambda edge: _position(edge, place))
    return tuple(shown), len(kept) - len(shown)


def _is_known(edge: ObservedEdge, known: tuple[FlowEdge, ...], sources: Sources) -> bool:
    for other in known:
        same_ends = other.caller == edge.caller and edge.callee in (other.callee, f"{other.callee}.__init__")
        if same_ends:
            first, last = sources.statement(other.path, other.line)
            if first <= edge.line <= last:
                return True
    return False


def _instead(edge: ObservedEdge, denied: Iterable[FlowEdge], sources: Sources) -> bool:
    """Whether it is what a line of the flow entered in the place of a callee that the flow names."""
    return any(
        other.caller == edge.caller and first <= edge.line <= last
        for other in denied
        for first, last in [sources.statement(other.path, other.line)]
    )


def _as_flow_edge(
    edge: ObservedEdge, place: Mapping[str, int], sources: Sources, read: ReadEdges, *, instead: bool
) -> FlowEdge | None:
    """The observed edge in the flow's terms.

    None for one that was read and has only one end on the flow, but where the other end was entered `instead` of
    one that is on it.
    """
    path = split(edge.caller)[0]
    twin = _read_twin(edge, path, sources, read)
    inside = edge.caller in place and edge.callee in place
    if twin is not None and not inside and not instead:
        return None
    found = FlowEdge(
        caller=edge.caller,
        callee=edge.callee,
        path=path,
        line=edge.line,
        verdict=OBSERVED_ONLY,
        count=edge.count,
        via=mechanism(edge, sources),
        why="seen in a run, not found by reading",
    )
    found = with_callee(found, sources)
    if twin is None:
        return found
    return msgspec.structs.replace(
        found,
        verdict=CONFIRMED,
        rule=twin.rule,
        confidence=twin.confidence,
        via=edge.via,
        why="both ends are on the flow" if inside else "what the line entered instead",
    )


def _read_twin(edge: ObservedEdge, path: str, sources: Sources, read: ReadEdges) -> Edge | None:
    first, last = sources.statement(path, edge.line)
    ends = [edge.callee]
    if edge.callee.endswith((".__init__", ".__new__")):
        ends.append(edge.callee.rpartition(".")[0])
    for callee in ends:
        for twin in read.get((edge.caller, callee), ()):
            if first <= twin.line <= last:
                return twin
    return None


def _order(edge: FlowEdge, place: Mapping[str, int]) -> tuple[int, int, str, int, str]:
    """Both ends on the flow first, then calls made by the flow, then calls into it."""
    ends = (edge.caller in place, edge.callee in place)
    rank = {(True, True): 0, (True, False): 1}.get(ends, 2)
    return (
        rank,
        min(place.get(edge.caller, 10**6), place.get(edge.callee, 10**6)),
        edge.caller,
        edge.line,
        edge.callee,
    )


def _position(edge: FlowEdge, place: Mapping[str, int]) -> tuple[int, str, int, str]:
    at = place.get(edge.caller, place.get(edge.callee, 10**6))
    return at, edge.caller, edge.line, edge.callee


def _left_out(flow: Flow, left: int) -> BlindSpot:
    first = flow.chain[0] if flow.chain else None
    return BlindSpot(
        path=first.path if first else "",
        line=first.line if first else 0,
        symbol=first.symbol if first else "",
        kind="run",
        reason=f"{left} more observed edges touch the flow {flow.name!r}; they are in `runs` of evidence.json",
    )
