"""The edges of all flows, each once, and the arrows that gather those of one verdict between two functions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from callchain.model.chain import FlowEdge
from callchain.model.package import Evidence
from callchain.report.page.symbols import VERDICTS, Symbols
from callchain.report.visible import visible


@dataclass
class Call:
    """An edge with the numbers of the flows that it belongs to."""

    edge: FlowEdge
    flows: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class Arrow:
    """Calls of one verdict from one function to another, by their numbers among the calls."""

    tail: int
    head: int
    verdict: int
    calls: tuple[int, ...]


def calls_of(evidence: Evidence) -> tuple[Call, ...]:
    """Every edge once, in the order of the flows; an edge of two flows knows both."""
    found: dict[FlowEdge, Call] = {}
    for number, flow in enumerate(evidence.flows):
        for edge in dict.fromkeys(flow.edges):
            found.setdefault(edge, Call(edge)).flows.append(number)
    return tuple(found.values())


def arrows_of(calls: Sequence[Call], symbols: Symbols) -> tuple[Arrow, ...]:
    """The calls gathered by their ends and verdict, in the order of the first of each."""
    groups: dict[tuple[int, int, int], list[int]] = {}
    for number, call in enumerate(calls):
        edge = call.edge
        tail = symbols.number(edge.caller)
        head = symbols.number(edge.callee, edge.callee_path, edge.callee_line)
        groups.setdefault((tail, head, verdict_number(edge.verdict)), []).append(number)
    return tuple(Arrow(*ends, tuple(numbers)) for ends, numbers in groups.items())


def verdict_number(verdict: str) -> int:
    """The place of a verdict among those that the page knows; a foreign one counts as `not run`."""
    return VERDICTS.index(verdict) if verdict in VERDICTS else len(VERDICTS) - 1


def call_rows(calls: Sequence[Call]) -> list[list[object]]:
    """For each call: path, line, rule, confidence, why, count, via, flows."""
    return [
        [
            visible(call.edge.path),
            call.edge.line,
            visible(call.edge.rule),
            round(call.edge.confidence, 3),
            visible(call.edge.why),
            call.edge.count,
            [visible(name) for name in call.edge.via],
            call.flows,
        ]
        for call in calls
    ]
