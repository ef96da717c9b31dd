"""Running a command under the probe: its own process group, a time budget, its exit code and output kept."""

from __future__ import annotations

import importlib.util
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import IO

import msgspec

from callchain.model.errors import CallchainError
from callchain.model.recording import RunRecord
from callchain.probe.chooser import AUTO, PREFERENCE
from callchain.probe.redact import Redactor
from callchain.trace.command import resolve
from callchain.trace.definitions import DefinitionLines
from callchain.trace.environment import environment
from callchain.trace.merge import merge
from callchain.trace.output import OutputFile
from callchain.trace.request import RunRequest, WatchedStore
from callchain.trace.scrub import Scrubber
from callchain.trace.segments import SegmentData, read_all

__all__ = ["RunRequest", "WatchedStore", "run"]

SHIM = Path(__file__).resolve().parent.parent / "probe" / "shim"
_GRACE_S = 5.0
_POLL_S = 0.05


def run(request: RunRequest) -> RunRecord:
    """Run the command to its end or to the end of its budget, and merge what its processes recorded.

    Raises:
        CallchainError: there is no such engine, the command does not start, or the recording folder cannot be
            written.
    """
    if request.engine not in (AUTO, *PREFERENCE):
        raise CallchainError(f"no such engine: {request.engine}", hint=f"one of {', '.join((AUTO, *PREFERENCE))}")
    words = resolve(request.command, request.cwd)
    segments_folder = prepare(request)
    order = write_order(request, segments_folder)
    process = _start(words, request, order)
    redactor = redactor_of(request)
    output = OutputFile(_pipe(process), request.recording / f"{request.name}.out", redactor)
    ended = _wait(process, request.time_budget_s)
    _end_group(process.pid)
    output.close(patience_s=_GRACE_S)
    return record_of(request, redactor, process.returncode, ended, read_all(segments_folder))


def redactor_of(request: RunRequest) -> Redactor:
    """The project's redaction, with what this process's environment keeps secret."""
    redactor = Redactor(request.redact)
    redactor.learn(os.environ)
    return redactor


def prepare(request: RunRequest) -> Path:
    """An empty folder for the recordings of the processes.

    Raises:
        CallchainError: it cannot be written.
    """
    folder = request.recording / request.name
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.glob("seg-*"):
            old.unlink()
    except OSError as error:
        raise CallchainError(f"cannot write the recording: {error.strerror}", where=str(folder)) from error
    return folder.resolve()


def write_order(request: RunRequest, folder: Path) -> Path:
    """What the probe of each process is to do, as a file in the folder."""
    order = {
        "root": str(request.root.resolve()),
        "paths": sorted(request.paths),
        "taps": [msgspec.to_builtins(tap) for tap in request.taps],
        "watch": [[store.module, store.name, store.symbol] for store in request.watch],
        "engine": request.engine,
        "pure": request.pure,
        "folder": str(folder),
        "limits": {
            "bytes": int(request.limits.megabytes * 1024 * 1024),
            "records": request.limits.records,
            "hits": request.limits.hits,
        },
        "redact": request.redact,
        "site": _site_of("hunter"),
        "tag": sys.implementation.cache_tag,
    }
    path = folder / "order.json"
    path.write_text(json.dumps(order), encoding="utf-8")
    return path


def _site_of(package: str) -> str:
    """The folder that holds a package of the tool's own environment."""
    spec = importlib.util.find_spec(package)
    return str(Path(spec.origin).parent.parent) if spec is not None and spec.origin else ""


def _environment(order: Path) -> dict[str, str]:
    variables = dict(os.environ)
    rest = variables.get("PYTHONPATH", "")
    variables["PYTHONPATH"] = f"{SHIM}{os.pathsep}{rest}" if rest else str(SHIM)
    variables["CALLCHAIN_PROBE"] = str(order)
    # Nothing is written into the target's tree, not even byte code; what is compiled already is used.
    variables["PYTHONDONTWRITEBYTECODE"] = "1"
    variables["PYTHONUNBUFFERED"] = "1"
    return variables


def _start(words: list[str], request: RunRequest, order: Path) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(  # noqa: S603 # running the user's command is what this is for
            words,
            cwd=request.cwd,
            env=_environment(order),
            stdin=None if request.stdin else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise CallchainError(f"the command does not start: {request.command[0]}: {reason}") from error


def _pipe(process: subprocess.Popen[bytes]) -> IO[bytes]:
    if process.stdout is None:
        raise RuntimeError("the program was started without a pipe")
    return process.stdout


def _wait(process: subprocess.Popen[bytes], budget_s: float) -> str:
    """Wait for the end; how it came: `""` by itself, else `time budget` or `interrupted`."""
    deadline = time.monotonic() + budget_s
    try:
        while process.poll() is None:
            if time.monotonic() > deadline:
                _stop(process, signal.SIGTERM)
                return "time budget"
            time.sleep(_POLL_S)
    except KeyboardInterrupt:
        _stop(process, signal.SIGINT)
        return "interrupted"
    return ""


def _stop(process: subprocess.Popen[bytes], first: signal.Signals) -> None:
    """Ask the whole group to end, then end it."""
    _signal_group(process.pid, first)
    try:
        process.wait(_GRACE_S)
    except subprocess.TimeoutExpired:
        _signal_group(process.pid, signal.SIGKILL)
        process.wait()


def _end_group(group: int) -> None:
    """End processes of the run that outlived its first one."""
    if not _signal_group(group, signal.SIGTERM):
        return
    deadline = time.monotonic() + _GRACE_S
    while time.monotonic() < deadline:
        if not _signal_group(group, 0):
            return
        time.sleep(_POLL_S)
    _signal_group(group, signal.SIGKILL)


def _signal_group(group: int, number: int) -> bool:
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def record_of(
    request: RunRequest, redactor: Redactor, code: int, ended: str, segments: list[SegmentData]
) -> RunRecord:
    """One record of all that the processes of a run recorded."""
    scrub = Scrubber(request.root, request.cwd)
    merged = merge(segments, request.name, request.taps, scrub, DefinitionLines(request.root))
    first = segments[0].head if segments else {}
    reason = first.get("reason", "") if first else _nothing_recorded(request)
    return RunRecord(
        name=request.name,
        command=tuple(scrub.text(word) for word in redactor.arguments(request.command)),
        exit_code=code,
        engine=str(first.get("engine", "none")),
        reason=str(reason),
        ended=ended or (f"signal {-code}" if code < 0 else "exit"),
        processes=merged.processes,
        edges=merged.edges,
        lines=merged.lines,
        hits=merged.hits,
        effects=merged.effects,
        mutations=merged.mutations,
        exceptions=merged.exceptions,
        dropped=merged.dropped,
        hits_total=merged.hits_total,
        tap_notes=merged.tap_notes,
        environment=environment(segments),
        cwd=scrub.text(str(request.cwd.resolve())),
        output=f"trace/recording/{request.name}.out",
    )


def _nothing_recorded(request: RunRequest) -> str:
    return (
        f"no Python process of `{request.command[0]}` recorded itself (does it run Python, without -I, -E or -S?)"
    )
