"""Import statements to constraints, with relative names made absolute."""

from __future__ import annotations

from typing import Any

from callchain.facts import ir
from callchain.facts.reader import Reader
from callchain.facts.unit import Unit, store


def import_module(low: Reader, unit: Unit, node: Any) -> None:
    """`import a.b` binds `a`; `import a.b as c` binds `a.b`."""
    _note_condition(low, node)
    for alias in node.names:
        found = unit.node()
        whole = alias.asname is not None
        unit.emit(ir.IMPORT, found, alias.name, node.lineno, whole)
        name = alias.asname or alias.name.partition(".")[0]
        low.bound_name(unit, name, f"I:{alias.name if whole else name}")
        store(unit, name, found)


def import_from(low: Reader, unit: Unit, node: Any) -> None:
    """`from a import b`, relative forms and the star among them."""
    _note_condition(low, node)
    module = absolute(low.package, node.module or "", node.level)
    for alias in node.names:
        if alias.name == "*":
            unit.emit(ir.STAR, module, node.lineno)
            if unit.index == 0:
                low.stars.append(module)
            continue
        found = unit.node()
        unit.emit(ir.FROM, found, module, alias.name, node.lineno)
        name = alias.asname or alias.name
        low.bound_name(unit, name, f"F:{module}|{alias.name}")
        store(unit, name, found)


def _note_condition(low: Reader, node: Any) -> None:
    if low.conditional:
        low.conditional_imports.append(node.lineno)


def absolute(package: str, module: str, level: int) -> str:
    """The absolute name of a module that is given relative to `package`."""
    if not level:
        return module
    parts = package.split(".") if package else []
    parts = parts[: len(parts) - (level - 1)] if level > 1 else parts
    return ".".join([*parts, *([module] if module else [])])
