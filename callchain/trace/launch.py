"""Running a command under the probe: its own process group, a time budget, its exit code and output kept."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
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
from callchain.trace.folder_lock import FolderLock
from callchain.trace.group import GRACE_S, Group
from callchain.trace.merge import merge
from callchain.trace.output import OutputFile
from callchain.trace.request import RunRequest, WatchedStore
from callchain.trace.scrub import Scrubber
from callchain.trace.segments import SegmentData, read_all

__all__ = ["RunRequest", "WatchedStore", "run"]

SHIM = Path(__file__).resolve().parent.parent / "probe" / "shim"


def run(request: RunRequest) -> RunRecord:
    """Run the command to its end or to the end of its budget, and merge what its processes recorded.

    Raises:
        CallchainError: there is no such engine, the command does not start, or the recording folder cannot be
            written.
    """
    if request.engine not in (AUTO, *PREFERENCE):
        raise CallchainError(f"no such engine: {request.engine}", hint=f"one of {', '.join((AUTO, *PREFERENCE))}")
    words = resolve(request.command, request.cwd)
    lock = _hold(request)
    try:
        segments_folder = prepare(request)
        group = _start(words, request, write_order(request, segments_folder))
        redactor = redactor_of(request)
        output = OutputFile(_pipe(group.process), request.recording / f"{request.name}.out", redactor)
        ended = group.wait(request.time_budget_s, segments_folder, request.limits.processes)
        group.end()
        output.close(patience_s=GRACE_S)
        return record_of(request, redactor, group.process.returncode, ended, read_all(segments_folder))
    finally:
        lock.release()


def _hold(request: RunRequest) -> FolderLock:
    folder = request.recording / request.name
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return FolderLock(folder)
    except OSError as error:
        raise _unwritable(folder, error) from error


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
        raise _unwritable(folder, error) from error
    return folder.resolve()


def _unwritable(folder: Path, error: OSError) -> CallchainError:
    return CallchainError(f"cannot write the recording: {error.strerror}", where=str(folder))


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
    try:
        path.write_text(json.dumps(order), encoding="utf-8")
    except OSError as error:
        raise _unwritable(folder, error) from error
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


def _start(words: list[str], request: RunRequest, order: Path) -> Group:
    try:
        return Group(words, request.cwd, _environment(order), stdin=request.stdin)
    except (OSError, subprocess.SubprocessError) as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
        raise CallchainError(f"the command does not start: {request.command[0]}: {reason}") from error


def _pipe(process: subprocess.Popen[bytes]) -> IO[bytes]:
    if process.stdout is None:
        raise RuntimeError("the program was started without a pipe")
    return process.stdout


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
