"""The source lines that blind spots stand on."""

from __future__ import annotations

from collections.abc import Iterable

from callchain.model.graph import BlindSpot
from callchain.source.tree import SourceTree


def with_text(tree: SourceTree, spots: Iterable[BlindSpot]) -> tuple[BlindSpot, ...]:
    """Each open call with the source line it stands on, sorted."""
    found: list[BlindSpot] = []
    path = ""
    text: list[str] = []
    for spot in sorted(spots):
        if spot.path != path:  # one file's lines at a time
            path, text = spot.path, tree.lines(spot.path)
        line = text[spot.line - 1].strip()[:160] if 0 < spot.line <= len(text) else ""
        found.append(BlindSpot(spot.path, spot.line, spot.symbol, spot.kind, spot.reason, line, spot.command))
    return tuple(sorted(found))
