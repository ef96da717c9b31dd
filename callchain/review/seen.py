"""What a package saw: captured values, counts of calls and hits, members of artefacts; for claims in prose."""

from __future__ import annotations

import ast
import fnmatch
import operator
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from callchain.model.package import Evidence
from callchain.model.tap import Snapshot
from callchain.review.claim import FALSE, TRUE, Finding, Verdict, as_finding
from callchain.review.markdown import Unit
from callchain.review.mention import code_spans, names_in

_COMPARISON = re.compile(r"^(?P<name>[A-Za-z_][\w.]*)\s*(?P<sign>==?|!=|>=|<=|>|<)\s*(?P<value>.+)$", re.DOTALL)
_TIMES = re.compile(
    r"^`?[^.;|`\n]{0,40}?(?:\u00d7\s?(?P<cross>\d+)\b|\b(?P<number>\d+|once|twice|thrice)\b(?:\s+(?P<word>times|hits?|calls?))?)"
)
_WORDS = {"once": 1, "twice": 2, "thrice": 3}
_HOLDS = re.compile(r"\b(?:contain|hold|consist|member|layout|compris|includ|pack)", re.IGNORECASE)
_FILE = re.compile(r"^[\w.{}<>*/-]*[\w}>]\.[A-Za-z]\w{0,7}$")
_SIGNS: dict[str, Callable[[Any, Any], Any]] = {
    "=": operator.eq,
    "==": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    "<": operator.lt,
    ">=": operator.ge,
    "<=": operator.le,
}


@dataclass(frozen=True)
class Seen:
    """The facts of a package by the names that prose uses for them."""

    values: Mapping[str, tuple[tuple[str, object], ...]]
    """Captured name → (tap key, value) for each hit; values that were cut are left out."""
    counts: Mapping[str, tuple[int, ...]]
    """Last name of a function or key of a tap → the numbers that are true of it, the total first."""
    members: Mapping[str, tuple[str, ...]]
    """Artefact → its members as a run left them."""


def seen_in(evidence: Evidence) -> Seen:
    """Gather the facts."""
    values: dict[str, list[tuple[str, object]]] = {}
    for tap in evidence.taps:
        for hit in tap.snapshots:
            for name, snapshot in hit.values.items():
                known, value = plain_value(snapshot)
                if known:
                    values.setdefault(name, []).append((tap.key, value))
    return Seen({name: tuple(found) for name, found in values.items()}, _counts(evidence), _members(evidence))


def _members(evidence: Evidence) -> dict[str, tuple[str, ...]]:
    """By file name, without the folder that a run wrote to; a name that two artefacts share says nothing."""
    found: dict[str, list[tuple[str, ...]]] = {}
    for artefact in evidence.artefacts:
        if artefact.members:
            name = artefact.name.rpartition("/")[2]
            found.setdefault(name, []).append(tuple(member.name for member in artefact.members))
    return {name: lists[0] for name, lists in found.items() if len(lists) == 1}


def _counts(evidence: Evidence) -> dict[str, tuple[int, ...]]:
    found: dict[str, list[int]] = {}
    for run in evidence.runs:
        counts = Counter[str]()
        for edge in run.edges:
            counts[edge.callee.rpartition("::")[2]] += edge.count
        for name, count in counts.items():
            found.setdefault(name, []).append(count)
    told = {name: (sum(counts), *counts) for name, counts in found.items()}
    return told | {tap.key: (tap.hits,) for tap in evidence.taps}


def plain_value(snapshot: Snapshot) -> tuple[bool, object]:
    """Whether the snapshot holds all of a plain value, and the value."""
    if snapshot.omitted or snapshot.error or snapshot.array is not None or snapshot.fields is not None:
        return False, None
    if snapshot.items is not None:
        parts = [plain_value(item) for item in snapshot.items]
        whole = all(known for known, _ in parts) and len(parts) == (snapshot.length or len(parts))
        return whole, [value for _, value in parts]
    return snapshot.type in {"bool", "int", "float", "str", "NoneType"}, snapshot.value


