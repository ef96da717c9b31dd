"""The published score of a suite: complete snippets, sound snippets, precision and recall over all edges."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Pair = tuple[str, str]


@dataclass(frozen=True)
class Score:
    """One snippet: edges in both, only ours (false), only the truth's (missed)."""

    name: str
    right: int
    false: tuple[Pair, ...]
    missed: tuple[Pair, ...]

    @property
    def complete(self) -> bool:
        """No false edge, in the suite's words."""
        return not self.false

    @property
    def sound(self) -> bool:
        """No missed edge, in the suite's words."""
        return not self.missed


def score(name: str, truth: Mapping[str, Sequence[str]], ours: Mapping[str, Sequence[str]]) -> Score:
    """Compare two graphs as sets of (caller, callee)."""
    expected, found = pairs(truth), pairs(ours)
    return Score(
        name=name,
        right=len(expected & found),
        false=tuple(sorted(found - expected)),
        missed=tuple(sorted(expected - found)),
    )


def pairs(graph: Mapping[str, Sequence[str]]) -> set[Pair]:
    """All (caller, callee) of a graph."""
    return {(caller, callee) for caller, callees in graph.items() for callee in callees}


def summary(scores: Sequence[Score]) -> dict[str, float]:
    """Counts over all snippets; precision and recall over all edges together."""
    right = sum(each.right for each in scores)
    false = sum(len(each.false) for each in scores)
    missed = sum(len(each.missed) for each in scores)
    return {
        "snippets": len(scores),
        "complete": sum(each.complete for each in scores),
        "sound": sum(each.sound for each in scores),
        "both": sum(each.complete and each.sound for each in scores),
        "right": right,
        "false": false,
        "missed": missed,
        "precision": round(right / (right + false), 4) if right + false else 1.0,
        "recall": round(right / (right + missed), 4) if right + missed else 1.0,
    }
