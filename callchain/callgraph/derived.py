"""What follows from a whole code base and from no question: worked out once, then kept in the user's cache."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import msgspec

from callchain.callgraph.graph import CallGraph
from callchain.facts.cache import code_digest, open_cache

T = TypeVar("T")


def derived(graph: CallGraph, name: str, kind: type[T], code: Path, make: Callable[[], T]) -> T:
    """What `make` gives, from the cache where it is known for exactly this graph and this version of the code.

    Args:
        graph: the call graph; one without a key, which nothing names, has nothing kept.
        name: what is kept, to tell it from other things.
        kind: its type, which msgspec can encode.
        code: the folder of the program files that make it.
        make: works it out.
    """
    store = open_cache() if graph.key else None
    if store is None:
        return make()
    key = hashlib.blake2b(name.encode() + b"\0" + graph.key + code_digest(code), digest_size=16).digest()
    try:
        value = store.get([key]).get(key)
        if value is not None:
            try:
                return msgspec.msgpack.decode(value, type=kind)
            except msgspec.MsgspecError:
                pass
        made = make()
        store.put({key: msgspec.msgpack.encode(made)})
        return made
    finally:
        store.close()
