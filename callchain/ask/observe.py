"""The running half: the traced commands, one after the other, within one budget."""

from __future__ import annotations

import shlex
import time
from collections.abc import Sequence
from pathlib import Path

from callchain.ask.read import Answer, Phase, TimedPhase
from callchain.ask.request import AskRequest
from callchain.model.chain import Chain
from callchain.model.recording import RunRecord
from callchain.model.tap import LocatedTap
from callchain.source.tree import SourceTree
from callchain.taps.locate import locate_all
from callchain.taps.tapfile import load
from callchain.trace.group import INTERRUPTED
from callchain.trace.launch import RunRequest, WatchedStore, run


def locate_taps(taps: Path | None, tree: SourceTree) -> tuple[LocatedTap, ...]:
    """The taps of the file, each found in the source; none without a file."""
    return locate_all(load(taps), tree) if taps is not None else ()


def watched_stores(chain: Chain, tree: SourceTree) -> tuple[WatchedStore, ...]:
    """The module-level stores of the chain, whose every change a run records."""
    symbols = sorted({key.store for key in chain.state if "::" in key.store})
    stores = []
    for symbol in symbols:
        path, _, name = symbol.partition("::")
        if "." not in name and name != "<module>":
            stores.append(WatchedStore(module=tree.file(path).module, name=name, symbol=symbol))
    return tuple(stores)


def traced_paths(answer: Answer) -> frozenset[str]:
    """The files under the tracer: the subject's, and those of scripts and tests that join its flows."""
    return answer.paths | {stage.path for flow in answer.chain.flows for stage in flow.chain}


def observe(
    request: AskRequest, answer: Answer, taps: Sequence[LocatedTap], recording: Path, phase: Phase
) -> tuple[RunRecord, ...]:
    """Run each command of the request under the tracer; what is left of the budget bounds the next one.

    Raises:
        CallchainError: a command does not start.
    """
    deadline = time.monotonic() + request.time_budget_s
    records = []
    for spec in request.runs:
        left_s = max(deadline - time.monotonic(), 0.0)
        phase(TimedPhase(f"running {shlex.join(spec.command)[:60]}", left_s))
        records.append(
            run(
                RunRequest(
                    name=spec.name,
                    command=spec.command,
                    cwd=request.workdir,
                    root=answer.codebase.tree.root,
                    paths=traced_paths(answer),
                    taps=tuple(taps),
                    watch=watched_stores(answer.chain, answer.codebase.tree),
                    recording=recording,
                    time_budget_s=left_s,
                    engine=request.engine,
                    limits=request.limits,
                    redact=request.redact,
                    stdin=request.stdin,
                )
            )
        )
        if records[-1].ended == INTERRUPTED:
            break
    return tuple(records)
