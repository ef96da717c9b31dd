"""The cheapest test that reaches a chain's sink: the run of interest, where the asker leaves its choice to us."""

from __future__ import annotations

import os
import re
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from callchain.callgraph.graph import CallGraph
from callchain.model.chain import Chain, Flow
from callchain.model.errors import CallchainError
from callchain.model.symbol import Definition
from callchain.source.tree import SourceTree

_SLOW = re.compile(r"\bmark\.(slow|gpu|cuda|network|integration|skip|skipif|xfail|nightly|benchmark)\b")
"""Marks by which test suites set apart what is costly or does not run everywhere."""
_JUDGED = 200
"""How many of the nearest tests are weighed against each other."""


@dataclass(frozen=True)
class RunOfInterest:
    """A test to run, and what speaks for it.

    `command` names the test's file as seen from the folder where the run starts; `why` is one sentence.
    """

    symbol: str
    command: tuple[str, ...]
    why: str


@dataclass(frozen=True)
class _Test:
    definition: Definition
    sinks: int
    entries: tuple[str, ...]
    """The entries of flows without a sink that it reaches too."""
    calls_away: int
    costly: bool
    reached: int


def run_of_interest(chain: Chain, graph: CallGraph, tree: SourceTree, workdir: Path) -> RunOfInterest:
    """The test that reaches most of the answer's sinks and, among those, can call the fewest functions.

    What a test can call, read off the graph, stands for what it costs; tests marked as slow, skipped or in need of
    hardware come last. The end of a flow without a sink is come to on many other ways: there a test that passes
    the flow's entry comes before one that does not.

    Args:
        chain: the answer as read.
        graph: all calls of the code base.
        tree: its files.
        workdir: where the run starts.

    Raises:
        CallchainError: no test of the code base is seen to reach a sink.
    """
    sinks = _sinks(chain.flows)
    near = _tests_reaching(sinks, graph, tree)
    if not near:
        raise CallchainError(
            f"--roi auto: no test is seen to reach {_named(sinks)}",
            hint="name a run after `--`, or read only with --static-only",
        )
    entering = _tests_reaching(_entries(chain.flows), graph, tree)
    order = {
        test: (-len(near[test]), -len(entering.get(test, ())), sum(near[test].values()), test) for test in near
    }
    judged = [
        _judge(graph.definitions[test], near[test], entering.get(test, {}), graph)
        for test in sorted(near, key=order.__getitem__)[:_JUDGED]
    ]
    best = min(judged, key=_order)
    return RunOfInterest(
        best.definition.symbol, _command(best.definition, tree, workdir), _why(best, judged, sinks)
    )


def _sinks(flows: Sequence[Flow]) -> tuple[str, ...]:
    """The last sink of each flow of the answer, or its end where none is a sink."""
    answers = [flow for flow in flows if flow.role == "answer" and flow.chain]
    ends = [[stage for stage in flow.chain if stage.stage == "sink"] or flow.chain for flow in answers]
    return tuple(dict.fromkeys(stages[-1].symbol for stages in ends))


def _entries(flows: Sequence[Flow]) -> tuple[str, ...]:
    """The entries of the answer's flows that end in no sink."""
    answers = [flow for flow in flows if flow.role == "answer" and flow.chain]
    open_ended = [flow for flow in answers if not any(stage.stage == "sink" for stage in flow.chain)]
    return tuple(dict.fromkeys(flow.chain[0].symbol for flow in open_ended))


def _tests_reaching(goals: Iterable[str], graph: CallGraph, tree: SourceTree) -> dict[str, dict[str, int]]:
    """Test → function → how many calls lie between them."""
    found: dict[str, dict[str, int]] = {}
    for goal in goals:
        for symbol, calls in _callers_of(goal, graph).items():
            if _is_test(symbol, graph, tree):
                found.setdefault(symbol, {})[goal] = calls
    return found


def _callers_of(symbol: str, graph: CallGraph) -> dict[str, int]:
    distance = {symbol: 0}
    pending = deque([symbol])
    while pending:
        here = pending.popleft()
        for edge in graph.calls_to(here):
            if edge.caller not in distance:
                distance[edge.caller] = distance[here] + 1
                pending.append(edge.caller)
    return distance


def _is_test(symbol: str, graph: CallGraph, tree: SourceTree) -> bool:
    definition = graph.definitions.get(symbol)
    if definition is None or definition.kind not in ("function", "method") or definition.path not in tree:
        return False
    nested = definition.kind == "function" and "." in definition.qualname
    return tree.file(definition.path).kind == "test" and definition.name.startswith("test") and not nested


def _judge(definition: Definition, found: dict[str, int], entered: dict[str, int], graph: CallGraph) -> _Test:
    owner = graph.definitions.get(f"{definition.path}::{definition.qualname.rpartition('.')[0]}")
    marks = (*definition.decorators, *(owner.decorators if owner is not None else ()))
    costly = any(_SLOW.search(mark) for mark in marks)
    reached = len(graph.reach(definition.symbol)) - 1
    return _Test(definition, len(found), tuple(entered), sum(found.values()), costly, reached)


def _order(test: _Test) -> tuple[bool, int, int, int, int, str]:
    return (test.costly, -test.sinks, -len(test.entries), test.reached, test.calls_away, test.definition.symbol)


def _command(definition: Definition, tree: SourceTree, workdir: Path) -> tuple[str, ...]:
    place = os.path.relpath(tree.root / definition.path, workdir)
    node = "::".join((Path(place).as_posix(), *definition.qualname.split(".")))
    # Nothing is written into the code base: pytest would leave its cache there.
    return ("python", "-m", "pytest", "-p", "no:cacheprovider", "-q", node)


def _why(best: _Test, judged: Sequence[_Test], sinks: Sequence[str]) -> str:
    test = best.definition
    alike = (best.costly, best.sinks, len(best.entries))
    rivals = sum(1 for each in judged if (each.costly, each.sinks, len(each.entries)) == alike)
    seen = f"{best.sinks} of {len(sinks)} sinks" if len(sinks) > 1 else _named(sinks)
    entered = f" through {_named(best.entries)}" if best.entries else ""
    least = f", the fewest of {rivals} tests that do" if rivals > 1 else ", the only test that does"
    marked = "; it is marked as costly or conditional, and no other test does" if best.costly else ""
    return (
        f"{test.symbol}:{test.line} reaches {seen}{entered} and can call {best.reached} functions{least}{marked}"
    )


def _named(sinks: Sequence[str]) -> str:
    shown = ", ".join(sinks[:3]) or "the sink of the answer"
    return f"{shown} and {len(sinks) - 3} more" if len(sinks) > 3 else shown
