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
    """Effects that a reader takes as one, at the place of the first: targets listed, counts added.

    These are the seen-only effects of one line and kind, and the words that a function logs through one call with
    one verdict.
    """
    groups: dict[tuple[object, ...], list[Effect]] = {}
    for number, effect in enumerate(effects):
        groups.setdefault(_alike(effect, number), []).append(effect)
    return tuple(_together(found) if len(found) > 1 else found[0] for found in groups.values())


def _alike(effect: Effect, number: int) -> tuple[object, ...]:
    """What two effects must share to be told as one; `number` where the effect stands alone."""
    act = (effect.kind, effect.action, effect.path, effect.symbol, effect.callee, effect.verdict)
    if effect.verdict == OBSERVED_ONLY:
        return (*act, effect.line)
    return (*act, "words") if effect.kind == "logging" else (*act, effect.line, number)


def _together(effects: Sequence[Effect]) -> Effect:
    targets = list(dict.fromkeys(effect.target for effect in effects if effect.target))
    more = f" and {len(targets) - MOST_TARGETS} more" if len(targets) > MOST_TARGETS else ""
    target = ", ".join(targets[:MOST_TARGETS]) + more
    return msgspec.structs.replace(effects[0], target=target, count=sum(effect.count for effect in effects))
