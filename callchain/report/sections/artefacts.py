"""Section 7: the sinks, and the artefacts with the layout that a run really wrote."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath

from callchain.evidence.artefacts import not_foretold, not_written, unreached, was_seen
from callchain.model.chain import Artefact, Member
from callchain.model.package import Evidence
from callchain.model.symbol import Anchor
from callchain.report.markdown import anchor, code, listed, table, text
from callchain.report.names import Names
from callchain.report.sections.absence import absent
from callchain.report.sections.state import effect_table

_MOST_KEYS = 12


def sinks(evidence: Evidence, names: Names) -> list[str]:
    """The table of sinks, then each artefact."""
    found = [effect for effect in evidence.effects if effect.sink]
    lines = ["### Sinks", "", *effect_table(found, names), ""] if found else []
    for artefact in evidence.artefacts:
        lines += [*_artefact(artefact, evidence, names), ""]
    return lines or absent(evidence, "Sinks and artefacts")


def _artefact(artefact: Artefact, evidence: Evidence, names: Names) -> list[str]:
    lines = [f"### {text(artefact.name)} ({text(artefact.kind)})", "", *_touched(artefact, names)]
    at = _first_place(artefact)
    if artefact.note:
        lines.append(f"- {text(artefact.note)}{at}")
    if artefact.expected:
        named = ", ".join(code(name) for name in artefact.expected)
        lines.append(f"- members named in the source: {named}{at}")
    return [*lines, *_members(artefact, evidence, at)]


def _touched(artefact: Artefact, names: Names) -> list[str]:
    """Who writes and who reads it; a side on which nobody does is said with the other one."""
    writers, readers = _places(artefact.writers, names), _places(artefact.readers, names)
    if writers and readers:
        return [f"- written by: {writers}", f"- read by: {readers}"]
    if writers:
        return [f"- written by: {writers}; read by nobody on the chain"]
    if readers:
        return [f"- read by: {readers}; written by nobody on the chain"]
    return []


def _first_place(artefact: Artefact) -> str:
    """Where it is first written, else first read: the anchor of all else that is said of it."""
    found = (*artefact.writers, *artefact.readers)
    return f" {anchor(found[0].path, found[0].line)}" if found else ""


def _places(anchors: tuple[Anchor, ...], names: Names) -> str:
    return "; ".join(f"{code(names.short(a.symbol))} {anchor(a.path, a.line)}" for a in anchors)


def _members(artefact: Artefact, evidence: Evidence, at: str) -> list[str]:
    if not artefact.members:
        if was_seen(artefact):
            return []
        return [f"- what was really written: not known, {_why_unknown(artefact, evidence)}{at}"]
    written = _written_at(evidence.artefacts)
    rows = (_member(member, written, at.strip()) for member in artefact.members)
    lines = ["", *table(("Member", "Bytes", "Keys", "Note", "Written at"), rows)]
    missing, extra = not_written(artefact), not_foretold(artefact)
    if missing:
        lines += ["", f"Named in the source and **not written**: {', '.join(map(code, missing))}{at}"]
    if extra:
        lines += ["", f"Written and not named in the source: {', '.join(map(code, extra))}{at}"]
    return lines


def _written_at(artefacts: Iterable[Artefact]) -> dict[str, str]:
    """File name → the anchor of the first line that writes a file of that name."""
    return {
        PurePosixPath(artefact.name).name: anchor(artefact.writers[0].path, artefact.writers[0].line)
        for artefact in artefacts
        if artefact.writers
    }


def _why_unknown(artefact: Artefact, evidence: Evidence) -> str:
    """Whether a writer ran and the file was gone, or no run reached one."""
    if not evidence.runs:
        return "nothing was run"
    if not artefact.writers:
        return "no writer was read and no run left it to be looked at"
    if unreached(artefact, evidence.effects):
        return "no run reached the lines that write it"
    return "no run left it to be looked at"


def _member(member: Member, written: Mapping[str, str], otherwise: str) -> tuple[str, ...]:
    size = str(member.size) if member.size >= 0 else ""
    keys = listed([code(key) for key in member.keys], _MOST_KEYS)
    count = f"{len(member.keys)}: " if len(member.keys) > 1 else ""
    place = written.get(PurePosixPath(member.name.rpartition("!")[2]).name, otherwise)
    return code(member.name), size, count + keys, text(member.note), place
