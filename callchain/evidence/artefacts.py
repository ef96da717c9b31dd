"""Artefacts read in the source joined with what the runs really wrote."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase
from pathlib import PurePosixPath

import msgspec

from callchain.evidence.packed import Packed, packed_members
from callchain.evidence.verdicts import NOT_REACHED
from callchain.model.chain import Artefact, Effect
from callchain.model.recording import ObservedEffect
from callchain.model.symbol import Anchor

UNREAD = "a run left it; its content is not looked into"
"""The end of the note of an artefact that exists and has no members that could be listed."""
MOST_PLACES = 3
_HOLE = re.compile(r"\{[^{}]*\}|<[^<>]*>|%[sdr]")


def join_artefacts(
    read: Sequence[Artefact], seen: Sequence[Artefact], events: Iterable[ObservedEffect] = ()
) -> tuple[Artefact, ...]:
    """Each read artefact with the members that a run wrote; what no reading foretold comes after.

    An artefact that no run left by itself may lie in an archive: one that was `seen`, or one of which the `events`
    tell (`archive!member`).
    """
    joined = list(read)
    extra = []
    for artefact in sorted(map(_told, seen), key=lambda a: (a.name, a.kind)):
        place = _same(joined[: len(read)], artefact)
        if place is None:
            extra.append(artefact)
        else:
            joined[place] = _merge(joined[place], artefact)
    packed = packed_members(seen, events)
    return (*(_from_archives(artefact, packed) for artefact in joined), *extra)


def was_seen(artefact: Artefact) -> bool:
    """Whether a run left the artefact to be looked at, by itself or in an archive."""
    return bool(artefact.members) or artefact.note.endswith(UNREAD)


def unreached(artefact: Artefact, effects: Iterable[Effect]) -> bool:
    """Whether runs reached none of the lines that write the artefact."""
    places = {(writer.path, writer.line) for writer in artefact.writers}
    return {effect.verdict for effect in effects if (effect.path, effect.line) in places} == {NOT_REACHED}


def _told(seen: Artefact) -> Artefact:
    """What a run left, with a word on it where its content is of no known kind."""
    if seen.members:
        return seen
    note = "; ".join(part for part in (seen.note, UNREAD) if part)
    return msgspec.structs.replace(seen, note=note)


def _same(read: Sequence[Artefact], seen: Artefact) -> int | None:
    """The read artefact that is meant: the same name, the same file name, or a pattern that fits it."""
    name = PurePosixPath(seen.name).name
    tests = (
        lambda artefact: artefact.name == seen.name,
        lambda artefact: PurePosixPath(artefact.name).name == name,
        lambda artefact: _fits(artefact.name, name),
    )
    for test in tests:
        for index, artefact in enumerate(read):
            if test(artefact):
                return index
    return None


def _from_archives(artefact: Artefact, packed: Sequence[Packed]) -> Artefact:
    """The artefact with the members of archives that are it: equal in file name, or fitting its pattern."""
    if was_seen(artefact):
        return artefact
    name = PurePosixPath(artefact.name).name
    found = [one for one in packed if one.file_name == name or _fits(artefact.name, one.file_name)]
    if not found:
        return artefact
    word = "written as" if any(one.written for one in found) else "found as"
    places = [one.place for one in found]
    more = f" and {len(places) - MOST_PLACES} more" if len(places) > MOST_PLACES else ""
    notes = (artefact.note, f"{word} {', '.join(places[:MOST_PLACES])}{more}")
    members = tuple(msgspec.structs.replace(one.member, name=one.place) for one in found)
    return msgspec.structs.replace(artefact, members=members, note="; ".join(part for part in notes if part))


def _fits(read: str, name: str) -> bool:
    """Whether a name with holes (`{base}.zip`, `*.ckpt`) fits; one that is all hole fits nothing."""
    pattern = _HOLE.sub("*", PurePosixPath(read).name)
    return "*" in pattern and pattern.strip("*") != "" and fnmatchcase(name, pattern)


def _merge(read: Artefact, seen: Artefact) -> Artefact:
    names = {member.name for member in read.members}
    members = read.members + tuple(member for member in seen.members if member.name not in names)
    place = f"written as {seen.name}" if seen.name != read.name else ""
    notes = [note for note in (read.note, place, seen.note) if note]
    return msgspec.structs.replace(
        read,
        kind=read.kind or seen.kind,
        members=members,
        writers=_unite(read.writers, seen.writers),
        readers=_unite(read.readers, seen.readers),
        note="; ".join(dict.fromkeys(notes)),
    )


def _unite(first: tuple[Anchor, ...], second: tuple[Anchor, ...]) -> tuple[Anchor, ...]:
    known = {(anchor.path, anchor.line) for anchor in first}
    return first + tuple(anchor for anchor in second if (anchor.path, anchor.line) not in known)


def not_written(artefact: Artefact) -> tuple[str, ...]:
    """Members that the source names and the run did not write; nothing when no run wrote the artefact."""
    if not artefact.members:
        return ()
    names = [member.name for member in artefact.members]
    return tuple(name for name in artefact.expected if not any(_is_member(name, real) for real in names))


def not_foretold(artefact: Artefact) -> tuple[str, ...]:
    """Members that the run wrote and the source does not name; nothing when reading found no names at all."""
    if not artefact.expected:
        return ()
    names = [member.name for member in artefact.members]
    return tuple(real for real in names if not any(_is_member(name, real) for name in artefact.expected))


def _is_member(expected: str, real: str) -> bool:
    pattern = _HOLE.sub("*", expected)
    return (
        real == expected or PurePosixPath(real).name == PurePosixPath(expected).name or fnmatchcase(real, pattern)
    )
