"""Whether a file's new facts are its old ones at other lines, and which line became which.

A comment, a docstring or an empty line moves code without changing what it says. The solver takes lines and
columns for the names of places only: where every place of the old facts has one of its own in the new ones, in
the same order, solving gives the same calls at the new lines.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import msgspec

from callchain.facts import ir
from callchain.facts.records import FileFacts

_ENCODER = msgspec.msgpack.Encoder()
_INSTRUCTIONS = msgspec.msgpack.Decoder(list[Any])
_MODULE = msgspec.msgpack.Decoder(ir.ModuleIR)
_LINE_AT = {
    ir.CLASS: 5,
    ir.ATTR: 4,
    ir.SET_ATTR: 4,
    ir.ITEM: 5,
    ir.SET_ITEM: 5,
    ir.CALL: 7,
    ir.ITER: 3,
    ir.ENTER: 3,
    ir.OPERATOR: 6,
    ir.IMPLICIT: 5,
    ir.BUILD: 5,
    ir.IMPORT: 3,
    ir.FROM: 4,
    ir.STAR: 2,
    ir.AWAIT: 3,
    ir.RAISE: 2,
    ir.UNPACK: 5,
    ir.DELETE_ATTR: 3,
}
"""Where each kind of instruction has its line; a line that is not named here has to be the same in both."""


class _DifferenceError(Exception):
    """The facts differ in more than their lines."""


def moved_lines(old: FileFacts, new: FileFacts) -> dict[int, int] | None:
    """Old line → new line of all that the facts speak of; None where more than lines changed.

    Args:
        old: the facts of a file as it was.
        new: those of the same file as it is, read by the same version of this program.
    """
    if _said(old) != _said(new) or not old.ir or not new.ir:
        return None
    lines: dict[int, int] = {}
    try:
        for before, after in _lines(_MODULE.decode(old.ir), _MODULE.decode(new.ir)):
            if lines.setdefault(before, after) != after:
                return None
    except _DifferenceError:
        return None
    moved = [lines[line] for line in sorted(lines)]
    return lines if all(first < second for first, second in pairwise(moved)) else None


def _said(facts: FileFacts) -> tuple[Any, ...]:
    """All that linking reads of a file beside its intermediate form."""
    defined = [(each.symbol, each.kind) for each in facts.definitions]
    return facts.path, facts.module, facts.is_package, defined, facts.names, facts.stars, facts.error


def _lines(old: ir.ModuleIR, new: ir.ModuleIR) -> Iterator[tuple[int, int]]:
    if old.globals != new.globals:
        raise _DifferenceError
    for parts in (
        (old.units, new.units),
        (old.classes, new.classes),
        (old.conditional_imports, new.conditional_imports),
    ):
        if len(parts[0]) != len(parts[1]):
            raise _DifferenceError
    yield from zip(old.conditional_imports, new.conditional_imports, strict=True)
    for before, after in zip(old.classes, new.classes, strict=True):
        yield before.line, after.line
        _same(msgspec.structs.replace(before, line=after.line), after)
    for first, second in zip(old.units, new.units, strict=True):
        if first.kind != "module":  # no call stands on a module's own line, which is 1 whatever moves
            yield first.line, second.line
        _same(msgspec.structs.replace(first, line=second.line, code=second.code), second)
        yield from _instruction_lines(_INSTRUCTIONS.decode(first.code), _INSTRUCTIONS.decode(second.code))


def _instruction_lines(old: list[Any], new: list[Any]) -> Iterator[tuple[int, int]]:
    if len(old) != len(new):
        raise _DifferenceError
    for before, after in zip(old, new, strict=True):
        at = _LINE_AT.get(before[0]) if before[0] == after[0] else None
        if at is not None:
            yield before[at], after[at]
            before[at] = after[at]
        _same(before, after)


def _same(old: object, new: object) -> None:
    """Compared as they are stored, since `1`, `1.0` and `True` are equal and yet not the same."""
    if _ENCODER.encode(old) != _ENCODER.encode(new):
        raise _DifferenceError
