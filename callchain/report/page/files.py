"""The artefacts as a tree of files: folders, files, and inside archives their members."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from callchain.evidence.artefacts import not_foretold, not_written
from callchain.model.chain import Artefact, Member

_UNITS = ("bytes", "kB", "MB", "GB", "TB")


@dataclass
class Entry:
    """A folder, a file or a member; `artefact` and `member` are what is known of it."""

    name: str
    children: dict[str, Entry] = field(default_factory=dict)
    artefact: Artefact | None = None
    member: Member | None = None
    missing: bool = False
    """Named in the source and not written."""
    unforeseen: bool = False
    """Written and not named in the source."""


def file_tree(artefacts: Iterable[Artefact]) -> tuple[Entry, ...]:
    """The roots, in the order of the first artefact below each."""
    root = Entry("")
    for artefact in artefacts:
        entry = _descend(root, artefact.name)
        entry.artefact = artefact
        unforeseen = set(not_foretold(artefact))
        for member in artefact.members:
            inner = _descend(entry, member.name)
            inner.member, inner.unforeseen = member, member.name in unforeseen
        for name in not_written(artefact):
            _descend(entry, name).missing = True
    return tuple(root.children.values())


def _descend(entry: Entry, name: str) -> Entry:
    for part in [part for part in name.split("/") if part] or [name]:
        entry = entry.children.setdefault(part, Entry(part))
    return entry


def size(count: int) -> str:
    """A number of bytes as people read it."""
    amount, unit = float(count), 0
    while amount >= 1000 and unit < len(_UNITS) - 1:
        amount, unit = amount / 1000, unit + 1
    return f"{count} {_UNITS[0]}" if not unit else f"{amount:.3g} {_UNITS[unit]}"
