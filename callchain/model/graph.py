"""Edges of the call graph, and what it could not resolve."""

from __future__ import annotations

import msgspec


class Edge(msgspec.Struct, frozen=True, order=True):
    """A call read in the source: `caller` reaches `callee` from `line` of the caller's file.

    Inside the root `callee` is a symbol, outside it a dotted name (`zipfile.ZipFile.write`).
    """

    caller: str
    line: int
    callee: str
    rule: str
    """Which rule resolved it, for example `direct`, `self`, `constructor`, `annotation`."""
    confidence: float
    """1.0: syntactically certain; ≥ 0.8: by declared or inferred type; below: one of several candidates."""

    @property
    def path(self) -> str:
        """The file of the call site."""
        return self.caller.partition("::")[0]


class BlindSpot(msgspec.Struct, frozen=True, order=True, omit_defaults=True):
    """Something that could not be resolved, why, and the command that would settle it."""

    path: str
    line: int
    symbol: str
    kind: str
    """`call`, `file`, `effect`, `tap` or `run`."""
    reason: str
    expression: str = ""
    command: str = ""