def claims_on_seen(unit: Unit, units: Sequence[Unit], number: int, document: str, seen: Seen) -> Iterator[Finding]:
    """The counts, values and file lists of a unit; `number` is its place among the document's units."""
    if unit.kind == "code":
        return
    yield from _values(unit, document, seen)
    yield from _times(unit, document, seen)
    yield from _listed(unit, units, number, document, seen)


def _values(unit: Unit, document: str, seen: Seen) -> Iterator[Finding]:
    for start, _, content in code_spans(unit.text):
        match = _COMPARISON.match(content)
        known = seen.values.get(match["name"].rpartition(".")[2], ()) if match else ()
        if match is None or not known:
            continue
        try:
            wanted = ast.literal_eval(match["value"].strip())
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            continue
        here = [pair for pair in known if pair[0] in unit.text] or list(known)
        verdict = _judge(match["sign"], wanted, [value for _, value in here])
        if verdict is not None:
            yield as_finding(document, unit.line_at(start), content, "value", verdict)


def _judge(sign: str, wanted: object, values: Sequence[object]) -> Verdict | None:
    try:
        held = [_holds(sign, value, wanted) for value in values]
    except TypeError:
        held = [False]
    shown = ", ".join(sorted({repr(value) for value in values})[:4])
    all_signs = sign in {"=", "=="}
    is_true = any(held) if all_signs else all(held)
    return Verdict(TRUE if is_true else FALSE, shown, "the package's taps captured this")


def _holds(sign: str, value: object, wanted: object) -> bool:
    if isinstance(value, list | tuple) and isinstance(wanted, list | tuple):
        value, wanted = list(value), list(wanted)
    if sign in {"=", "=="} and isinstance(value, float) and isinstance(wanted, int | float):
        digits = len(repr(wanted).partition(".")[2]) if "e" not in repr(wanted) else 12
        return round(value, digits) == wanted or value == wanted
    return bool(_SIGNS[sign](value, wanted))


def _times(unit: Unit, document: str, seen: Seen) -> Iterator[Finding]:
    for name in names_in(unit.text):
        known = seen.counts.get(name.name) or _by_last(name.name, seen.counts)
        match = _TIMES.match(unit.text[name.end :]) if known and name.code else None
        if match is None or not (match["cross"] or match["word"] or match["number"] in _WORDS):
            continue
        said = match["cross"] or match["number"]
        number = _WORDS.get(said) or int(said)
        verdict = TRUE if number in known else FALSE
        text = f"{name.name} {match[0].strip(' `')}"
        found = f"{known[0]} times" if len(known) < 3 else f"{known[0]} times in {len(known) - 1} runs"
        yield as_finding(
            document,
            unit.line_at(name.start),
            text,
            "count",
            Verdict(verdict, found, "counted in the package's runs"),
        )


def _by_last(name: str, counts: Mapping[str, tuple[int, ...]]) -> tuple[int, ...]:
    """The one function whose qualname ends in the name."""
    found = [numbers for qualname, numbers in counts.items() if qualname.endswith(f".{name}") or qualname == name]
    return found[0] if len(found) == 1 else ()


def _listed(unit: Unit, units: Sequence[Unit], number: int, document: str, seen: Seen) -> Iterator[Finding]:
    """The files that a text lists as the content of an archive: in its own sentence, or in the list below it."""
    names = [name for name in seen.members if re.search(rf"(?<![\w.]){re.escape(name)}(?!\w)", unit.text)]
    if not names or not _HOLDS.search(unit.text) or unit.kind == "heading":
        return
    name = max(names, key=len)
    below = [unit]
    for other in units[number + 1 :]:
        if other.kind != "item" or unit.kind == "item":
            break
        below.append(other)
    for part in below:
        for start, _, content in code_spans(part.text):
            if content == name or not _FILE.match(content) or content in seen.members:
                continue
            is_there = any(_is_member(content, member) for member in seen.members[name])
            verdict = Verdict(TRUE if is_there else FALSE, ", ".join(seen.members[name][:8]), f"members of {name}")
            yield as_finding(document, part.line_at(start), content, "value", verdict)


def _is_member(written: str, member: str) -> bool:
    pattern = re.sub(r"\{[^}]*\}|<[^>]*>", "*", written)
    return member == written or fnmatch.fnmatchcase(member, pattern) or fnmatch.fnmatchcase(member, f"*/{pattern}")
