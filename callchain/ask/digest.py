"""The few lines that a person reads at the end of a run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from callchain.model.package import Evidence

_NOTEWORTHY = frozenset({"fail", "error"})


def digest(evidence: Evidence, folder: Path) -> tuple[str, ...]:
    """The answer in short: flows, verdicts, failing expectations, and where the package is."""
    return (*_answer(evidence), *_figures(evidence), *_failures(evidence), f"package  {folder}")


def _answer(evidence: Evidence) -> Iterator[str]:
    if not evidence.entry_points:
        yield "answer   no confident entry point"
    for flow in evidence.flows:
        names = [stage.symbol.partition("::")[2] for stage in flow.chain]
        yield f"{flow.name:<8} {' → '.join(names) or 'nothing found'}"


def _figures(evidence: Evidence) -> Iterator[str]:
    quality = evidence.quality
    yield f"edges    {_counts(quality.edges)}"
    if evidence.taps:
        yield f"taps     {_counts(quality.taps)} · expectations {_counts(quality.expectations)}"
    for run in evidence.runs:
        if run.exit_code != 0 or run.ended != "exit":
            yield f"run      {run.name}: exit code {run.exit_code}, ended by {run.ended}"
    yield f"anchors  {quality.anchors_checked} proved, {quality.anchors_false} false"


def _failures(evidence: Evidence) -> Iterator[str]:
    for tap in evidence.taps:
        for result in tap.expectations:
            if result.verdict in _NOTEWORTHY:
                yield f"{result.verdict:<8} {tap.key}: {result.expression}  [{result.value}]"


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {name}" for name, count in sorted(counts.items()) if count) or "none"
