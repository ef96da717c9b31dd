"""What earlier runs resolved: kept in the user's cache, and taken over where only lines moved."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import TypeVar

import msgspec

from callchain.callgraph.moved_lines import moved_lines
from callchain.callgraph.spot_text import with_text
from callchain.facts.cache import Cache
from callchain.facts.records import FileFacts
from callchain.model.graph import BlindSpot, Edge
from callchain.source.tree import SourceTree

T = TypeVar("T")
Moved = dict[str, dict[int, int]]
"""Path → old line → new line, for each file that changed."""
_MOST_MOVED = 64
"""Files beyond which comparing the old facts with the new ones costs about what it saves."""


class Resolved(msgspec.Struct, frozen=True, array_like=True):
    """What solving gives, as it is cached."""

    edges: tuple[Edge, ...]
    external: tuple[Edge, ...]
    blind_spots: tuple[BlindSpot, ...]


class LastRun(msgspec.Struct, frozen=True, array_like=True):
    """What the last run on these files resolved, and what each file was then."""

    key: bytes
    sources: list[bytes]
    """`FileFacts.source` of each file, in order of path."""


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(Resolved)
_LAST_DECODER = msgspec.msgpack.Decoder(LastRun)
_FACTS_DECODER = msgspec.msgpack.Decoder(FileFacts)


def encoded(found: Resolved) -> bytes:
    """What `stored` reads."""
    return _ENCODER.encode(found)


def stored(store: Cache | None, key: bytes) -> Resolved | None:
    """What was resolved for exactly these facts, if it is known."""
    return _read(store, key, _DECODER)


def tree_key(facts: Mapping[str, FileFacts], versions: bytes) -> bytes:
    """The name of the last run on files of these paths, whatever is in them."""
    digest = hashlib.blake2b(b"last run" + versions, digest_size=16)
    for path in sorted(facts):
        part = path.encode("utf-8", "surrogatepass")
        digest.update(len(part).to_bytes(4, "big") + part)
    return digest.digest()


def last_run(key: bytes, facts: Mapping[str, FileFacts]) -> bytes:
    """What is stored under `tree_key`."""
    return _ENCODER.encode(LastRun(key, [facts[path].source for path in sorted(facts)]))


def relined(
    tree: SourceTree, facts: Mapping[str, FileFacts], store: Cache | None, of_tree: bytes
) -> Resolved | None:
    """The last run's calls at their new lines; None where more than lines changed since."""
    last = _read(store, of_tree, _LAST_DECODER)
    if last is None or len(last.sources) != len(facts):
        return None
    moved = _moved(facts, last.sources, store)
    found = stored(store, last.key) if moved else None
    if not moved or found is None:
        return None
    try:
        return Resolved(
            _edges(found.edges, moved), _edges(found.external, moved), _spots(tree, found.blind_spots, moved)
        )
    except KeyError:  # a call on a line that no fact speaks of: nothing to go by
        return None


def _moved(facts: Mapping[str, FileFacts], sources: list[bytes], store: Cache | None) -> Moved | None:
    changed = {
        path: source for path, source in zip(sorted(facts), sources, strict=True) if facts[path].source != source
    }
    if len(changed) > _MOST_MOVED:
        return None
    moved: Moved = {}
    for path, source in changed.items():
        old = _read(store, source, _FACTS_DECODER)
        lines = moved_lines(old, facts[path]) if old is not None else None
        if lines is None:
            return None
        moved[path] = lines
    return moved


def _edges(edges: tuple[Edge, ...], moved: Moved) -> tuple[Edge, ...]:
    return tuple(
        msgspec.structs.replace(edge, line=moved[edge.path][edge.line]) if edge.path in moved else edge
        for edge in edges
    )


def _spots(tree: SourceTree, spots: tuple[BlindSpot, ...], moved: Moved) -> tuple[BlindSpot, ...]:
    same = [spot for spot in spots if spot.path not in moved]
    others = [
        msgspec.structs.replace(spot, line=moved[spot.path][spot.line], expression="")
        for spot in spots
        if spot.path in moved
    ]
    return tuple(sorted((*same, *with_text(tree, others))))


def _read(store: Cache | None, key: bytes, decoder: msgspec.msgpack.Decoder[T]) -> T | None:
    value = store.get([key]).get(key) if store is not None else None
    if value is None:
        return None
    try:
        return decoder.decode(value)
    except msgspec.MsgspecError:
        return None
