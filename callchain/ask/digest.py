"""The few lines that a person reads at the end of a run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from callchain.chain.assumptions import RESPELLED
from callchain.model.package import Evidence

_NOTEWORTHY = frozenset({"fail", "error"})


class Line(NamedTuple):
    """A line of the digest: what it speaks of, and what it says."""

    label: str
    text: str

    def __str__(self) -> str:
        return f"{self.label:<8} {self.text}"


def digest(evidence: Evidence, folder: Path) -> tuple[Line, ...]:
    """The answer in short: flows, verdicts, failing expectations, and where the package is."""
    return (*_answer(evidence), *_figures(evidence), *_failures(evidence), Line("package", str(folder)))


def background(evidence: Evidence) -> tuple[Line, ...]:
    """What stands behind the answer, for whoever wants to know more: engines, files, open call sites."""
    quality = evidence.quality
    engines = [
        Line("engine", f"{run.name}: {run.engine} ({run.reason})" if run.reason else f"{run.name}: {run.engine}")
        for run in evidence.runs
    ]
    dropped = [
        Line("dropped", f"{run.name}: {count} {reason}")
        for run in evidence.runs
        for reason, count in sorted(run.dropped.items())
    ]
    files = Line("files", f"{quality.files_read} read, {quality.files_skipped} left out with a reason")
    return (*engines, *dropped, files, Line("open", f"{quality.call_sites_open} call sites of the chain"))


def _answer(evidence: Evidence) -> Iterator[Line]:
    for assumption in evidence.assumptions:
        if RESPELLED in assumption.text:
            yield Line("warning", f"{assumption.text} ({assumption.anchor})")
    if not evidence.entry_points:
        yield Line("answer", "no confident entry point")
    for flow in evidence.flows:
        names = [stage.symbol.partition("::")[2] for stage in flow.chain]
        yield Line(flow.name, " → ".join(names) or "nothing found")


def _figures(evidence: Evidence) -> Iterator[Line]:
    quality = evidence.quality
    yield Line("edges", _counts(quality.edges))
    if evidence.taps:
        yield Line("taps", f"{_counts(quality.taps)} · expectations {_counts(quality.expectations)}")
    for run in evidence.runs:
        if run.exit_code != 0 or run.ended != "exit":
            yield Line("run", f"{run.name}: exit code {run.exit_code}, ended by {run.ended}")
    yield Line("anchors", f"{quality.anchors_checked} proved, {quality.anchors_false} false")


def _failures(evidence: Evidence) -> Iterator[Line]:
    for tap in evidence.taps:
        for result in tap.expectations:
            if result.verdict in _NOTEWORTHY:
                yield Line(result.verdict, f"{tap.key}: {result.expression}  [{result.value}]")


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {name}" for name, count in sorted(counts.items()) if count) or "none"
