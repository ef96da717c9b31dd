"""Stubs of the project's own modules: what a `.pyi` file declares counts for the source file beside it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from callchain.callgraph.names import Names
from callchain.facts.ir import ModuleIR

ABSOLUTE = "="
"""Begins a declared name that was looked up already: a symbol or a dotted name outside the root."""


def add_declarations(module: ModuleIR, source: str, stub: ModuleIR, path: str, names: Names) -> None:
    """Give the units and classes of a source file the declarations that its stub has and they lack.

    Args:
        module: the source file, changed in place.
        source: its path.
        stub: the stub beside it.
        path: the stub's path.
        names: what names mean in either file.
    """

    def absolute(name: str, scope: str) -> str:
        found = names.resolve(path, name, scope)
        home, separator, qualname = found.partition("::")
        return f"{ABSOLUTE}{source if home == path else home}{separator}{qualname}" if found else name

    declared = {unit.qualname: unit for unit in stub.units}
    for unit in module.units:
        other = declared.get(unit.qualname)
        if other is not None:
            _complete(unit.annotations, other.annotations, other.qualname, absolute)
    classes = {found.qualname: found for found in stub.classes}
    for each in module.classes:
        found = classes.get(each.qualname)
        if found is not None:
            _complete(each.annotations, found.annotations, found.qualname, absolute)


def _complete(
    known: dict[str, Any], more: dict[str, Any], scope: str, absolute: Callable[[str, str], str]
) -> None:
    for name, kind in more.items():
        if kind is not None:
            known.setdefault(name, _translated(kind, scope, absolute))


def _translated(kind: Any, scope: str, absolute: Callable[[str, str], str]) -> Any:
    if isinstance(kind, list):
        return [_translated(part, scope, absolute) for part in kind]
    return absolute(kind, scope) if isinstance(kind, str) and kind not in ("|", "[]") else kind
