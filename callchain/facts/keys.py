"""The name of a file's facts: a hash of all that they depend on."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

from callchain.facts.cache import code_digest

GRAMMAR = f"python {sys.version_info[0]}.{sys.version_info[1]}".encode()
_CODE = Path(__file__).parent


def key_of(path: str, module: str, data: bytes) -> bytes:
    """The cache key of a file: all that its facts depend on."""
    digest = hashlib.blake2b(digest_size=16)
    names = (path.encode("utf-8", "surrogatepass"), module.encode("utf-8", "surrogatepass"))
    for part in (code_digest(_CODE), GRAMMAR, *names):
        digest.update(len(part).to_bytes(4, "big") + part)
    digest.update(data)
    return digest.digest()
