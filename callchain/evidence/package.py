"""The package on disk: drafted beside its place, written file by file, complete only when `PARTIAL` is gone."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import msgspec

from callchain.evidence import plain_json
from callchain.model.errors import CallchainError
from callchain.model.package import SCHEMA, Evidence
from callchain.trace.folder_lock import LOCK, FolderLock

EVIDENCE = "evidence.json"
PARTIAL = "PARTIAL"
REVIEW = "review.json"
"""The record of a decision on the package, which is no part of what is decided on."""
_OURS = frozenset(
    {"callchain", "callgraph", "env", "trace", "summary.md", "index.html", EVIDENCE, PARTIAL, LOCK, REVIEW}
    | {f".{name}.new" for name in ("summary.md", "index.html", EVIDENCE, PARTIAL, LOCK, REVIEW)}
)
"""What a package's folder can hold; a folder with anything else in it is somebody's and is never removed."""
UNHASHED = ("env/", "trace/recording/")
"""What may differ between two packages of the same commit, question and command."""


@dataclass(frozen=True)
class Draft:
    """A package that is being made: `folder` takes the recording while the runs go on, `final` is its place."""

    folder: Path
    final: Path
    lock: FolderLock | None = None


def begin(final: Path, *, replace: bool = False) -> Draft:
    """Make the folder, marked `PARTIAL`, so that an unwritable place is known before any work is done.

    Args:
        final: where the package belongs.
        replace: whether a complete package there may give way; until the new one is complete the old one stays.

    Raises:
        CallchainError: the place holds a complete package or other files, or cannot be written to.
    """
    standing = _standing(final)
    if standing == "complete" and not replace:
        raise CallchainError(
            f"{final} already holds a complete package", hint="choose another --run-id or --out, or remove it"
        )
    if standing == "foreign":
        raise CallchainError(f"{final} holds files that are no package", hint="choose another --out")
    folder = final.with_name(f".{final.name}.new") if standing == "complete" else final
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FolderLock(folder)
        if folder == final and _standing(final) not in {"free", "partial"}:  # finished by another in between
            lock.release()
            raise CallchainError(f"{final} already holds a complete package", hint="choose another --out")
        _clear(folder)
        _write(folder / PARTIAL, b"incomplete: the package is being made\n")
    except OSError as error:
        raise _unwritable(final, error) from None
    return Draft(folder, final, lock)


def _clear(folder: Path) -> None:
    """Remove what an interrupted run left; the lock stays."""
    for entry in folder.iterdir():
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        elif entry.name != LOCK:
            entry.unlink()


def _standing(final: Path) -> str:
    """`free`, `partial`, `complete` or `foreign`."""
    try:
        if not final.exists() and not final.is_symlink():
            return "free"
        names = {entry.name for entry in final.iterdir()} if final.is_dir() else {final.name}
    except OSError as error:
        raise _unwritable(final, error) from None
    if not names - {LOCK}:
        return "free"
    if not names <= _OURS:
        return "foreign"
    if PARTIAL in names:
        return "partial"
    return "complete" if EVIDENCE in names else "foreign"


def _unwritable(place: Path, error: OSError) -> CallchainError:
    reason = error.strerror or type(error).__name__
    return CallchainError(f"{place} cannot be written: {reason}", hint="choose another place with --out")


def _release(draft: Draft) -> None:
    if draft.lock is not None:
        draft.lock.release()


def abandon(draft: Draft, reason: str) -> None:
    """Leave what there is, with the reason in `PARTIAL`; never raises, for it runs while something else fails."""
    try:
        _write(draft.folder / PARTIAL, f"incomplete: {' '.join(reason.split())}\n".encode("utf-8", "replace"))
        _release(draft)
    except OSError:
        return


def finish(draft: Draft, evidence: Evidence, files: Mapping[str, bytes]) -> Path:
    """Write the files, `evidence.json` last with the sha256 of each, and take the `PARTIAL` mark away.

    Raises:
        CallchainError: the place cannot be written to; what was written stays, marked `PARTIAL`.
    """
    try:
        for name in sorted(files):
            _write(_inside(draft.folder, name), files[name])
        _write(draft.folder / EVIDENCE, encode(with_hashes(evidence, files)))
        (draft.folder / PARTIAL).unlink(missing_ok=True)
        _release(draft)
        if draft.folder != draft.final:
            _swap(draft)
    except OSError as error:
        raise _unwritable(draft.final, error) from None
    return draft.final


def write(evidence: Evidence, files: Mapping[str, bytes], folder: Path, *, replace: bool = False) -> Path:
    """Begin and finish in one step, where nothing is recorded in between."""
    return finish(begin(folder, replace=replace), evidence, files)


def _inside(folder: Path, name: str) -> Path:
    parts = PurePosixPath(name).parts
    if not parts or PurePosixPath(name).is_absolute() or ".." in parts or name in {EVIDENCE, PARTIAL}:
        raise ValueError(f"{name!r} is no file of a package")
    return folder.joinpath(*parts)


def _write(path: Path, data: bytes) -> None:
    """Replace the file as a whole: a reader sees the old one or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.new")
    with draft.open("wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
    draft.replace(path)


def _swap(draft: Draft) -> None:
    old = draft.final.with_name(f".{draft.final.name}.old")
    if old.exists():
        shutil.rmtree(old)
    draft.final.rename(old)
    draft.folder.rename(draft.final)
    shutil.rmtree(old)


def with_hashes(evidence: Evidence, files: Mapping[str, bytes]) -> Evidence:
    """The evidence with the sha256 of each file that must be the same every time."""
    hashes = {
        name: hashlib.sha256(files[name]).hexdigest() for name in sorted(files) if not name.startswith(UNHASHED)
    }
    provenance = msgspec.structs.replace(evidence.provenance, files=hashes)
    return msgspec.structs.replace(evidence, provenance=provenance)


def encode(evidence: Evidence) -> bytes:
    """The bytes of `evidence.json`."""
    return plain_json.encode(evidence)


def load(folder: Path) -> Evidence:
    """Read a package's record back.

    Raises:
        CallchainError: there is no package, it is incomplete, or its record is damaged or of another format.
    """
    file = folder / EVIDENCE
    if (folder / PARTIAL).exists():
        raise CallchainError(
            "the package is incomplete", where=str(folder), hint="its PARTIAL file says why; run again"
        )
    try:
        data = file.read_bytes()
    except OSError as error:
        raise CallchainError(f"no package there: {error.strerror}", where=str(file)) from None
    try:
        evidence = msgspec.json.decode(data, type=Evidence)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise CallchainError(
            f"the record is damaged: {error}", where=str(file), hint="make the package again"
        ) from None
    if evidence.schema != SCHEMA:
        raise CallchainError(
            f"the record has the format {evidence.schema!r}, not {SCHEMA!r}",
            where=str(file),
            hint="read it with the version of callchain that wrote it",
        )
    return evidence


def damaged(folder: Path, evidence: Evidence) -> tuple[str, ...]:
    """The package's files that are missing or whose sha256 is not the one in the record."""
    return tuple(
        name for name, wanted in sorted(evidence.provenance.files.items()) if _sha256(folder, name) != wanted
    )


def _sha256(folder: Path, name: str) -> str:
    try:
        return hashlib.sha256(_inside(folder, name).read_bytes()).hexdigest()
    except (OSError, ValueError):
        return ""
