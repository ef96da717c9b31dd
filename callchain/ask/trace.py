"""A traced command without a question."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path

from callchain.ask.observe import locate_taps
from callchain.ask.package import judge_taps
from callchain.ask.read import Phase, TimedPhase
from callchain.ask.request import RunSpec
from callchain.model.recording import RunRecord
from callchain.model.tap import TapResult
from callchain.probe.redact import HOUSE, Rules
from callchain.source.namespace import select
from callchain.source.tree import read_tree
from callchain.trace.launch import RunRequest, run
from callchain.trace.request import DEFAULTS, Limits


def trace_command(
    spec: RunSpec,
    *,
    root: Path,
    namespaces: Sequence[str],
    taps: Path | None,
    workdir: Path,
    recording: Path,
    time_budget_s: float,
    engine: str,
    phase: Phase,
    limits: Limits = DEFAULTS,
    redact: Rules = HOUSE,
    stdin: bool = False,
) -> tuple[RunRecord, tuple[TapResult, ...]]:
    """Run one command under the tracer and judge the taps of the file.

    Raises:
        CallchainError: a bad root, namespace or tap file, or a command that does not start.
    """
    tree = read_tree(root)
    located = locate_taps(taps, tree)
    phase(TimedPhase(f"running {shlex.join(spec.command)[:60]}", time_budget_s))
    record = run(
        RunRequest(
            name=spec.name,
            command=spec.command,
            cwd=workdir,
            root=tree.root,
            paths=select(tree, namespaces),
            taps=located,
            watch=(),
            recording=recording,
            time_budget_s=time_budget_s,
            engine=engine,
            limits=limits,
            redact=redact,
            stdin=stdin,
        )
    )
    return record, judge_taps(located, (record,))
