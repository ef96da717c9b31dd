"""Records that say the same thing many times, gathered so that a reader sees the one thing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import msgspec

from callchain.evidence.verdicts import OBSERVED_ONLY
from callchain.model.chain import Effect, FlowEdge

MOST_TARGETS = 3


@dataclass(frozen=True)
class Fan:
    """Calls from one line into several functions through the same outside packages, none of them read."""

    caller: str
    path: str
    line: int
    via: tuple[str, ...]
    edges: tuple[FlowEdge, ...]

    @property
    def callees(self) -> tuple[str, ...]:
        """What was entered, in order."""
        return tuple(dict.fromkeys(edge.callee for edge in self.edges))

    @property
    def count(self) -> int:
        """How often, in all."""
        return sum(edge.count for edge in self.edges)


def fans(edges: Iterable[FlowEdge]) -> tuple[Fan, ...]:
    """The observed-only edges by call line and way, in the order of the first of each; equal edges count once."""
    groups: dict[tuple[str, str, int, tuple[str, ...]], list[FlowEdge]] = {}
    for edge in dict.fromkeys(edge for edge in edges if edge.verdict == OBSERVED_ONLY):
        groups.setdefault((edge.caller, edge.path, edge.line, edge.via), []).append(edge)
    return tuple(Fan(*key, tuple(found)) for key, found in groups.items())


def fold_effects(effects: Sequence[Effect]) -> tuple[Effect, ...]:
    """Seen-only effects of one line and kind as one, its targets listed and its counts added."""
    groups: dict[tuple[str, str, str, int, str], list[Effect]] = {}
    folded: dict[tuple[object, ...], Effect] = {}
    for effect in effects:
        key = (effect.kind, effect.action, effect.path, effect.line, effect.symbol)
        if effect.verdict != OBSERVED_ONLY:
            folded[effect, len(folded)] = effect
            continue
        groups.setdefault(key, []).append(effect)
        folded[key] = _together(groups[key])
    return tuple(folded.values())


def _together(effects: Sequence[Effect]) -> Effect:
    targets = list(dict.fromkeys(effect.target for effect in effects if effect.target))
    more = f" and {len(targets) - MOST_TARGETS} more" if len(targets) > MOST_TARGETS else ""
    target = ", ".join(targets[:MOST_TARGETS]) + more
    return msgspec.structs.replace(effects[0], target=target, count=sum(effect.count for effect in effects))
