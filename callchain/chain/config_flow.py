"""The configuration that a chain depends on: each key with its default, all readers and writers, and hazards."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from callchain.facts.state_fact import FLAGS
from callchain.model.chain import Effect, StateAccess, StateKey
from callchain.model.symbol import MODULE, split

_CHANGES = frozenset({"write", "update", "pop", "clear"})
_DEFAULTS = ("default", "field", "flag")
_SETS = _CHANGES | {*_DEFAULTS}


def state_keys(
    accesses: Iterable[StateAccess], chain: Collection[str], files: Collection[str], scripts: Collection[str] = ()
) -> tuple[StateKey, ...]:
    """The keys that functions of the chain touch, with every access to them in `files`, in order of store and key.

    Accesses to all keys at once (`.copy()`, `.update(d)`) stand under the key `*`. Those in `scripts` come last
    and make no hazard unless they are of the chain: each script is a program of its own.
    """
    grouped: dict[tuple[str, str], list[StateAccess]] = {}
    for access in accesses:
        grouped.setdefault((access.store, access.key), []).append(access)
    found: list[StateKey] = []
    set_somewhere = {store for (store, _), group in grouped.items() for item in group if item.kind in _SETS}
    for (store, key), group in sorted(grouped.items()):
        if "::" in store and store not in set_somewhere:
            # A dict that nobody fills by key is a result that is looked into, and no configuration.
            continue
        if not any(access.symbol in chain and access.kind not in _DEFAULTS for access in group):
            continue
        homes = {access.path for access in group if access.symbol in chain} if store == FLAGS else files
        apart = {path for path in scripts if path in homes} - {item.path for item in group if item.symbol in chain}
        shown = tuple(
            sorted((item for item in group if item.path in homes), key=lambda item: (item.path in apart, item))
        )
        default = next((access.value for access in shown if access.kind in _DEFAULTS and access.value), "")
        whole = [item for item in grouped.get((store, "*"), ()) if item.path in files and item.path not in apart]
        together = tuple(item for item in shown if item.path not in apart)
        found.append(StateKey(store, key, default, shown, (), _hazard(key, together, whole)))
    return tuple(found)


def _hazard(key: str, accesses: tuple[StateAccess, ...], whole: list[StateAccess]) -> str:
    """What may go wrong with the order of reads and writes, from the places alone."""
    early = [access for access in accesses if access.kind in ("read", "copy") and _at_import(access)]
    writers = {*accesses, *whole} if key != "*" else set(accesses)
    late = sorted(access for access in writers if access.kind in _CHANGES and not _at_import(access))
    if early and late:
        return (
            f"read at import ({_place(early[0])}), written later ({_place(late[0])}): a change after the import"
            " is not seen there"
        )
    changed = [access for access in accesses if access.kind in _CHANGES]
    if key != "*" and not changed:
        # Updates of the whole store alone say nothing of this key: they would be told of every key alike.
        return ""
    homes = sorted({access.path for access in late})
    if len(homes) > 1 and key != "*":
        first = [next(access for access in late if access.path == home) for home in homes[:4]]
        listed = ", ".join(map(_place, first)) + (" …" if len(homes) > 4 else "")
        return f"written in {len(homes)} files ({listed}): the last one wins"
    return ""


def _at_import(access: StateAccess) -> bool:
    return split(access.symbol)[1] == MODULE


def _place(access: StateAccess) -> str:
    return f"`{access.path}:{access.line}`"


def state_effects(accesses: Iterable[StateAccess], chain: Collection[str]) -> tuple[Effect, ...]:
    """Writes of the chain's functions to global state, as effects."""
    found = {
        Effect(
            kind="env" if access.store == "env" else "state",
            action="delete" if access.kind in ("pop", "clear") else "write",
            path=access.path,
            line=access.line,
            symbol=access.symbol,
            callee=access.store,
            target=_target(access),
            rule=f"state: {access.kind}",
        )
        for access in accesses
        if access.symbol in chain and access.kind in _CHANGES
    }
    return tuple(sorted(found))


def _target(access: StateAccess) -> str:
    name = split(access.store)[1] if "::" in access.store else access.store
    return name if access.key == "*" else f"{name}[{access.key!r}]"
