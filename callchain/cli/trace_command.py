"""`callchain trace`: run a command under the tracer and print what it called."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from callchain.ask.request import RunSpec
from callchain.ask.settings import load_settings
from callchain.ask.trace import trace_command
from callchain.cli.terminal import Quiet, Verbose, loudness, progress
from callchain.model.errors import OUT_OF_TIME, TARGET_FAILED
from callchain.report.dynamic_txt import render_runs


def trace(
    command: Annotated[list[str], typer.Argument(metavar="COMMAND", help="The command, after `--`.")],
    root: Annotated[Path, typer.Option(help="The code base that is the subject.")] = Path(),
    namespace: Annotated[list[str] | None, typer.Option(help="A package or path prefix; repeatable.")] = None,
    taps: Annotated[Path | None, typer.Option(help="A tap file.")] = None,
    workdir: Annotated[Path, typer.Option(help="Where the command starts.")] = Path(),
    time_budget_minutes: Annotated[float, typer.Option(min=0.01, help="Wall-clock budget.")] = 30.0,
    engine: Annotated[str, typer.Option(help="The tracing engine; `auto` chooses and says why.")] = "",
    stdin: Annotated[
        bool, typer.Option("--stdin", help="The program reads this command's standard input; else it finds none.")
    ] = False,
    out: Annotated[Path | None, typer.Option(help="Keep the raw recording in this folder.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the recording as JSON.")] = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> int:
    """Trace one command and print its call tree in the namespace; nothing is written into the root."""
    settings = load_settings(root)
    loud = loudness(quiet=quiet, verbose=verbose)
    with tempfile.TemporaryDirectory(prefix="callchain-") as scratch, progress(loud) as phase:
        record, results = trace_command(
            RunSpec("run", tuple(command)),
            root=root,
            namespaces=tuple(namespace or settings.namespaces),
            taps=taps,
            workdir=workdir,
            recording=out or Path(scratch),
            time_budget_s=time_budget_minutes * 60,
            engine=engine or settings.engine,
            limits=settings.limits.limits(),
            redact=settings.redact.rules(),
            stdin=stdin,
            phase=phase,
        )
    if as_json:
        sys.stdout.buffer.write(msgspec.json.encode({"run": record, "taps": results}) + b"\n")
        sys.stdout.flush()
    else:
        print(render_runs((record,), results), end="")
    if record.ended == "time budget":
        return OUT_OF_TIME
    return TARGET_FAILED if record.exit_code else 0
