"""The last look before a package is written: no secret that stands in the source or the command gets into it."""

from __future__ import annotations

from typing import Any

import msgspec

from callchain.model.package import Evidence
from callchain.probe.redact import Redactor

_NAMES = frozenset({"schema", "path", "symbol", "caller", "callee", "digest", "files", "namespaces", "versions"})
"""Fields that name code or files: to change one would break the anchor it is part of."""


def without_secrets(evidence: Evidence, redactor: Redactor) -> Evidence:
    """The record with secrets of a known shape, random words and literals of secret names replaced.

    Values were redacted when they were captured; this is for what was read: code, defaults, documents, commands.
    """
    plain = msgspec.to_builtins(evidence)
    return msgspec.convert(_cleaned(plain, redactor), Evidence)


def _cleaned(value: Any, redactor: Redactor) -> Any:
    if isinstance(value, str):
        return redactor.source(value)
    if isinstance(value, dict):
        return {key: _field(key, inner, redactor) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_cleaned(inner, redactor) for inner in value]
    return value


def _field(key: str, value: Any, redactor: Redactor) -> Any:
    if key in _NAMES:
        return value
    if key == "command" and isinstance(value, list | tuple):
        return redactor.arguments(value)
    return _cleaned(value, redactor)
