"""The record of a gate's decision: who, when, over which bytes; void as soon as the package changes."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import msgspec

from callchain.evidence.package import EVIDENCE, REVIEW
from callchain.model.errors import CallchainError
from callchain.review.gate import Check
from callchain.review.package_proof import Package

SCHEMA = "callchain/review/1"
_RAW = "trace/recording/"
"""Raw recordings are no part of what is decided on: they may be thrown away."""


class Decision(msgspec.Struct, frozen=True):
    """What `review.json` holds; it is void as soon as a file of the package has another digest."""

    schema: str
    decision: str
    """`accept` or `reject`."""
    who: str
    when: str
    """UTC, ISO 8601."""
    commit: str
    """The commit that the claims were proved at."""
    package_sha256: str
    """Of the record, `evidence.json`."""
    reasons: tuple[str, ...]
    checks: tuple[Check, ...] = ()
    files: dict[str, str] = {}
    """Each file of the package but raw recordings, with the sha256 of its bytes when the decision was made."""


def digests(folder: Path) -> dict[str, str]:
    """The sha256 of each file that a decision is over, by its name in the package."""
    found = {}
    for file in sorted(folder.rglob("*")):
        name = file.relative_to(folder).as_posix()
        if file.is_file() and name != REVIEW and not name.startswith(_RAW):
            found[name] = _sha256(file)
    return found


def _sha256(file: Path) -> str:
    try:
        return hashlib.sha256(file.read_bytes()).hexdigest()
    except OSError:
        return ""


def decide(package: Package, checks: Sequence[Check], *, who: str, when: str, commit: str) -> Decision:
    """The decision that follows from the checks."""
    reasons = tuple(f"{check.name}: {reason}" for check in checks for reason in check.reasons)
    files = digests(package.folder)
    return Decision(
        schema=SCHEMA,
        decision="reject" if reasons else "accept",
        who=who,
        when=when,
        commit=commit,
        package_sha256=files.get(EVIDENCE, ""),
        reasons=reasons,
        checks=tuple(checks),
        files=files,
    )


def write_decision(package: Package, decision: Decision) -> Path:
    """Put `review.json` into the package; a reader sees the old one or the new one.

    Raises:
        CallchainError: it cannot be written.
    """
    file = package.folder / REVIEW
    draft = file.with_name(f".{REVIEW}.new")
    try:
        draft.write_bytes(msgspec.json.format(msgspec.json.encode(decision), indent=2) + b"\n")
        draft.replace(file)
    except OSError as error:
        raise CallchainError(f"cannot be written: {error.strerror}", where=str(file)) from None
    return file


def earlier_decision(package: Package) -> tuple[Decision | None, tuple[str, ...]]:
    """The decision that stands in the package, and the files that changed since, came or went: it is void then."""
    try:
        found = msgspec.json.decode((package.folder / REVIEW).read_bytes(), type=Decision)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return None, ()
    now = digests(package.folder)
    return found, tuple(name for name in sorted({*now, *found.files}) if now.get(name) != found.files.get(name))
