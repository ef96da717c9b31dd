"""`callchain run`: a question in, an evidence package out."""

from __future__ import annotations

import contextlib
import dataclasses
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from callchain.ask.digest import background
from callchain.ask.package import Outcome, ask
from callchain.ask.request import AskRequest, RunSpec, named_runs, package_folder
from callchain.ask.roi import AUTO
from callchain.ask.settings import Settings, load_settings
from callchain.chain.growth import DEPTH
from callchain.cli.progress import Loudness
from callchain.cli.terminal import Quiet, Verbose, fail, loudness, note, progress, summary
from callchain.cli.watching import changes, watched_places
from callchain.model.errors import CallchainError
from callchain.question.found_flows import SIZE


def run(
    question: Annotated[
        str, typer.Option("--question", "-q", help="The question, in words and names of the code.")
    ],
    command: Annotated[
        list[str] | None, typer.Argument(metavar="COMMAND", help="The run to trace, after `--`.")
    ] = None,
    root: Annotated[
        Path, typer.Option(help="The code base; it is read as a whole and never written to.")
    ] = Path(),
    namespace: Annotated[
        list[str] | None, typer.Option(help="A package or path prefix that is the subject; repeatable.")
    ] = None,
    initiative_id: Annotated[str, typer.Option(help="The folder below reports/ that the package goes to.")] = "",
    scope_hint: Annotated[list[str] | None, typer.Option(help="A word the question is about; repeatable.")] = None,
    roi_hint: Annotated[str, typer.Option(help="What part of a run is of interest; kept in the package.")] = "",
    roi: Annotated[
        str,
        typer.Option(help="`auto` runs the cheapest test that reaches the answer's sink, and says why that one."),
    ] = "",
    breadth: Annotated[int, typer.Option(min=2, max=200, help="About how many functions a flow shows.")] = SIZE,
    depth: Annotated[
        int, typer.Option(min=1, max=20, help="How many calls a branch may go away from a flow's main way.")
    ] = DEPTH,
    contrast: Annotated[str, typer.Option(help="The symbol or module that the answer is contrasted with.")] = "",
    taps: Annotated[Path | None, typer.Option(help="A tap file: planned looks at values.")] = None,
    named: Annotated[
        list[str] | None, typer.Option("--run", help="A named run, NAME=COMMAND; repeatable, in order.")
    ] = None,
    workdir: Annotated[Path, typer.Option(help="Where the runs start.")] = Path(),
    time_budget_minutes: Annotated[
        float | None, typer.Option(min=0.01, help="Wall-clock budget of all runs together.")
    ] = None,
    engine: Annotated[str, typer.Option(help="The tracing engine; `auto` chooses and says why.")] = "",
    stdin: Annotated[
        bool, typer.Option("--stdin", help="The program reads this command's standard input; else it finds none.")
    ] = False,
    static_only: Annotated[bool, typer.Option("--static-only", help="Read only; run nothing.")] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit 1 when an expectation fails or an edge is refuted.")
    ] = False,
    run_id: Annotated[str, typer.Option(help="Name of the package's folder instead of the UTC time.")] = "",
    out: Annotated[Path | None, typer.Option(help="Another folder for the package.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print evidence.json on stdout.")] = False,
    watch: Annotated[
        bool, typer.Option("--watch", help="Make the package again in its place whenever a file changes.")
    ] = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> int:
    """Ask a question and write an evidence package; its folder is printed on stdout."""
    settings = load_settings(root)
    request = AskRequest(
        question=question,
        root=root,
        namespaces=tuple(namespace or settings.namespaces),
        initiative_id=initiative_id or settings.initiative_id,
        scope_hints=tuple(scope_hint or settings.scope_hints),
        roi_hint=roi_hint,
        contrast=contrast or settings.contrast,
        taps=taps or _settled_taps(root, settings),
        ledger=settings.ledger,
        runs=_runs(command or [], named or [], static_only=static_only),
        roi_auto=_roi_auto(roi, has_run=bool(command or named) or static_only),
        workdir=workdir,
        time_budget_s=(time_budget_minutes or settings.time_budget_minutes) * 60,
        static_only=static_only,
        run_id=run_id,
        out=out,
        engine=engine or settings.engine,
        limits=settings.limits.limits(),
        redact=settings.redact.rules(),
        stdin=stdin,
        breadth=breadth,
        depth=depth,
    )
    manner = Manner(strict=strict, as_json=as_json, loud=loudness(quiet=quiet, verbose=verbose))
    return watch_and_deliver(request, manner) if watch else deliver(request, manner)


def _settled_taps(root: Path, settings: Settings) -> Path | None:
    return root / settings.taps if settings.taps else None


def _roi_auto(roi: str, *, has_run: bool) -> bool:
    if roi not in ("", AUTO):
        raise CallchainError(
            f"--roi {roi!r} is not known", hint="write `--roi auto`, or the run itself after `--`"
        )
    if roi and has_run:
        raise CallchainError("--roi auto chooses the run itself", hint="leave out the command or --static-only")
    return bool(roi)


def _runs(command: list[str], named: list[str], *, static_only: bool) -> tuple[RunSpec, ...]:
    if static_only and (command or named):
        raise CallchainError("--static-only and a command to run exclude each other", hint="leave one of them out")
    return named_runs(command, named)


@dataclass(frozen=True)
class Manner:
    """How an outcome is told, and what counts as failure."""

    strict: bool = False
    as_json: bool = False
    loud: Loudness = Loudness.normal


def deliver(request: AskRequest, manner: Manner) -> int:
    """Make the package, say where it is, and give the exit code."""
    with progress(manner.loud) as phase:
        outcome = ask(request, phase)
    if manner.loud is not Loudness.quiet:
        more = background(outcome.evidence) if manner.loud is Loudness.verbose else ()
        summary([*outcome.digest[:-1], *more, *outcome.digest[-1:]])
    if manner.as_json:
        sys.stdout.buffer.write(outcome.evidence_json)
        sys.stdout.flush()
    else:
        print(outcome.folder, flush=True)
    return exit_code(outcome, strict=manner.strict)


def watch_and_deliver(request: AskRequest, manner: Manner) -> int:
    """Deliver, and again into the same folder whenever a file changes; the last exit code, once interrupted.

    Raises:
        CallchainError: the first package cannot be made; later such errors are told, and the watch goes on.
    """
    rounds = changes(watched_places(request))
    request = dataclasses.replace(request, out=package_folder(request))
    status = deliver(request, manner)
    request = dataclasses.replace(request, replace=True)
    with contextlib.suppress(KeyboardInterrupt):
        for changed in rounds:
            if manner.loud is not Loudness.quiet:
                note(f"changed: {', '.join(changed)}")
            try:
                status = deliver(request, manner)
            except CallchainError as error:
                status = fail(error)
    return status


def exit_code(outcome: Outcome, *, strict: bool) -> int:
    """124 when the budget ended a run, 130 after Ctrl-C, 3 when the target failed, 1 when strict, else 0."""
    if outcome.interrupted:
        return 130
    if outcome.out_of_time:
        return 124
    if outcome.target_failed:
        return 3
    return 1 if strict and outcome.refuted else 0
