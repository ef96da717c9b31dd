"""The state's keys with the values that the runs showed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from callchain.model.chain import Mutation, StateKey
from callchain.model.recording import RunRecord
from callchain.model.tap import Hit, TapResult
from callchain.taps.render import render as render_value

MOST_VALUES = 8
_ABSENT = frozenset({"", "absent", "<absent>", "missing", "<missing>"})


def join_mutations(runs: Sequence[RunRecord]) -> tuple[Mutation, ...]:
    """The mutations of all runs in the order in which they happened; equal ones of a run are counted."""
    joined: list[Mutation] = []
    for run in runs:
        counts: dict[Mutation, int] = {}
        for mutation in run.mutations:
            one = msgspec.structs.replace(mutation, run=mutation.run or run.name, count=1)
            counts[one] = counts.get(one, 0) + mutation.count
        joined += [msgspec.structs.replace(one, count=count) for one, count in counts.items()]
    return tuple(joined)


def join_state(
    state: Sequence[StateKey], mutations: Sequence[Mutation], taps: Sequence[TapResult]
) -> tuple[StateKey, ...]:
    """Each key with the values it was seen to take, in order of first sight."""
    return tuple(_observed(key, mutations, taps) for key in state)


def _observed(key: StateKey, mutations: Sequence[Mutation], taps: Sequence[TapResult]) -> StateKey:
    values = list(dict.fromkeys((*key.observed, *_mutated(key, mutations), *_tapped(key, taps))))
    if len(values) > MOST_VALUES:
        values = [*values[:MOST_VALUES], f"… {len(values) - MOST_VALUES} more"]
    return msgspec.structs.replace(key, observed=tuple(values))


def _mutated(key: StateKey, mutations: Sequence[Mutation]) -> Iterator[str]:
    for mutation in mutations:
        if (mutation.store, mutation.key) == (key.store, key.key):
            yield from (value for value in (mutation.before, mutation.after) if value not in _ABSENT)


def _tapped(key: StateKey, taps: Sequence[TapResult]) -> Iterator[str]:
    """Values of the same name captured in functions that access the key; the tap is named beside the value."""
    users = {access.symbol for access in key.accesses}
    for tap in taps:
        if tap.symbol not in users:
            continue
        for hit in tap.snapshots:
            yield from (f"{value} at {tap.key}" for value in _named(key.key, hit))


def _named(name: str, hit: Hit) -> Iterator[str]:
    for captured, snapshot in hit.values.items():
        if captured == name and not snapshot.error:
            yield render_value(snapshot, 60)
        for field, value in snapshot.fields or ():
            if field.strip("'\"") == name:
                yield render_value(value, 60)
