"""Who entered a function in the runs, from the record alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from callchain.evidence.verdicts import merge_edges
from callchain.model.package import RunSummary
from callchain.model.recording import CallNode, ObservedEdge
from callchain.model.symbol import split


@dataclass(frozen=True)
class Entry:
    """Entries of one function from one line; without a caller they came from files that were not traced."""

    count: int
    caller: str = ""
    line: int = 0

    @property
    def path(self) -> str:
        """The caller's file."""
        return split(self.caller)[0]


def entries_of(runs: Sequence[RunSummary]) -> Mapping[str, tuple[Entry, ...]]:
    """For each function that ran its entries: from untraced code first, then by how many came from one line."""
    found: dict[str, list[Entry]] = {}
    for symbol, count in _unexplained(runs).items():
        found.setdefault(symbol, []).append(Entry(count))
    for edge in _edges(runs):
        found.setdefault(edge.callee, []).append(Entry(edge.count, edge.caller, edge.line))
    return {
        symbol: tuple(sorted(entries, key=lambda e: (bool(e.caller), -e.count, e.caller, e.line)))
        for symbol, entries in found.items()
    }


def _edges(runs: Sequence[RunSummary]) -> tuple[ObservedEdge, ...]:
    return merge_edges(edge for run in runs for edge in run.edges)


def _unexplained(runs: Sequence[RunSummary]) -> Mapping[str, int]:
    """Roots of the call trees: nothing that was traced was below them."""
    counts: dict[str, int] = {}
    for root in _roots(runs):
        counts[root.symbol] = counts.get(root.symbol, 0) + root.count
    return counts


def _roots(runs: Sequence[RunSummary]) -> Iterator[CallNode]:
    for run in runs:
        for process in run.processes:
            for thread in process.threads:
                yield from thread.roots
