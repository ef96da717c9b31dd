"""`callchain.ask`: a question in, a package out."""

from __future__ import annotations

import os
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path

from callchain.ask.package import ask as make_package
from callchain.ask.request import AskRequest, RunSpec
from callchain.ask.settings import load_settings
from callchain.library.package import Package

Command = str | Sequence[str]


def ask(
    question: str,
    root: str | os.PathLike[str] = ".",
    *,
    run: Command | None = None,
    runs: Mapping[str, Command] | None = None,
    namespaces: Sequence[str] = (),
    scope_hints: Sequence[str] = (),
    contrast: str = "",
    taps: str | os.PathLike[str] | None = None,
    initiative_id: str = "",
    workdir: str | os.PathLike[str] = ".",
    time_budget_minutes: float | None = None,
    engine: str = "",
    out: str | os.PathLike[str] | None = None,
) -> Package:
    """Ask a question of a code base and write an evidence package, as `callchain run` does.

    Args:
        question: in words and names of the code.
        root: the code base; it is read as a whole, with its `[tool.callchain]` settings, and never written to.
        run: a command to trace, as words or as a shell would split it; nothing is run without one.
        runs: several commands by their names, in order.
        namespaces: packages or path prefixes that are the subject.
        scope_hints: words the question is about.
        contrast: the symbol or module that the answer is contrasted with.
        taps: a tap file.
        initiative_id: the folder below `reports/` that the package goes to.
        workdir: where the commands start.
        time_budget_minutes: wall clock of all commands together.
        engine: the tracing engine; by default the best that there is.
        out: another folder for the package.

    Returns:
        The package; a failing program, a refuted edge and a failed expectation are facts of it, not errors.

    Raises:
        CallchainError: bad input, a command that does not start, or a place that cannot be written to.
    """
    base = Path(root)
    settings = load_settings(base)
    settled = base / settings.taps if settings.taps else None
    request = AskRequest(
        question=question,
        root=base,
        namespaces=tuple(namespaces) or settings.namespaces,
        initiative_id=initiative_id or settings.initiative_id,
        scope_hints=tuple(scope_hints) or settings.scope_hints,
        contrast=contrast or settings.contrast,
        taps=Path(taps) if taps is not None else settled,
        ledger=settings.ledger,
        runs=_runs(run, runs or {}),
        workdir=Path(workdir),
        time_budget_s=(time_budget_minutes or settings.time_budget_minutes) * 60,
        static_only=run is None and not runs,
        out=Path(out) if out is not None else None,
        engine=engine or settings.engine,
        limits=settings.limits.limits(),
        redact=settings.redact.rules(),
        shown_command=("callchain.ask",),
    )
    return Package.load(make_package(request, lambda _: None).folder)


def _runs(run: Command | None, runs: Mapping[str, Command]) -> tuple[RunSpec, ...]:
    named = {**runs, **({"run": run} if run is not None else {})}
    return tuple(RunSpec(name, _words(command)) for name, command in named.items())


def _words(command: Command) -> tuple[str, ...]:
    return tuple(shlex.split(command) if isinstance(command, str) else command)
