"""Sections 4 and 8: where configuration comes from and goes, and what a run changed."""

from __future__ import annotations

from collections.abc import Iterable

from callchain.evidence.absences import MUTATIONS, absence
from callchain.evidence.verdicts import LINE_RAN, SILENT
from callchain.model.chain import Effect, StateAccess, StateKey
from callchain.model.package import Evidence
from callchain.report.counts import times, verdict
from callchain.report.grouping import fold_effects
from callchain.report.markdown import anchor, code, listed, table, text
from callchain.report.names import Names
from callchain.report.sections.absence import absent

_READS = frozenset({"read", "copy"})
_DEFAULTS = frozenset({"default", "field", "flag"})
_MOST = 4
SILENT_NOTE = (
    "`line ran`: its line ran; this act leaves no event of its own, such as a dump into a file that is open "
    "already, a line of a log, a write that changes nothing, or an object that writes later."
)
DENIED_NOTE = "`static-only: line ran`: its line ran, and the event that such an act leaves was not seen."


def config_flow(evidence: Evidence, names: Names) -> list[str]:
    """One table per store: key, default, who overrides it, who reads it, what was seen."""
    if not evidence.state:
        return absent(evidence, "Config flow")
    lines: list[str] = []
    for store in dict.fromkeys(key.store for key in evidence.state):
        keys = [key for key in evidence.state if key.store == store]
        lines += [f"### {text(names.short(store))}", ""]
        lines += table(("Key", "Default", "Written by", "Read by", "Seen in a run", "Hazard"), map(_key, keys))
        lines.append("")
    return lines


def _key(key: StateKey) -> tuple[str, ...]:
    defaults = [access for access in key.accesses if access.kind in _DEFAULTS]
    writes = [access for access in key.accesses if access.kind not in _DEFAULTS | _READS]
    reads = [access for access in key.accesses if access.kind in _READS]
    default = f"{code(key.default)} {_anchors(defaults)}".strip()
    return (
        code(key.key),
        default,
        _accesses(writes),
        _anchors(reads),
        listed([code(value) for value in key.observed], _MOST),
        text(key.hazard),
    )


def _anchors(accesses: Iterable[StateAccess]) -> str:
    return listed(list(dict.fromkeys(anchor(access.path, access.line) for access in accesses)), _MOST)


def _accesses(accesses: Iterable[StateAccess]) -> str:
    shown = []
    for access in accesses:
        value = f" = {code(access.value)}" if access.value else ""
        shown.append(f"{access.kind} {anchor(access.path, access.line)}{value}")
    return listed(shown, _MOST)


def side_effects(evidence: Evidence, names: Names) -> list[str]:
    """The changes of watched state in order, then the effects that stay inside the process."""
    lines = _mutations(evidence, names)
    inner = [effect for effect in evidence.effects if not effect.sink]
    if inner:
        lines += ["", "### Side effects that are no sinks", "", *effect_table(inner, names)]
    if not lines:
        return absent(evidence, "Side effects and global mutations")
    return lines


def _mutations(evidence: Evidence, names: Names) -> list[str]:
    if not evidence.mutations:
        shown = evidence.runs or evidence.effects
        return [f"Mutations: {text(absence(evidence, MUTATIONS))}"] if shown else []
    rows = [
        (
            code(f"{names.short(change.store)}[{change.key!r}]"),
            f"{code(change.before) or 'absent'} → {code(change.after) or 'absent'}",
            anchor(change.path, change.line),
            code(names.short(change.symbol)),
            code(change.run),
            times(change.count),
        )
        for change in evidence.mutations
    ]
    return [
        "### Mutations seen, in order",
        "",
        *table(("Key", "Before → after", "Line", "In", "Run", "Times"), rows),
    ]


def effect_table(effects: Iterable[Effect], names: Names) -> list[str]:
    """Effects with what was read and what was seen of each."""
    rows = [
        (
            f"{effect.kind} {effect.action}",
            code(effect.target),
            code(effect.callee),
            code(names.short(effect.symbol)),
            anchor(effect.path, effect.line),
            verdict(effect.verdict, effect.count),
        )
        for effect in fold_effects(tuple(effects))
    ]
    lines = table(("Effect", "What", "Through", "In", "Anchor", "Verdict"), rows)
    for word, note in ((SILENT, SILENT_NOTE), (LINE_RAN, DENIED_NOTE)):
        if any(row[-1] == word for row in rows):
            lines += ["", note]
    return lines
