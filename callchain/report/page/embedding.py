"""JSON that can stand inside a `script` element."""

from __future__ import annotations

import msgspec

_ESCAPES = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026", 0x2028: "\\u2028", 0x2029: "\\u2029"}


def embeddable(document: object) -> str:
    """The document as JSON that holds no `<`, `>` or `&`."""
    return msgspec.json.encode(document).decode("utf-8").translate(_ESCAPES)
