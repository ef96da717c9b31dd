"""JSON as the package holds it: indented, the same bytes every time, whatever the target's names are."""

from __future__ import annotations

import msgspec


def encode(value: object) -> bytes:
    """The value indented by two, keys in the order they were given, one line end after it.

    Dicts keep their order, so that a document rendered from a record read back is the same as before.
    """
    return msgspec.json.format(_encode(value), indent=2) + b"\n"


def _encode(value: object) -> bytes:
    try:
        return msgspec.json.encode(value)
    except UnicodeEncodeError:
        # Undecodable bytes of the target live on as lone surrogates, which JSON in UTF-8 cannot hold.
        return msgspec.json.encode(_without_surrogates(msgspec.to_builtins(value)))


def _without_surrogates(value: object) -> object:
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode("utf-8")
    if isinstance(value, dict):
        return {_without_surrogates(key): _without_surrogates(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_without_surrogates(inner) for inner in value]
    return value
