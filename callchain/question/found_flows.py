"""The flows of a question with the ways found for each: what entry points and the answer both rest on."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import msgspec

from callchain.callgraph.graph import CallGraph
from callchain.facts.records import FileFacts
from callchain.model.question import Question, Ranked
from callchain.question.pathways import Worth
from callchain.question.plan import FlowPlan, plan
from callchain.question.trunk import Trunk, look, trunks
from callchain.question.worth import worth_of
from callchain.source.tree import SourceTree

SIZE = 12
"""About how many functions a flow shows."""


class FoundFlow(msgspec.Struct, frozen=True):
    """A flow that the question asks for, what functions are worth to it, and its ways, the best first."""

    plan: FlowPlan
    worth: Worth
    trunks: tuple[Trunk, ...]


def find_flows(
    question: Question,
    ranking: Sequence[Ranked],
    graph: CallGraph,
    facts: Mapping[str, FileFacts],
    tree: SourceTree,
    paths: Collection[str],
    size: int = SIZE,
) -> tuple[FoundFlow, ...]:
    """The ways of each flow, in the order of the question."""
    seen = look(question, ranking, graph, facts, tree, paths, size)
    found = []
    for flow in plan(question, ranking, graph, tree, paths):
        worth = worth_of(question, flow, ranking, graph)
        found.append(FoundFlow(flow, worth, trunks(flow, worth, seen)))
    return tuple(found)
