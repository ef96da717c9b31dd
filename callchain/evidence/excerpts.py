"""The lines of the source that a reader of the evidence wants to see beside it, bounded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from callchain.evidence.sources import Sources
from callchain.model.chain import Flow
from callchain.model.package import Evidence, Excerpt
from callchain.model.recording import CallNode
from callchain.model.symbol import MODULE, split

MOST_LINES = 6_000
WIDEST = 240
"""Characters of a line; a longer one is cut, and ends in `…`."""
_LONGEST_STAGE = 60
_HEAD = 8
_AROUND = 4
_NEAR = 2

_Range = tuple[str, int, int]


def excerpts_of(evidence: Evidence, sources: Sources) -> tuple[Excerpt, ...]:
    """The excerpts, by path and line; what matters most comes first while there is room."""
    wanted: dict[str, set[int]] = {}
    taken = 0
    for path, first, last in _ranges(evidence):
        lines = sources.lines(path)
        if lines is None:
            continue
        new = set(range(max(first, 1), min(last, len(lines)) + 1)) - wanted.get(path, set())
        if taken + len(new) > MOST_LINES:
            break
        wanted.setdefault(path, set()).update(new)
        taken += len(new)
    return tuple(
        Excerpt(path, first, tuple(_cut(line) for line in (sources.lines(path) or ())[first - 1 : last]))
        for path in sorted(wanted)
        for first, last in _runs(wanted[path])
    )


def _cut(line: str) -> str:
    return line if len(line) <= WIDEST else f"{line[: WIDEST - 1]}…"


def _runs(numbers: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Unbroken stretches of line numbers, in order."""
    first = last = 0
    for number in sorted(numbers):
        if first and number == last + 1:
            last = number
            continue
        if first:
            yield first, last
        first = last = number
    if first:
        yield first, last


def _ranges(evidence: Evidence) -> Iterator[_Range]:
    """Path, first and last line of all that is worth showing, the most telling first; each once."""
    for flow in evidence.flows:
        yield from _flow(flow)
    for tap in evidence.taps:
        yield tap.path, tap.line - _AROUND, max(tap.line, tap.end_line) + _AROUND
    for path, line in _places(evidence):
        yield path, line - _NEAR, line + _NEAR
    yield from dict.fromkeys(_trees(evidence))


def _flow(flow: Flow) -> Iterator[_Range]:
    for stage in flow.chain:
        yield stage.path, stage.line - 1, min(max(stage.end_line, stage.line), stage.line + _LONGEST_STAGE)
    for edge in flow.edges:
        yield edge.path, edge.line - _AROUND, edge.line + _AROUND
        if edge.callee_line:
            yield edge.callee_path, edge.callee_line - 1, edge.callee_line + _HEAD


def _places(evidence: Evidence) -> Iterator[tuple[str, int]]:
    yield from ((change.path, change.line) for change in evidence.mutations)
    yield from ((effect.path, effect.line) for effect in evidence.effects)
    yield from ((spot.path, spot.line) for spot in evidence.blind_spots)
    yield from ((step.path, step.line) for step in evidence.scaling)
    yield from ((constant.path, constant.line) for constant in evidence.constants)
    for artefact in evidence.artefacts:
        yield from ((anchor.path, anchor.line) for anchor in (*artefact.writers, *artefact.readers))
    for key in evidence.state:
        yield from ((access.path, access.line) for access in key.accesses)


def _trees(evidence: Evidence) -> Iterator[_Range]:
    waiting: list[tuple[CallNode, str]] = [
        (root, "") for run in evidence.runs for p in run.processes for t in p.threads for root in t.roots
    ]
    while waiting:
        node, parent = waiting.pop()
        if split(node.symbol)[1] != MODULE:
            yield node.path, node.line - 1, node.line + _HEAD
        if parent and node.call_line:
            yield split(parent)[0], node.call_line - _NEAR, node.call_line + _NEAR
        waiting += [(child, node.symbol) for child in reversed(node.children)]
