"""The runs of a package, made again and held against what it recorded."""

from __future__ import annotations

import json
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from callchain.ask.observe import locate_taps, observe
from callchain.ask.package import join_evidence
from callchain.ask.read import Phase, read_answer
from callchain.ask.request import AskRequest, RunSpec
from callchain.evidence.package import load
from callchain.model.errors import CallchainError
from callchain.model.package import Evidence
from callchain.model.recording import RunRecord
from callchain.review.claim import Finding
from callchain.review.compare import compare
from callchain.review.package_proof import Package
from callchain.review.repeated import findings
from callchain.review.tolerance import Tolerance
from callchain.taps.tap_toml import as_toml, spec_of


def rerun(
    package: Package,
    root: Path,
    phase: Phase,
    *,
    tolerance: Tolerance | None = None,
    time_budget_s: float = 1800.0,
    ledger: str = "",
) -> tuple[Finding, ...]:
    """Run the recorded commands again with the recorded taps, and say of each difference that the record is false.

    The commands start where they started: in the same folder of the root, or in an empty one.

    Raises:
        CallchainError: the package is none, a tap is not found any more, or a command does not start.
    """
    evidence = load(package.folder)
    if not evidence.runs:
        raise CallchainError(
            "there is nothing to run again: nothing was run", where=package.name, hint="leave --rerun out"
        )
    if any(tap.snapshots and not tap.capture for tap in evidence.taps):
        raise CallchainError(
            "the record does not keep what its taps captured", where=package.name, hint="make the package again"
        )
    again = _again(evidence, package, root.resolve(), phase, _request(evidence, root, ledger), time_budget_s)
    return findings(package, evidence, again, compare(evidence, again, tolerance=tolerance))


def _request(evidence: Evidence, root: Path, ledger: str) -> AskRequest:
    question = evidence.question
    return AskRequest(
        question=question.text,
        root=root,
        namespaces=question.namespaces,
        initiative_id=question.initiative_id,
        scope_hints=question.scope_hints,
        roi_hint=question.roi_hint,
        contrast=question.contrast,
        ledger=ledger,
    )


def _again(
    evidence: Evidence, package: Package, root: Path, phase: Phase, request: AskRequest, budget_s: float
) -> Evidence:
    """The evidence of the same question and commands, made now; nothing of it is kept."""
    with ExitStack() as stack:
        # Each directly below the temporary folder, so that names in them are scrubbed as they were the first time.
        empty, temporary, recording = (Path(stack.enter_context(_temporary())) for _ in range(3))
        taps = recording / "taps.toml"
        if evidence.taps:
            taps.write_text(as_toml([spec_of(tap) for tap in evidence.taps]), encoding="utf-8")
        request = replace(request, taps=taps if evidence.taps else None, time_budget_s=budget_s)
        answer = read_answer(request, phase)
        located = locate_taps(request.taps, answer.codebase.tree)
        starts = _starts(package)
        runs: list[RunRecord] = []
        for run in evidence.runs:
            workdir = _workdir(starts.get(run.name, ""), root, empty)
            command = tuple(_word(word, root, workdir, temporary) for word in run.command)
            spec = RunSpec(run.name, _with_interpreter(command))
            one = replace(request, runs=(spec,), workdir=workdir)
            runs += observe(one, answer, located, recording, phase)
        return join_evidence(request, answer, located, runs)


def _temporary() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="callchain-rerun-")


def _starts(package: Package) -> dict[str, str]:
    """The folder that each run started in, as the package tells it; empty where it does not."""
    try:
        told = json.loads((package.folder / "env" / "trace_env.json").read_bytes())
        return {str(run["name"]): str(run["cwd"]) for run in told["runs"]}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _workdir(start: str, root: Path, empty: Path) -> Path:
    """The same folder of the root, or one that is empty at first and shared by the runs."""
    if not start or start.startswith(("<", "/", "~")):
        return empty
    folder = (root / start).resolve()
    return folder if folder.is_dir() and folder.is_relative_to(root) else empty


def _word(word: str, root: Path, workdir: Path, temporary: Path) -> str:
    """A word of a recorded command with its places put back: `<cwd>`, `<tmp>` and files of the root."""
    word = word.replace("<cwd>", str(workdir)).replace("<tmp>", str(temporary))
    if word.startswith("-") or Path(word).is_absolute() or (workdir / word).exists():
        return word
    return str(root / word) if word and (root / word).exists() else word


def _with_interpreter(command: tuple[str, ...]) -> tuple[str, ...]:
    return (sys.executable, *command[1:]) if command[:1] == ("python",) else command
