"""Members of archives as files: what a run packed, and where it lies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from callchain.model.chain import Artefact, Member
from callchain.model.recording import ObservedEffect

_BETWEEN = "!"


@dataclass(frozen=True)
class Packed:
    """A member of an archive; `written` says whether a run packed it or only found it."""

    archive: str
    member: Member
    written: bool

    @property
    def place(self) -> str:
        """`archive!member`."""
        return f"{self.archive}{_BETWEEN}{self.member.name}"

    @property
    def file_name(self) -> str:
        """The last part of the member's name."""
        return PurePosixPath(self.member.name).name


def packed_members(seen: Sequence[Artefact], events: Iterable[ObservedEffect]) -> tuple[Packed, ...]:
    """The members of archives that a run left, then those that it packed into archives that were gone after."""
    archives = [artefact for artefact in sorted(seen, key=lambda a: a.name) if artefact.kind == "archive"]
    written = {artefact.name for artefact in archives if artefact.writers}
    # Each run that touches an archive tells of it anew, and the last one of the file as it is.
    left = {
        (artefact.name, member.name): Packed(artefact.name, member, artefact.name in written)
        for artefact in archives
        for member in artefact.members
    }
    names = {artefact.name for artefact in archives}
    return (*left.values(), *(packed for packed in _told(events) if packed.archive not in names))


def _told(events: Iterable[ObservedEffect]) -> Iterator[Packed]:
    targets = {event.target for event in events if (event.kind, event.action) == ("archive", "write")}
    for target in sorted(targets):
        archive, found, name = target.partition(_BETWEEN)
        if found:
            yield Packed(archive, Member(name), written=True)
