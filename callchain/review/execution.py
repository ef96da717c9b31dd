"""The order in which a package's runs entered functions, and where two of them part."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from callchain.model.package import Evidence
from callchain.model.recording import CallNode
from callchain.model.symbol import split


@dataclass(frozen=True)
class Entered:
    """A call of a run: what was entered, from which function and line."""

    symbol: str
    caller: str
    anchor: str
    """The line of the call, or of the definition where there is no caller."""
    siblings: tuple[str, ...] = ()
    """What this call entered itself, in order."""


@dataclass(frozen=True)
class Execution:
    """All calls of all runs, in the order of runs, processes, threads and calls; folded repeats count once."""

    calls: tuple[Entered, ...]

    @cached_property
    def first(self) -> Mapping[str, int]:
        """Symbol → the position of its first call."""
        found: dict[str, int] = {}
        for position, call in enumerate(self.calls):
            found.setdefault(call.symbol, position)
        return found

    def position(self, symbol: str) -> int:
        """Where a symbol was entered first; -1 when it never was."""
        return self.first.get(symbol, -1)


def execution_of(evidence: Evidence) -> Execution:
    """The execution of a package; without runs, the chains of its flows in order."""
    if not evidence.runs:
        stages = [stage for flow in evidence.flows for stage in flow.chain]
        return Execution(tuple(Entered(stage.symbol, "", f"{stage.path}:{stage.line}") for stage in stages))
    roots = (
        root for run in evidence.runs for process in run.processes for t in process.threads for root in t.roots
    )
    return Execution(tuple(call for root in roots for call in _walk(root)))


def _walk(root: CallNode) -> Iterator[Entered]:
    waiting = [(root, "")]
    while waiting:
        node, caller = waiting.pop()
        anchor = (
            f"{split(caller)[0]}:{node.call_line}" if caller and node.call_line else f"{node.path}:{node.line}"
        )
        inside = tuple(child.symbol for child in node.children)
        yield Entered(node.symbol, caller, anchor, inside)
        waiting += [(child, node.symbol) for child in reversed(node.children)]


def spoken_of(evidence: Evidence) -> frozenset[str]:
    """The symbols that a package's flows and runs know; what is said of others follows from their absence."""
    stages = (stage.symbol for flow in evidence.flows for stage in flow.chain)
    edges = (end for flow in evidence.flows for edge in flow.edges for end in (edge.caller, edge.callee))
    return frozenset([*stages, *edges, *execution_of(evidence).first])


def parting(a: Sequence[Entered], b: Sequence[Entered]) -> int:
    """The first position at which the two entered different functions; -1 when they never part."""
    for position, (one, other) in enumerate(zip(a, b, strict=False)):
        if (one.symbol, one.caller) != (other.symbol, other.caller):
            return position
    return -1 if len(a) == len(b) else min(len(a), len(b))


def short(symbol: str) -> str:
    """A symbol as it is shown: its qualname, or a module's path."""
    path, qualname = split(symbol)
    return path if qualname == "<module>" else qualname
