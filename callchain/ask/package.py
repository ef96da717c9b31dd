"""From a request to a package on disk, complete or marked `PARTIAL`."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from callchain._version import __version__
from callchain.ask.citations import with_outdated_citations
from callchain.ask.digest import Line, digest
from callchain.ask.observe import locate_taps, observe, traced_paths
from callchain.ask.read import Answer, Phase, read_answer
from callchain.ask.request import AskRequest, package_folder
from callchain.ask.roi import with_chosen_run
from callchain.evidence.join import join
from callchain.evidence.package import EVIDENCE, Draft, abandon, begin, finish
from callchain.evidence.secrets import without_secrets
from callchain.facts.collection import no_collection
from callchain.model.graph import BlindSpot
from callchain.model.package import Evidence, Provenance
from callchain.model.recording import RunRecord
from callchain.model.tap import LocatedTap, TapResult
from callchain.probe.redact import Redactor
from callchain.report.all import render_all
from callchain.taps.expect import judge
from callchain.trace.artefacts import inspect
from callchain.trace.group import INTERRUPTED, OUT_OF_TIME

_RANKED = 50
"""How much of the ranking a package keeps; finding flows looks further down."""
REFUTED = "static-only: line ran"


@dataclass(frozen=True)
class Outcome:
    """A finished package and what the exit code depends on."""

    folder: Path
    evidence: Evidence
    evidence_json: bytes
    digest: tuple[Line, ...]
    target_failed: bool
    out_of_time: bool
    interrupted: bool = False

    @property
    def refuted(self) -> bool:
        """Whether an expectation failed or an edge was refuted by the run."""
        edges = [edge for flow in self.evidence.flows for edge in flow.edges]
        # An import whose module was loaded before enters nothing; that refutes no edge.
        denied = any(edge.verdict == REFUTED and "imported before" not in edge.via for edge in edges)
        return denied or bool(self.evidence.quality.expectations.get("fail", 0))


def ask(request: AskRequest, phase: Phase) -> Outcome:
    """Read, run, join, render and write.

    Raises:
        CallchainError: bad input, a command that does not start, or a place that cannot be written to; what was
            recorded until then stays in the folder, marked `PARTIAL`.
    """
    draft = begin(package_folder(request), replace=request.replace)
    try:
        answer = read_answer(request, phase)
        if request.roi_auto:
            phase("choosing a test to run")
            request, answer = with_chosen_run(request, answer)
        taps = locate_taps(request.taps, answer.codebase.tree)
        runs = observe(request, answer, taps, draft.folder / "trace" / "recording", phase)
        phase("writing the package")
        return _deliver(request, draft, answer, taps, runs)
    except BaseException as error:
        abandon(draft, f"{type(error).__name__}: {error}")
        raise


def _deliver(
    request: AskRequest, draft: Draft, answer: Answer, taps: Sequence[LocatedTap], runs: Sequence[RunRecord]
) -> Outcome:
    redactor = Redactor(request.redact)
    redactor.learn(os.environ)
    with no_collection():
        evidence, shown = _evidence(request, answer, taps, runs, redactor)
    folder = finish(draft, evidence, shown)
    return Outcome(
        folder=folder,
        evidence=evidence,
        evidence_json=(folder / EVIDENCE).read_bytes(),
        digest=digest(evidence, folder),
        target_failed=any(run.exit_code != 0 for run in runs),
        out_of_time=any(run.ended == OUT_OF_TIME for run in runs),
        interrupted=any(run.ended == INTERRUPTED for run in runs),
    )


def _evidence(
    request: AskRequest,
    answer: Answer,
    taps: Sequence[LocatedTap],
    runs: Sequence[RunRecord],
    redactor: Redactor,
) -> tuple[Evidence, dict[str, bytes]]:
    """The record without secrets, and the files that show it."""
    evidence = with_outdated_citations(join_evidence(request, answer, taps, runs), answer)
    evidence = without_secrets(evidence, redactor)
    return evidence, render_all(evidence, runs, answer.codebase.tree)


def join_evidence(
    request: AskRequest, answer: Answer, taps: Sequence[LocatedTap], runs: Sequence[RunRecord]
) -> Evidence:
    """The package's record from all that was read and recorded."""
    tree = answer.codebase.tree
    return join(
        answer.question,
        answer.ranking[:_RANKED],
        answer.candidates,
        answer.entry_points,
        answer.chain,
        tree=tree,
        provenance=_provenance(request, answer),
        graph_edges=answer.codebase.graph.edges,
        runs=runs,
        taps=judge_taps(taps, runs),
        artefacts=[artefact for record in runs for artefact in inspect(record)],
        traced=traced_paths(answer),
        files_read=len(tree.files),
    )


def judge_taps(taps: Sequence[LocatedTap], runs: Sequence[RunRecord]) -> tuple[TapResult, ...]:
    """Each tap with its hits of all runs, in the order of the runs."""
    return tuple(_judged(tap, runs) for tap in taps)


def _judged(tap: LocatedTap, runs: Sequence[RunRecord]) -> TapResult:
    key = tap.spec.key
    hits = [hit for run in runs for hit in run.hits.get(key, ())]
    total = sum(max(run.hits_total.get(key, 0), len(run.hits.get(key, ()))) for run in runs)
    return judge(tap, hits, total=total, note=_note(key, runs))


def _note(key: str, runs: Sequence[RunRecord]) -> str:
    """What the runs say of a tap's hits; where there are several, which of them says it."""
    notes = {run.name: run.tap_notes[key] for run in runs if key in run.tap_notes}
    if len(runs) == 1:
        return "".join(notes.values())
    return "; ".join(f"run {name}: {note}" for name, note in notes.items())


def _provenance(request: AskRequest, answer: Answer) -> Provenance:
    tree = answer.codebase.tree
    return Provenance(
        tool=f"callchain {__version__}",
        commit=tree.commit,
        dirty=tree.dirty,
        command=request.shown_command,
        root=tree.root.name,
        namespaces=request.namespaces,
        forge="" if tree.dirty else tree.forge,
        skipped=tuple(sorted((*tree.skipped, *_unparsed(answer)))),
    )


def _unparsed(answer: Answer) -> list[BlindSpot]:
    return [
        BlindSpot(path=path, line=1, symbol="", kind="file", reason=facts.error)
        for path, facts in answer.codebase.facts.items()
        if facts.error
    ]
