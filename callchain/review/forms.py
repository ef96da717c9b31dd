"""The forms a review is printed in: a table, JSON, SARIF for code scanning, annotations for GitHub."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence

import msgspec

from callchain._version import __version__
from callchain.review.claim import MOVED, REFUTED, VERDICTS, Claim

_MOST_ROWS = 100
_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {"false": "error", "stale": "error", "moved": "warning", "unprovable": "note"}
_RULES = {
    "false": "The source or the record says otherwise.",
    "stale": "It was true when it was written and is no longer.",
    "moved": "It is true of another place now.",
    "unprovable": "It could not be checked.",
}


def as_json(claims: Sequence[Claim]) -> bytes:
    """`{"claims": […]}`, one claim an object."""
    return msgspec.json.format(msgspec.json.encode({"claims": claims}), indent=2) + b"\n"


def as_text(claims: Sequence[Claim], *, every: bool = False) -> str:
    """A line for each claim that needs a look, and the figures.

    Args:
        claims: the claims, in order.
        every: list the true and the unprovable ones too.
    """
    shown = [claim for claim in claims if every or claim.verdict in {*REFUTED, MOVED}]
    lines = [_line(claim) for claim in shown]
    return "".join(f"{line}\n" for line in [*lines, summary(claims)])


def _line(claim: Claim) -> str:
    found = f" \u2014 {claim.found}" if claim.found else ""
    why = f" ({claim.why})" if claim.why else ""
    plain = f"{claim.document}:{claim.document_line}: {claim.verdict}: {claim.kind} {claim.text}{found}{why}"
    return "".join(character if character.isprintable() else " " for character in plain)


def summary(claims: Sequence[Claim]) -> str:
    """`12 claims: 10 true, 1 moved, 1 false`."""
    counts = Counter(claim.verdict for claim in claims)
    parts = [f"{counts[verdict]} {verdict}" for verdict in VERDICTS if counts[verdict]]
    total = f"{len(claims)} claim" + ("" if len(claims) == 1 else "s")
    return f"{total}: {', '.join(parts)}" if parts else total


def as_summary(claims: Sequence[Claim]) -> str:
    """A piece of Markdown for a job: the figures, and the claims that need a look in a table."""
    shown = [claim for claim in claims if claim.verdict in {*REFUTED, MOVED}]
    lines = ["### Claims about the code", "", summary(claims), ""]
    if shown:
        lines += ["| Where | Verdict | Claim | What is there |", "| --- | --- | --- | --- |"]
        lines += [_row(claim) for claim in shown[:_MOST_ROWS]]
        if len(shown) > _MOST_ROWS:
            lines.append(f"| \u2026 | | {len(shown) - _MOST_ROWS} more | |")
        lines.append("")
    return "".join(f"{line}\n" for line in lines)


def _row(claim: Claim) -> str:
    place = f"{claim.document}:{claim.document_line}"
    there = "; ".join(part for part in (claim.found, claim.why) if part)
    return f"| {' | '.join(_cell(text) for text in (place, claim.verdict, claim.text, there))} |"


def _cell(text: str) -> str:
    """Text of a document as a code span in a cell: nothing in it is markup."""
    plain = "".join(character if character.isprintable() else " " for character in text).replace("`", "'")
    return f"`{plain.replace('|', chr(92) + '|')}`" if plain.strip() else ""


def as_sarif(claims: Sequence[Claim]) -> bytes:
    """A SARIF 2.1.0 log; true and indirect claims are left out."""
    results = [_result(claim) for claim in claims if claim.verdict in _LEVELS]
    driver = {
        "name": "callchain",
        "version": __version__,
        "rules": [{"id": rule, "shortDescription": {"text": text}} for rule, text in _RULES.items()],
    }
    log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [{"tool": {"driver": driver}, "results": results}]}
    return (json.dumps(log, indent=2, ensure_ascii=False) + "\n").encode("utf-8", "replace")


def _result(claim: Claim) -> dict[str, object]:
    region = {"startLine": max(claim.document_line, 1)}
    place = {"physicalLocation": {"artifactLocation": {"uri": claim.document}, "region": region}}
    return {
        "ruleId": claim.verdict,
        "level": _LEVELS[claim.verdict],
        "message": {"text": _message(claim)},
        "locations": [place],
    }


def as_annotations(claims: Sequence[Claim]) -> str:
    """Workflow commands that GitHub shows beside the lines."""
    rows = []
    for claim in claims:
        if claim.verdict in REFUTED or claim.verdict == MOVED:
            level = "error" if claim.verdict in REFUTED else "warning"
            place = f"file={_property(claim.document)},line={max(claim.document_line, 1)}"
            title = f"title={_property(f'{claim.verdict} {claim.kind}')}"
            rows.append(f"::{level} {place},{title}::{_data(_message(claim))}\n")
    return "".join(rows)


def _message(claim: Claim) -> str:
    found = f"; found: {claim.found}" if claim.found else ""
    why = f": {claim.why}" if claim.why else ""
    return f"{claim.text}{why}{found}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
