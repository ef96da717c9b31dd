"""Writes of global state against the changes that a run recorded."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import msgspec

from callchain.evidence.sources import Sources
from callchain.evidence.verdicts import CONFIRMED, Observation
from callchain.model.chain import Effect, Mutation

_DEEPEST = 4
"""How many calls may lie between a statement and the function that makes the change."""


def judge_state(
    effect: Effect, seen: Observation, sources: Sources, mutations: Sequence[Mutation]
) -> Effect | None:
    """The effect as the watched changes bear it out; None where they say nothing of it.

    A change counts when its line lies in the statement, or when the statement entered the function that made it:
    a change of the very key, or any change of the store where no other statement entered that function.
    """
    if effect.kind != "state":
        return None
    first, last = sources.statement(effect.path, effect.line)
    of_store = [change for change in mutations if change.store == effect.callee]
    here = [change for change in of_store if change.path == effect.path and first <= change.line <= last]
    matches = here or _through_calls(effect, of_store, seen, first, last)
    if not matches:
        return None
    keys = ", ".join(dict.fromkeys(change.key for change in matches))
    target = effect.target if _names_key(effect.target, keys) else f"{effect.target}; changed: {keys}"
    count = sum(change.count for change in matches)
    return msgspec.structs.replace(effect, verdict=CONFIRMED, count=count, target=target)


def _through_calls(
    effect: Effect, changes: Sequence[Mutation], seen: Observation, first: int, last: int
) -> list[Mutation]:
    entered = _entered_by(effect.symbol, first, last, seen)
    made = [change for change in changes if change.symbol in entered]
    if effect.target.endswith("]"):
        return [change for change in made if _names_key(effect.target, change.key)]
    return [change for change in made if _only_from(change.symbol, effect.symbol, first, last, seen)]


def _names_key(target: str, key: str) -> bool:
    """Whether an expression ends in the subscript of the key: `cfg['N']`."""
    return target.endswith((f"[{key!r}]", f'["{key}"]'))


def _entered_by(caller: str, first: int, last: int, seen: Observation) -> frozenset[str]:
    """The functions that a statement entered, and those that they entered in turn."""
    level = {edge.callee for edge in seen.from_caller.get(caller, ()) if first <= edge.line <= last}
    found: set[str] = set()
    for _ in range(_DEEPEST):
        found |= level
        level = {edge.callee for name in level for edge in seen.from_caller.get(name, ())} - found
    return frozenset(found)


def _only_from(callee: str, caller: str, first: int, last: int, seen: Observation) -> bool:
    """Whether every entry of a function came from one statement."""
    here: Collection[int] = range(first, last + 1)
    counted = sum(edge.count for edge in seen.edges.get((caller, callee), ()) if edge.line in here)
    return counted > 0 and counted == seen.entered.get(callee, 0)
