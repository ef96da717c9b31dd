"""What the runs say of each stage of a flow, in a few words."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from callchain.evidence.entries import Entry, entries_of
from callchain.evidence.verdicts import CONFIRMED, LINE_RAN, NOT_REACHED, NOT_RUN, OBSERVED_ONLY
from callchain.model.chain import Flow, FlowEdge
from callchain.model.package import Evidence
from callchain.report.counts import plural, times, verdict
from callchain.report.markdown import anchor, code
from callchain.report.names import Names

_ORDER = {CONFIRMED: 0, OBSERVED_ONLY: 1, LINE_RAN: 2, NOT_REACHED: 3}
UNTRACED = "outside the traced files"
_RAN, _DID_NOT_RUN = "ran ", "did not run"

Place = Callable[[str, str, int], str]
"""Writes a caller with its line: short name, path, line."""


def in_markdown(caller: str, path: str, line: int) -> str:
    """A caller and its line as code spans."""
    return f"{code(caller)} {anchor(path, line)}"


def in_plain_text(caller: str, path: str, line: int) -> str:
    """A caller and its line without markup."""
    return f"{caller} {path}:{line}"


class StageMarks:
    """The runs' word on the stages; empty words where nothing was run."""

    def __init__(self, evidence: Evidence, names: Names, place: Place = in_markdown) -> None:
        self._names = names
        self._place = place
        self._ran = bool(evidence.runs)
        self._entries = entries_of(evidence.runs)

    def of(self, flow: Flow) -> Mapping[str, str]:
        """For each stage of the flow: the best verdict of an edge into it, else whether and from where it ran."""
        if not self._ran:
            return {}
        best = _best_edges(flow)
        untraced = {edge.path for edge in flow.edges if edge.verdict == NOT_RUN}
        return {
            stage.symbol: self._mark(stage.symbol, best.get(stage.symbol), traced=stage.path not in untraced)
            for stage in flow.chain
        }

    def brief(self, flow: Flow) -> Mapping[str, str]:
        """For the stages that no edge of the flow was seen to enter: `ran` with the count, or `did not run`."""
        words = {symbol: mark.partition(",")[0] for symbol, mark in self.of(flow).items()}
        return {symbol: word for symbol, word in words.items() if word.startswith((_RAN, _DID_NOT_RUN))}

    def _mark(self, symbol: str, edge: FlowEdge | None, *, traced: bool) -> str:
        if edge is not None and edge.verdict in (CONFIRMED, OBSERVED_ONLY):
            return verdict(edge.verdict, edge.count)
        entries = self._entries.get(symbol, ())
        if entries:
            return f"{_RAN}{times(sum(entry.count for entry in entries))}, entered from {self._from(entries)}"
        if edge is None:
            return _DID_NOT_RUN if traced else "was not traced"
        return "its caller was not traced" if edge.verdict == NOT_RUN else edge.verdict

    def _from(self, entries: tuple[Entry, ...]) -> str:
        first = entries[0]
        where = self._place(self._names.short(first.caller), first.path, first.line) if first.caller else UNTRACED
        return f"{where} and {plural(len(entries) - 1, 'more place')}" if len(entries) > 1 else where


def _best_edges(flow: Flow) -> Mapping[str, FlowEdge]:
    """For each callee the edge of the flow with the best verdict, then the highest count."""
    best: dict[str, FlowEdge] = {}
    for edge in sorted(flow.edges, key=lambda edge: (_ORDER.get(edge.verdict, 4), -edge.count)):
        best.setdefault(edge.callee, edge)
    return best
