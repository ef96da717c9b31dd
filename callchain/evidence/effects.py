"""Effects read against effects seen."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import msgspec

from callchain.evidence.eventful import leaves_event
from callchain.evidence.sources import Sources
from callchain.evidence.state_effects import judge_state
from callchain.evidence.verdicts import (
    CONFIRMED,
    LINE_RAN,
    NOT_REACHED,
    NOT_RUN,
    OBSERVED_ONLY,
    SILENT,
    Observation,
)
from callchain.model.chain import Effect, Mutation
from callchain.model.graph import BlindSpot
from callchain.model.recording import ObservedEffect

MOST_OUTSIDE = 60
"""How many seen-only effects of functions off the chain are kept; the others are counted in a blind spot."""
MOST_TARGETS = 3

_FILES = frozenset({"file", "archive", "pickle", "hdf5", "model", "checkpoint", "json"})
_ENVIRONMENT = "env"
_VARIABLE = re.compile(r"""^(?:env\[)?(?P<quote>['"])(?P<name>\w+)(?P=quote)\]?$""")
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
    """Give each read effect its verdict, then add what was seen and not read; each act is one row.

    A write of global state is borne out by the `mutations` that its statement made.
    """
    effects = one_per_act(effects)
    if not seen.ran:
        return JoinedEffects(effects)
    used: set[ObservedEffect] = set()
    judged = [
        judge_state(effect, seen, sources, mutations) or _judge(effect, seen, sources, used) for effect in effects
    ]
    rest = [event for event in merge_effects(seen.effects) if _plain(event) not in used]
    kept, left = _seen_only(rest, on_chain)
    return JoinedEffects(tuple(judged) + kept, left)


def one_per_act(effects: Sequence[Effect]) -> tuple[Effect, ...]:
    """The effects, a variable of the environment set through a call once: as the call, not as a store as well."""
    calls: dict[tuple[str, int, str], set[str]] = {}
    for effect in effects:
        if effect.kind == "env" and effect.action != "read" and effect.callee != _ENVIRONMENT:
            calls.setdefault(_place(effect), set()).add(_variable(effect.target))
    return tuple(effect for effect in effects if not _told_by_call(effect, calls.get(_place(effect), set())))


def _told_by_call(effect: Effect, named: Collection[str]) -> bool:
    return effect.callee == _ENVIRONMENT and bool({"", _variable(effect.target)} & set(named))


def _place(effect: Effect) -> tuple[str, int, str]:
    return effect.path, effect.line, effect.symbol


def _variable(target: str) -> str:
    """The variable that a read target names as a literal (`'K'`, `env['K']`); empty where it names none."""
    found = _VARIABLE.search(target)
    return found["name"] if found else ""


def merge_effects(events: Iterable[ObservedEffect]) -> tuple[ObservedEffect, ...]:
    """Equal effects become one with their counts added; real paths and event names are set aside."""
    merged: dict[ObservedEffect, int] = {}
    for event in events:
        plain = _plain(event)
        merged[plain] = merged.get(plain, 0) + event.count
    return tuple(sorted(msgspec.structs.replace(event, count=count) for event, count in merged.items()))


def _plain(event: ObservedEffect) -> ObservedEffect:
    return msgspec.structs.replace(event, real="", event="", count=1)


def _judge(effect: Effect, seen: Observation, sources: Sources, used: set[ObservedEffect]) -> Effect:
    if seen.traced is not None and effect.path not in seen.traced:
        return msgspec.structs.replace(effect, verdict=NOT_RUN)
    first, last = sources.statement(effect.path, effect.line)
    here = [event for event in seen.effects if event.path == effect.path and event.symbol == effect.symbol]
    matches = [event for event in here if first <= event.line <= last and _same_act(effect, event)]
    if matches:
        used.update(map(_plain, matches))
        # A model that is saved opens files besides: its own event tells the count and the place.
        own = [event for event in matches if event.kind == effect.kind] or matches
        count = _times(effect, own)
        target = _targets(effect.target, [event.target for event in own])
        return msgspec.structs.replace(effect, verdict=CONFIRMED, count=count, target=target)
    return msgspec.structs.replace(effect, verdict=unseen(effect, seen, first, last))


def _times(effect: Effect, events: Sequence[ObservedEffect]) -> int:
    """How often the act was done; reading a pickle tells of each name in it, so the most of one name counts."""
    if effect.kind != "pickle":
        return sum(event.count for event in events)
    return max(event.count for event in merge_effects(events))


def unseen(effect: Effect, seen: Observation, first: int, last: int) -> str:
    """The verdict of an effect of which the run shows nothing but whether its line ran."""
    if not seen.line_ran(effect.path, first, last):
        return NOT_REACHED
    return LINE_RAN if leaves_event(effect) else SILENT


def _same_act(effect: Effect, event: ObservedEffect) -> bool:
    """A model saved is a file written: kinds of files stand for one another, actions do not."""
    if not (effect.action == event.action or {effect.action, event.action} <= {"write", "create"}):
        return False
    if effect.kind == event.kind == "env":
        return _variable(effect.target) in ("", event.target.partition("=")[0])
    return effect.kind == event.kind or (effect.kind in _FILES and event.kind in _FILES)


def _targets(read: str, seen: Sequence[str]) -> str:
    names = [name for name in dict.fromkeys(sorted(seen)) if name and name != read.strip("'\"")]
    if not names:
        return read
    more = f" and {len(names) - MOST_TARGETS} more" if len(names) > MOST_TARGETS else ""
    shown = ", ".join(names[:MOST_TARGETS]) + more
    return f"{read}; seen: {shown}" if read else shown


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
