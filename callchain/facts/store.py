"""Facts of all files of a tree, from the cache where the bytes are known, else from the parser."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence

import msgspec

from callchain.facts.cache import Cache, open_cache
from callchain.facts.extract import LINKS, WORDS, extract
from callchain.facts.keys import key_of
from callchain.facts.records import FileFacts, StateFact, TextFact
from callchain.facts.workers import Job, extract_in_parallel
from callchain.source.tree import SourceTree

Extractor = Callable[[Sequence[Job]], list[FileFacts]]
"""Jobs to their facts, in order."""
_LARGE = 3_000_000
_WORDS_MARK = b"words"
_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(FileFacts)


class Words(msgspec.Struct, frozen=True, array_like=True):
    """What is cached of a file apart from its links, since the graph alone has no use for it."""

    path: str
    state: tuple[StateFact, ...]
    texts: tuple[TextFact, ...]


_WORDS_DECODER = msgspec.msgpack.Decoder(Words)


def read_facts(
    tree: SourceTree,
    *,
    cache: bool = True,
    jobs: int | None = None,
    words: bool = True,
    extractor: Extractor | None = None,
) -> dict[str, FileFacts]:
    """Path → facts, in order of path.

    Args:
        tree: the code base.
        cache: whether facts may be kept in, and taken from, the user's cache.
        jobs: processes to parse with; by default one, and all cores when the tree is large.
        words: whether accesses to state, strings and identifiers are wanted too, which the graph can do without.
        extractor: reads what is not in the cache; processes of this machine unless given.
    """
    files = [(file.path, file.module, tree.data(file.path)) for file in tree.files]
    keys = {path: key_of(path, module, data) for path, module, data in files}
    store = open_cache() if cache else None
    try:
        found = _known(store, keys)
        said = _known_words(store, keys) if words else {}
        missing: list[Job] = []
        for path, module, data in files:
            wanted = (path not in found and LINKS) | (words and path not in said and WORDS)
            if wanted:
                missing.append((path, module, data, wanted))
        fresh = {facts.path: facts for facts in (extractor(missing) if extractor else _extracted(missing, jobs))}
        _keep(store, keys, missing, fresh)
    finally:
        if store is not None:
            store.close()
    return {path: _whole(found.get(path), said.get(path), fresh.get(path), keys[path]) for path in keys}


def _keep(
    store: Cache | None, keys: dict[str, bytes], missing: Sequence[Job], fresh: dict[str, FileFacts]
) -> None:
    if store is None or not fresh:
        return
    entries: dict[bytes, bytes] = {}
    for path, _, _, wanted in missing:
        facts = fresh[path]
        if wanted & WORDS:
            entries[keys[path] + _WORDS_MARK] = _ENCODER.encode(Words(path, facts.state, facts.texts))
        if wanted & LINKS:
            entries[keys[path]] = _ENCODER.encode(msgspec.structs.replace(facts, state=(), texts=()))
    store.put(entries)


def _whole(found: FileFacts | None, said: Words | None, fresh: FileFacts | None, key: bytes) -> FileFacts:
    """One record of what was known and what was read now."""
    facts = found or fresh
    words = said or fresh
    assert facts is not None  # noqa: S101 - a file is known or it was read
    if words is None:
        return msgspec.structs.replace(facts, source=key)
    return msgspec.structs.replace(facts, source=key, state=words.state, texts=words.texts)


def _known(store: Cache | None, keys: dict[str, bytes]) -> dict[str, FileFacts]:
    if store is None:
        return {}
    stored = store.get(keys.values())
    found: dict[str, FileFacts] = {}
    for path, key in keys.items():
        value = stored.get(key)
        if value is None:
            continue
        try:
            facts = _DECODER.decode(value)
        except msgspec.MsgspecError:
            continue
        if facts.path == path:
            found[path] = facts
    return found


def _known_words(store: Cache | None, keys: dict[str, bytes]) -> dict[str, Words]:
    if store is None:
        return {}
    stored = store.get(key + _WORDS_MARK for key in keys.values())
    found: dict[str, Words] = {}
    for path, key in keys.items():
        value = stored.get(key + _WORDS_MARK)
        if value is None:
            continue
        try:
            words = _WORDS_DECODER.decode(value)
        except msgspec.MsgspecError:
            continue
        if words.path == path:
            found[path] = words
    return found


def _extracted(missing: Sequence[Job], jobs: int | None) -> Iterable[FileFacts]:
    total = sum(len(job[2]) for job in missing)
    count = jobs if jobs is not None else (os.cpu_count() or 1) if total > _LARGE else 1
    count = min(count, len(missing))
    return [extract(*job) for job in missing] if count < 2 else extract_in_parallel(missing, count)
