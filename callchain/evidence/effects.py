"""Effects read against effects seen."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import msgspec

from callchain.evidence.sources import Sources
from callchain.evidence.verdicts import CONFIRMED, LINE_RAN, NOT_REACHED, NOT_RUN, OBSERVED_ONLY, Observation
from callchain.model.chain import Effect, Mutation
from callchain.model.graph import BlindSpot
from callchain.model.recording import ObservedEffect

MOST_OUTSIDE = 60
"""How many seen-only effects of functions off the chain are kept; the others are counted in a blind spot."""
MOST_TARGETS = 3

_FILES = frozenset({"file", "archive", "pickle", "hdf5", "model", "checkpoint", "json"})
_LEAVING = frozenset({"write", "create", "delete", "send", "start"})


@dataclass(frozen=True)
class JoinedEffects:
    """Effects after the join, with what had to be left out."""

    effects: tuple[Effect, ...]
    left_out: tuple[BlindSpot, ...] = ()


def join_effects(
    effects: Sequence[Effect],
    seen: Observation,
    sources: Sources,
    on_chain: Collection[str],
    mutations: Sequence[Mutation] = (),
) -> JoinedEffects:
    """Give each read effect its verdict, then add what was seen and not read.

    A write of global state is borne out by the `mutations` at its line, or by one of its key when its line ran.
    """
    if not seen.ran:
        return JoinedEffects(tuple(effects))
    used: set[ObservedEffect] = set()
    judged = [
        _judge_state(effect, seen, sources, mutations) or _judge(effect, seen, sources, used) for effect in effects
    ]
    rest = [event for event in merge_effects(seen.effects) if event not in _merged(used)]
    kept, left = _seen_only(rest, on_chain)
    return JoinedEffects(tuple(judged) + kept, left)


def merge_effects(events: Iterable[ObservedEffect]) -> tuple[ObservedEffect, ...]:
    """Equal effects become one with their counts added; real paths and event names are set aside."""
    merged: dict[ObservedEffect, int] = {}
    for event in events:
        plain = _plain(event)
        merged[plain] = merged.get(plain, 0) + event.count
    return tuple(sorted(msgspec.structs.replace(event, count=count) for event, count in merged.items()))


def _plain(event: ObservedEffect) -> ObservedEffect:
    return msgspec.structs.replace(event, real="", event="", count=1)


def _merged(events: Iterable[ObservedEffect]) -> frozenset[ObservedEffect]:
    return frozenset(merge_effects(events))


def _judge(effect: Effect, seen: Observation, sources: Sources, used: set[ObservedEffect]) -> Effect:
    if seen.traced is not None and effect.path not in seen.traced:
        return msgspec.structs.replace(effect, verdict=NOT_RUN)
    first, last = sources.statement(effect.path, effect.line)
    here = [event for event in seen.effects if event.path == effect.path and event.symbol == effect.symbol]
    at_line = [event for event in here if first <= event.line <= last and _same_sort(effect, event)]
    matches = at_line or [event for event in here if (event.kind, event.action) == (effect.kind, effect.action)]
    if matches:
        used.update(matches)
        count = sum(event.count for event in matches)
        target = _targets(effect.target, [event.target for event in matches])
        return msgspec.structs.replace(effect, verdict=CONFIRMED, count=count, target=target)
    ran = seen.line_ran(effect.path, first, last)
    return msgspec.structs.replace(effect, verdict=LINE_RAN if ran else NOT_REACHED)


def _judge_state(
    effect: Effect, seen: Observation, sources: Sources, mutations: Sequence[Mutation]
) -> Effect | None:
    """A write of global state as the watched changes bear it out; None where they say nothing of it."""
    if effect.kind != "state":
        return None
    first, last = sources.statement(effect.path, effect.line)
    here = [change for change in mutations if change.path == effect.path and first <= change.line <= last]
    of_key = [change for change in mutations if _writes(effect.target, change.key)]
    matches = here or (of_key if seen.line_ran(effect.path, first, last) else [])
    if not matches:
        return None
    keys = ", ".join(dict.fromkeys(change.key for change in matches))
    target = f"{effect.target} = {keys} changed" if here else effect.target
    count = sum(change.count for change in matches)
    return msgspec.structs.replace(effect, verdict=CONFIRMED, count=count, target=target)


def _writes(target: str, key: str) -> bool:
    """Whether an expression ends in the subscript of the key: `cfg['N']`."""
    return target.endswith((f"'{key}']", f'"{key}"]'))


def _same_sort(effect: Effect, event: ObservedEffect) -> bool:
    """A model saved is a file written: kinds of files stand for one another, actions do not."""
    if effect.kind == event.kind:
        return effect.action == event.action or {effect.action, event.action} <= {"write", "create"}
    both_files = effect.kind in _FILES and event.kind in _FILES
    return both_files and (effect.action == event.action or {effect.action, event.action} <= {"write", "create"})


def _targets(read: str, seen: Sequence[str]) -> str:
    names = [name for name in dict.fromkeys(sorted(seen)) if name and name != read.strip("'\"")]
    if not names:
        return read
    more = f" and {len(names) - MOST_TARGETS} more" if len(names) > MOST_TARGETS else ""
    shown = ", ".join(names[:MOST_TARGETS]) + more
    return f"{read} = {shown}" if read else shown


def _seen_only(
    events: Sequence[ObservedEffect], on_chain: Collection[str]
) -> tuple[tuple[Effect, ...], tuple[BlindSpot, ...]]:
    mine = [event for event in events if event.symbol in on_chain]
    others = [event for event in events if event.symbol not in on_chain and event.action in _LEAVING]
    kept = sorted((*mine, *others[:MOST_OUTSIDE]))
    left = len(others) - MOST_OUTSIDE
    spots = (_left_out(others[MOST_OUTSIDE], left),) if left > 0 else ()
    return tuple(_as_effect(event) for event in kept), spots


def _as_effect(event: ObservedEffect) -> Effect:
    return Effect(
        kind=event.kind,
        action=event.action,
        path=event.path,
        line=event.line,
        symbol=event.symbol,
        target=event.target,
        rule="seen in a run",
        verdict=OBSERVED_ONLY,
        count=event.count,
        sink=event.action in _LEAVING and event.kind not in {"state", "env", "logging", "randomness"},
    )


def _left_out(first: ObservedEffect, left: int) -> BlindSpot:
    return BlindSpot(
        path=first.path,
        line=first.line,
        symbol=first.symbol,
        kind="effect",
        reason=f"{left} more effects of functions off the chain were seen and are not listed",
    )
