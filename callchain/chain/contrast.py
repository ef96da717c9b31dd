"""Two sides of a question side by side: what one does, the other lacks, and the hooks that follow."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from callchain.chain.effects import stays_in_memory
from callchain.model.chain import Artefact, Contrast, ContrastRow, Effect, Flow, Hook, Stage, StateKey
from callchain.model.symbol import split

_SHOWN = 4
_LABELS = {
    "archive": "archive",
    "pickle": "pickle",
    "hdf5": "HDF5 file",
    "model": "model file",
    "checkpoint": "checkpoint",
    "tracking": "experiment tracking",
    "json": "structured text file",
    "file": "plain file",
    "state": "global state",
    "env": "environment",
    "network": "network",
    "subprocess": "child process",
    "randomness": "random numbers",
}
_ACTIONS = {
    "write": "written",
    "read": "read",
    "create": "created",
    "delete": "deleted",
    "seed": "seeded",
    "send": "sent",
    "start": "started",
}
_PERSISTENT = ("archive", "pickle", "hdf5", "model", "checkpoint", "json", "file", "state", "tracking")


BESIDE = "; there is one beside it, in "


class Side(msgspec.Struct, frozen=True):
    """One side: the functions of its flows and what was read of them."""

    name: str
    symbols: frozenset[str]
    effects: tuple[Effect, ...]
    artefacts: tuple[Artefact, ...]
    state: tuple[StateKey, ...]
    stages: tuple[Stage, ...] = ()
    """The functions in order."""


def side(
    flows: Iterable[Flow], effects: Iterable[Effect], artefacts: Iterable[Artefact], state: Iterable[StateKey]
) -> Side:
    """The facts of some flows, taken out of those of the whole chain."""
    flows = tuple(flows)
    symbols = frozenset(stage.symbol for flow in flows for stage in flow.chain)
    return Side(
        name=" + ".join(flow.name for flow in flows),
        symbols=symbols,
        effects=tuple(effect for effect in effects if effect.symbol in symbols),
        artefacts=tuple(
            item
            for item in artefacts
            if any(anchor.symbol in symbols for anchor in (*item.writers, *item.readers))
        ),
        state=tuple(key for key in state if any(access.symbol in symbols for access in key.accesses)),
        stages=tuple({stage.symbol: stage for flow in flows for stage in reversed(flow.chain)}.values())[::-1],
    )


def contrast_of(a: Side, b: Side, off_chain: Sequence[Effect] = ()) -> Contrast:
    """Rows for where the sides begin and meet, by kind of effect and for snapshots of configuration.

    A hook for each thing that only `a` does.

    What `b` lacks on its chain and has beside it (`off_chain`) is told with its place.
    """
    rows = [*_place_rows(a, b), *_effect_rows(a, b, _grouped(off_chain)), *_snapshot_row(a, b)]
    return Contrast(a.name, b.name, tuple(rows), tuple(_hooks(a, b, rows)))


def _place_rows(a: Side, b: Side) -> list[ContrastRow]:
    """Where each side begins, and the functions that both run through."""
    if not a.stages or not b.stages:
        return []
    first, other = a.stages[0], b.stages[0]
    same = "both begin at one function" if first.symbol == other.symbol else "they begin at different functions"
    rows = [_row("begins at", [first], [other], same)]
    shared = [stage for stage in a.stages if stage.symbol in b.symbols]
    return [*rows, _row("functions of both chains", shared, shared, "both")] if shared else rows


def _row(aspect: str, a: Sequence[Stage], b: Sequence[Stage], gap: str) -> ContrastRow:
    return ContrastRow(aspect, _names(a), _names(b), gap, f"{a[0].path}:{a[0].line}", f"{b[0].path}:{b[0].line}")


def _names(stages: Sequence[Stage]) -> str:
    shown = [split(stage.symbol)[1] for stage in stages]
    return ", ".join(shown[:_SHOWN]) + (f" … {len(shown)} in all" if len(shown) > _SHOWN else "")


def _effect_rows(a: Side, b: Side, off_chain: Mapping[tuple[str, str], list[Effect]]) -> list[ContrastRow]:
    groups_a, groups_b = _grouped(a.effects), _grouped(b.effects)
    order = {kind: number for number, kind in enumerate(_LABELS)}
    rows: list[ContrastRow] = []
    for kind, action in sorted({*groups_a, *groups_b}, key=lambda key: (order[key[0]], key[1])):
        ours, theirs = groups_a.get((kind, action), []), groups_b.get((kind, action), [])
        aspect = f"{_LABELS[kind]} {_ACTIONS.get(action, action)}"
        rows.append(
            ContrastRow(
                aspect=aspect,
                a=_summary(ours, a.artefacts),
                b=_summary(theirs, b.artefacts),
                gap=_gap(aspect, a, b, bool(ours), bool(theirs))
                + ("" if theirs else _beside(off_chain.get((kind, action), []))),
                a_anchor=_anchor(ours),
                b_anchor=_anchor(theirs),
            )
        )
    return rows


def _grouped(effects: Sequence[Effect]) -> dict[tuple[str, str], list[Effect]]:
    found: dict[tuple[str, str], list[Effect]] = {}
    # A variable set through a call is read as that call and as a write of the store; here the call tells it.
    called = {(effect.path, effect.line) for effect in effects if effect.kind == "env" and effect.callee != "env"}
    for effect in effects:
        if effect.callee == "env" and (effect.path, effect.line) in called:
            continue
        folder = effect.kind == "file" and effect.action == "create"
        if effect.kind in _LABELS and not folder and not stays_in_memory(effect):
            found.setdefault((effect.kind, effect.action), []).append(effect)
    return found


def _summary(effects: list[Effect], artefacts: tuple[Artefact, ...]) -> str:
    """The artefacts or targets of some effects, the first few."""
    if not effects:
        return "none"
    places = {(effect.path, effect.line) for effect in effects}
    named = [
        item.name
        for item in artefacts
        if effects[0].kind != "state"
        and any((anchor.path, anchor.line) in places for anchor in (*item.writers, *item.readers))
    ]
    targets = named or [_written(effect) for effect in effects]
    shown = list(dict.fromkeys(targets))
    return ", ".join(shown[:_SHOWN]) + (f" … {len(shown)} in all" if len(shown) > _SHOWN else "")


def _written(effect: Effect) -> str:
    return effect.target if effect.rule.startswith("state:") else f"{effect.callee}({effect.target})"


def _anchor(effects: list[Effect]) -> str:
    return f"{effects[0].path}:{effects[0].line}" if effects else ""


def _gap(aspect: str, a: Side, b: Side, ours: bool, theirs: bool) -> str:
    if ours and theirs:
        return "both"
    return (
        f"{b.name} has none: no {aspect} on its chain" if ours else f"{a.name} has none: no {aspect} on its chain"
    )


def _beside(effects: list[Effect]) -> str:
    return f"{BESIDE}{split(effects[0].symbol)[1]} `{_anchor(effects)}`" if effects else ""


def _snapshot_row(a: Side, b: Side) -> list[ContrastRow]:
    """Whether a side takes a copy of global configuration, which is what a snapshot of it needs."""
    ours, theirs = _copies(a), _copies(b)
    if not ours and not theirs:
        return []
    return [
        ContrastRow(
            aspect="configuration copied",
            a=ours[0][0] if ours else "none",
            b=theirs[0][0] if theirs else "none",
            gap=_gap("copy of the configuration", a, b, bool(ours), bool(theirs)),
            a_anchor=ours[0][1] if ours else "",
            b_anchor=theirs[0][1] if theirs else "",
        )
    ]


def _copies(one: Side) -> list[tuple[str, str]]:
    return [
        (access.expression, f"{access.path}:{access.line}")
        for key in one.state
        for access in key.accesses
        if access.kind == "copy" and access.symbol in one.symbols
    ]


def _hooks(a: Side, b: Side, rows: list[ContrastRow]) -> list[Hook]:
    """One hook for each lasting thing that only `a` writes or reads back, at the function that owns it."""
    hooks: list[Hook] = []
    for row in rows:
        if row.b != "none" or row.a == "none" or not row.a_anchor:
            continue
        label, _, action = row.aspect.rpartition(" ")
        kind = next((kind for kind, name in _LABELS.items() if name == label), "")
        if row.aspect == "configuration copied":
            hooks.append(
                Hook("configuration snapshot", f"{a.name} takes {row.a}; {b.name} takes no copy", row.a_anchor)
            )
        elif kind in _PERSISTENT and action in ("written", "read", "deleted"):
            verb = {"written": "writer", "read": "reader", "deleted": "removal"}[action]
            owner = _owner(a, row.a_anchor)
            hooks.append(
                Hook(f"{label} {verb}", f"{owner} has {row.a}; {b.name} has none{_reach(row)}", row.a_anchor)
            )
    special = [hook for hook in hooks if not hook.name.startswith(_LABELS["file"])]
    return special or hooks


def _reach(row: ContrastRow) -> str:
    """What need not be written anew, where the other side has it beside its chain."""
    return f"{BESIDE}{row.gap.partition(BESIDE)[2]}" if BESIDE in row.gap else ""


def _owner(one: Side, anchor: str) -> str:
    found = [effect.symbol for effect in one.effects if f"{effect.path}:{effect.line}" == anchor]
    return split(found[0])[1] if found else one.name
