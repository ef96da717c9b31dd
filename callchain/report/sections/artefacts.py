"""Section 7: the sinks, and the artefacts with the layout that a run really wrote."""

from __future__ import annotations

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
    return lines or absent(
        evidence, "Sinks and artefacts", "the chain has no sink and leaves no artefact that was found."
    )


def _artefact(artefact: Artefact, evidence: Evidence, names: Names) -> list[str]:
    lines = [
        f"### {text(artefact.name)} ({text(artefact.kind)})",
        "",
        f"- written by: {_places(artefact.writers, names) or 'nobody on the chain'}",
        f"- read by: {_places(artefact.readers, names) or 'nobody on the chain'}",
    ]
    if artefact.note:
        lines.append(f"- {text(artefact.note)}")
    if artefact.expected:
        lines.append(f"- members named in the source: {', '.join(code(name) for name in artefact.expected)}")
    return [*lines, *_members(artefact, evidence)]


def _places(anchors: tuple[Anchor, ...], names: Names) -> str:
    return "; ".join(f"{code(names.short(a.symbol))} {anchor(a.path, a.line)}" for a in anchors)


def _members(artefact: Artefact, evidence: Evidence) -> list[str]:
    if not artefact.members:
        return (
            []
            if was_seen(artefact)
            else [f"- what was really written: not known, {_why_unknown(artefact, evidence)}"]
        )
    lines = ["", *table(("Member", "Bytes", "Keys", "Note"), map(_member, artefact.members))]
    missing, extra = not_written(artefact), not_foretold(artefact)
    if missing:
        lines += ["", f"Named in the source and **not written**: {', '.join(code(name) for name in missing)}"]
    if extra:
        lines += ["", f"Written and not named in the source: {', '.join(code(name) for name in extra)}"]
    return lines


def _why_unknown(artefact: Artefact, evidence: Evidence) -> str:
    """Whether a writer ran and the file was gone, or no run reached one."""
    if not evidence.runs:
        return "nothing was run"
    if not artefact.writers:
        return "no writer was read and no run left it to be looked at"
    if unreached(artefact, evidence.effects):
        return "no run reached the lines that write it"
    return "no run left it to be looked at"


def _member(member: Member) -> tuple[str, ...]:
    size = str(member.size) if member.size >= 0 else ""
    keys = listed([code(key) for key in member.keys], _MOST_KEYS)
    count = f"{len(member.keys)}: " if len(member.keys) > 1 else ""
    return code(member.name), size, count + keys, text(member.note)
