"""Facts of all files of a tree, from the cache where the bytes are known, else from the parser."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from callchain.facts.cache import Cache, code_digest, open_cache
from callchain.facts.extract import extract
from callchain.facts.records import FileFacts
from callchain.facts.workers import Job, extract_in_parallel
from callchain.source.tree import SourceTree

_CODE = Path(__file__).parent
_GRAMMAR = f"python {sys.version_info[0]}.{sys.version_info[1]}".encode()
_LARGE = 3_000_000
_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(FileFacts)


def read_facts(tree: SourceTree, *, cache: bool = True, jobs: int | None = None) -> dict[str, FileFacts]:
    """Path → facts, in order of path.

    Args:
        tree: the code base.
        cache: whether facts may be kept in, and taken from, the user's cache.
        jobs: processes to parse with; by default one, and all cores when the tree is large.
    """
    wanted = [(file.path, file.module, tree.data(file.path)) for file in tree.files]
    keys = {path: key_of(path, module, data) for path, module, data in wanted}
    store = open_cache() if cache else None
    try:
        known = _known(store, keys)
        missing = [job for job in wanted if job[0] not in known]
        fresh = {
            facts.path: msgspec.structs.replace(facts, source=keys[facts.path])
            for facts in _extracted(missing, jobs)
        }
        if store is not None and fresh:
            store.put({keys[path]: _ENCODER.encode(facts) for path, facts in fresh.items()})
    finally:
        if store is not None:
            store.close()
    return {path: known.get(path) or fresh[path] for path, _, _ in wanted}


def key_of(path: str, module: str, data: bytes) -> bytes:
    """The cache key of a file: all that its facts depend on."""
    digest = hashlib.blake2b(digest_size=16)
    names = (path.encode("utf-8", "surrogatepass"), module.encode("utf-8", "surrogatepass"))
    for part in (code_digest(_CODE), _GRAMMAR, *names):
        digest.update(len(part).to_bytes(4, "big") + part)
    digest.update(data)
    return digest.digest()


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


def _extracted(missing: Sequence[Job], jobs: int | None) -> Iterable[FileFacts]:
    total = sum(len(data) for _, _, data in missing)
    count = jobs if jobs is not None else (os.cpu_count() or 1) if total > _LARGE else 1
    count = min(count, len(missing))
    return [extract(*job) for job in missing] if count < 2 else extract_in_parallel(missing, count)
