"""Files and archives that a chain writes or reads: named as the code names them, writers paired with readers."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping

import msgspec

from callchain.chain.effects import argument
from callchain.chain.syntax import Syntax
from callchain.chain.values import TEMPORARY, Values
from callchain.model.chain import Artefact, Effect
from callchain.model.symbol import Anchor
from callchain.question.effect_rules import RECEIVER, rule_for

_KINDS = ("file", "json", "hdf5", "pickle", "model", "checkpoint", "archive")
"""From the general to the special: an artefact is what its most special effect says."""
_ARCHIVED = ("archive",)


class Touch(msgspec.Struct, frozen=True):
    """One effect on a file with the path that the code builds for it."""

    effect: Effect
    path: str


def touches(effects: Iterable[Effect], values: Values, syntax: Syntax) -> tuple[Touch, ...]:
    """The effects on files whose path can be read, in the order of `effects`."""
    found: list[Touch] = []
    for effect in effects:
        rule = rule_for(effect.callee) if effect.kind in _KINDS and effect.action in ("read", "write") else None
        call = syntax.call(effect.path, effect.line, effect.callee) if rule is not None else None
        if rule is None or call is None:
            continue
        node: ast.AST | None = argument(call, rule.target, rule.target_name)
        if rule.target == RECEIVER and isinstance(call.func, ast.Attribute):
            node = call.func.value
        if node is None:
            continue
        text = values.pattern(node, effect.symbol)
        if rule.file_name:
            named = argument(call, -2, rule.file_name)
            text = f"{text}/{values.pattern(named, effect.symbol)}{rule.suffix}" if named is not None else text
        found.append(Touch(effect, text))
    return tuple(found)


def artefacts(
    found: Iterable[Touch], elsewhere: Callable[[str], tuple[str, ...]], by_reference: Mapping[str, str]
) -> tuple[Artefact, ...]:
    """Artefacts by name, archives first.

    Args:
        found: the effects on files.
        elsewhere: names a file → symbols outside the chain whose text holds that name.
        by_reference: anchor of a pickle's writer → what it holds by reference.
    """
    groups: dict[str, list[Touch]] = {}
    for touch in found:
        name = _name(touch.path)
        if name:
            groups.setdefault(name, []).append(touch)
    made = [_artefact(name, group, groups, elsewhere, by_reference) for name, group in groups.items()]
    made.sort(key=lambda item: (-_KINDS.index(item.kind), item.name))
    return tuple(made)


def _name(path: str) -> str:
    """The last part of a path that says anything; empty where all of it is unknown."""
    last = path.rstrip("/").rpartition("/")[2]
    plain = last
    while "{" in plain and "}" in plain:
        plain = (
            plain[: plain.index("{")] + plain[plain.index("}") + 1 :]
            if plain.index("{") < plain.index("}")
            else ""
        )
    return last if plain.strip("._-*") and last != TEMPORARY else ""


def _artefact(
    name: str,
    group: list[Touch],
    groups: Mapping[str, list[Touch]],
    elsewhere: Callable[[str], tuple[str, ...]],
    by_reference: Mapping[str, str],
) -> Artefact:
    kind = max((touch.effect.kind for touch in group), key=_KINDS.index)
    writers = _anchors(touch for touch in group if touch.effect.action == "write")
    readers = _anchors(touch for touch in group if touch.effect.action == "read")
    return Artefact(
        name=name,
        kind=kind,
        writers=writers,
        readers=readers,
        expected=_members(groups) if kind in _ARCHIVED and writers else (),
        note=_note(name, writers, readers, elsewhere, by_reference),
    )


def _anchors(found: Iterable[Touch]) -> tuple[Anchor, ...]:
    anchors = {
        Anchor(touch.effect.path, touch.effect.line, touch.effect.line, touch.effect.symbol) for touch in found
    }
    return tuple(sorted(anchors, key=lambda anchor: (anchor.path, anchor.line, anchor.symbol)))


def _members(groups: Mapping[str, list[Touch]]) -> tuple[str, ...]:
    """What is written below a temporary folder on the way to the archive."""
    found: dict[str, None] = {}
    for group in groups.values():
        for touch in group:
            if touch.effect.action == "write" and touch.path.startswith(f"{TEMPORARY}/"):
                found[touch.path[len(TEMPORARY) + 1 :]] = None
    return tuple(sorted(found, key=lambda member: (member.count("/"), member)))


def _note(
    name: str,
    writers: tuple[Anchor, ...],
    readers: tuple[Anchor, ...],
    elsewhere: Callable[[str], tuple[str, ...]],
    by_reference: Mapping[str, str],
) -> str:
    notes = [by_reference[str(anchor)] for anchor in writers if str(anchor) in by_reference]
    others = tuple(dict.fromkeys(elsewhere(name))) if "{" not in name else ()
    if writers and not readers:
        notes.append("written on the chain, read by none of its functions")
    elif readers and not writers:
        notes.append("read on the chain, written by none of its functions")
    if notes and others and not (writers and readers):
        notes.append(f"named also in {', '.join(others[:4])}{' …' if len(others) > 4 else ''}")
    return "; ".join(dict.fromkeys(notes))
