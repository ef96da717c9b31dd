"""A baseline: refuted claims that are known and shall not fail a check again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import msgspec

from callchain.model.errors import CallchainError
from callchain.review.claim import MOVED, REFUTED, Claim

SCHEMA = "callchain/baseline/1"


class Known(msgspec.Struct, frozen=True, order=True):
    """A known claim; its line in the document is left out, for it changes with every edit above it."""

    document: str
    kind: str
    text: str
    verdict: str


class Baseline(msgspec.Struct, frozen=True):
    """The file's content."""

    schema: str
    claims: tuple[Known, ...]


def load(file: Path) -> tuple[Known, ...]:
    """The known claims.

    Raises:
        CallchainError: the file cannot be read or is no baseline.
    """
    try:
        found = msgspec.json.decode(file.read_bytes(), type=Baseline)
    except OSError as error:
        raise CallchainError(f"cannot be read: {error.strerror}", where=str(file)) from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise CallchainError(
            f"is no baseline: {error}", where=str(file), hint="write it with --write-baseline"
        ) from None
    if found.schema != SCHEMA:
        raise CallchainError(f"has the format {found.schema!r}, not {SCHEMA!r}", where=str(file))
    return found.claims


def save(file: Path, claims: Sequence[Claim]) -> int:
    """Write the refuted and moved claims as known; returns how many.

    Raises:
        CallchainError: the file cannot be written.
    """
    known = tuple(sorted(_known(claim) for claim in claims if claim.verdict in {*REFUTED, MOVED}))
    data = msgspec.json.format(msgspec.json.encode(Baseline(SCHEMA, known)), indent=2) + b"\n"
    try:
        file.write_bytes(data)
    except OSError as error:
        raise CallchainError(f"cannot be written: {error.strerror}", where=str(file)) from None
    return len(known)


def unknown(claims: Sequence[Claim], known: Sequence[Known]) -> tuple[Claim, ...]:
    """The claims that the baseline does not hold; one that it holds once covers one."""
    left = Counter(known)
    found = []
    for claim in claims:
        key = _known(claim)
        if left[key]:
            left[key] -= 1
        else:
            found.append(claim)
    return tuple(found)


def _known(claim: Claim) -> Known:
    return Known(claim.document, claim.kind, claim.text, claim.verdict)
