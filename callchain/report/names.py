"""Short names of symbols: the qualname where it is the only one in the package, else with its file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from callchain.model.chain import Flow
from callchain.model.package import Evidence
from callchain.model.recording import CallNode
from callchain.model.symbol import MODULE, split


class Names:
    """Knows which qualnames are taken by one symbol alone."""

    def __init__(self, symbols: Iterable[str]) -> None:
        owners: dict[str, set[str]] = {}
        for symbol in symbols:
            owners.setdefault(split(symbol)[1], set()).add(symbol)
        self._single = frozenset(name for name, found in owners.items() if len(found) == 1)

    def short(self, symbol: str) -> str:
        """`Class.method`, or `path::Class.method` where that is not enough; a module is its path."""
        path, qualname = split(symbol)
        if "::" not in symbol:
            return symbol
        if qualname == MODULE:
            return path
        return qualname if qualname in self._single else symbol

    def arrow(self, caller: str, callee: str) -> str:
        """`caller → callee`."""
        return f"{self.short(caller)} → {self.short(callee)}"


def flow_label(flow: Flow) -> str:
    """The flow's name, with its role where the name does not say it."""
    told = flow.role != "contrast" or "contrast" in flow.name
    return flow.name if told else f"{flow.name} (contrast)"


def names_of(evidence: Evidence) -> Names:
    """The names of every symbol that the package speaks of."""
    return Names(_symbols(evidence))


def _symbols(evidence: Evidence) -> Iterator[str]:
    for flow in evidence.flows:
        yield from (stage.symbol for stage in flow.chain)
        for edge in flow.edges:
            yield from (end for end in (edge.caller, edge.callee) if "::" in end)
    yield from (ranked.symbol for ranked in evidence.ranking)
    for candidate in evidence.candidates:
        yield candidate.symbol
        yield from (caller.symbol for caller in candidate.callers)
        yield from candidate.reaches
    yield from (effect.symbol for effect in evidence.effects)
    yield from (change.symbol for change in evidence.mutations)
    yield from (access.symbol for key in evidence.state for access in key.accesses)
    yield from (tap.symbol for tap in evidence.taps)
    yield from (spot.symbol for spot in evidence.blind_spots if "::" in spot.symbol)
    for run in evidence.runs:
        yield from tree_symbols(root for process in run.processes for t in process.threads for root in t.roots)


def tree_symbols(roots: Iterable[CallNode]) -> Iterator[str]:
    """Every symbol of some call trees."""
    waiting = list(roots)
    while waiting:
        node = waiting.pop()
        yield node.symbol
        waiting += node.children
