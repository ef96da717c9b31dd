"""A unit under construction: its nodes, its constraints, and which node each name stands for at this point."""

from __future__ import annotations

import re
from typing import Any

from callchain.facts import ir
from callchain.facts.scope import Scope, binder_of

_NAMING = re.compile(r"[A-Za-z_][\w.:\-]{0,60}(?:[{%][\w}]{0,20})?[\w}]{0,20}\Z")
Env = dict[str, int]
Narrowed = tuple[str, int | None, int]
"""A name, its node before a test was assumed, and the narrowed one."""


class ClassFrame:
    """A class body that is being read."""

    __slots__ = ("annotations", "env", "index", "qualname", "scope")

    def __init__(self, index: int, qualname: str, scope: Scope) -> None:
        self.index = index
        self.qualname = qualname
        self.scope = scope
        self.env: Env = {}
        self.annotations: dict[str, Any] = {}


class Loop:
    """A loop that is being read: what its early ends knew of the names."""

    __slots__ = ("breaks", "continues")

    def __init__(self) -> None:
        self.breaks: list[Env] = []
        self.continues: list[Env] = []


class Unit:
    """A function, lambda or module body that is being read."""

    def __init__(self, index: int, qualname: str, scope: Scope, parent: Unit | None) -> None:
        self.index = index
        self.qualname = qualname
        self.scope = scope
        self.parent = parent
        self.code: list[Any] = []
        self.count = ir.FIRST_PARAMETER
        self.env: Env = {}
        self.cells: dict[str, int] = {}
        self.outside: dict[str, int] = {}
        self.frames: list[ClassFrame] = []
        self.loops: list[Loop] = []
        self.returned: list[int] = []
        self.called: list[int] = []
        self.parameters = 0
        """How many nodes from the first parameter on are parameters."""
        self.optional: set[int] = set()
        """Parameters whose default is None."""
        self.regions: list[tuple[int, int, int, bool]] = []
        """Parameter, first constraint, the one after the last of what runs only where it is None; or is not."""
        self.opened: list[tuple[int, bool, int]] = []
        """Parameter, whether it is there, and first constraint of what is not read to its end yet."""
        self.has_items = False
        """Whether `env` may hold entries for `name[key]`."""
        self.plain: set[int] = set()
        """Nodes of constants and of containers of constants."""
        self.has_attributes = False
        """Whether `env` may hold entries for `name.attribute`."""

    def node(self) -> int:
        """A fresh node."""
        count = self.count
        self.count = count + 1
        return count

    def emit(self, *instruction: Any) -> None:
        """Add a constraint."""
        self.code.append(instruction)

    def prefix(self) -> str:
        """What the qualnames of things defined here start with."""
        if self.frames:
            return self.frames[-1].qualname + "."
        return "" if self.qualname == "<module>" else self.qualname + "."

    def here(self) -> str:
        """The qualname of the innermost scope, a class body included."""
        return self.frames[-1].qualname if self.frames else self.qualname

    def cell(self, name: str) -> int:
        """The node that holds all values of a captured variable of this unit."""
        found = self.cells.get(name)
        if found is None:
            found = self.cells[name] = self.node()
        return found


def load(unit: Unit, name: str) -> int:
    """The node that `name` stands for at this point."""
    if unit.frames:
        found = unit.frames[-1].env.get(name)
        if found is not None:
            return found
    found = unit.env.get(name)
    scope = unit.scope
    if found is not None and name not in scope.rebound:
        return found
    if scope.kind != "module" and (name in scope.bound or found is not None):
        return unit.cell(name) if name in scope.captured else found or 0
    return _outside(unit, name)


def _outside(unit: Unit, name: str) -> int:
    """A variable of an enclosing function, a global or a builtin; one node a unit."""
    found = unit.outside.get(name)
    if found is not None:
        return found
    found = unit.outside[name] = unit.node()
    binder = None if name in unit.scope.globals else binder_of(unit.scope, name)
    if binder is None:
        unit.emit(ir.GLOBAL, found, name)
    else:
        up, around = 0, unit
        while around.scope is not binder and around.parent is not None:
            up, around = up + 1, around.parent
        unit.emit(ir.CELL, found, up, name)
        around.cell(name)
    return found


def store(unit: Unit, name: str, node: int, local: bool = False) -> None:
    """From here on `name` stands for `node`; `local` for the target of a comprehension."""
    if unit.frames and not local:
        unit.frames[-1].env[name] = node
        return
    scope = unit.scope
    if name in scope.globals:
        if node:
            unit.emit(ir.SET_GLOBAL, name, node)
        return
    if name in scope.nonlocals:
        _store_outer(unit, name, node)
        return
    unit.env[name] = node
    forget_attributes(unit, name)
    if unit.has_items:
        forget_items(unit, name)
    if not node:
        return
    if scope.kind == "module" and not local:
        unit.emit(ir.SET_GLOBAL, name, node)
    elif name in scope.captured:
        unit.emit(ir.COPY, unit.cell(name), node)


def _store_outer(unit: Unit, name: str, node: int) -> None:
    binder = binder_of(unit.scope, name)
    up, around = 0, unit
    while binder is not None and around.scope is not binder and around.parent is not None:
        up, around = up + 1, around.parent
    around.cell(name)
    unit.outside.pop(name, None)
    if node:
        unit.emit(ir.SET_CELL, up, name, node)


def forget_attributes(unit: Unit, name: str) -> None:
    """What was known of `name.attribute` no longer holds."""
    if not unit.has_attributes:
        return
    prefix = name + "."
    stale = [key for key in unit.env if key.startswith(prefix)]
    for key in stale:
        del unit.env[key]


def forget_items(unit: Unit, name: str) -> None:
    """What was known of `name[key]`, or of all items, may have changed."""
    prefix = name + ".["
    stale = [key for key in unit.env if (key.startswith(prefix) if name else ".[" in key)]
    for key in stale:
        del unit.env[key]


def merge(unit: Unit, envs: list[Env | None]) -> Env | None:
    """What names stand for where several ways meet; None when none of them arrives."""
    alive = [env for env in envs if env is not None]
    if not alive:
        return None
    first = alive[0]
    if len(alive) == 1:
        return first
    if len(alive) == 2:
        return _merge_two(unit, first, alive[1])
    merged: Env = {}
    for name in dict.fromkeys(name for env in alive for name in env):
        nodes = dict.fromkeys(env[name] for env in alive if name in env)
        if len(nodes) == 1:
            if "." not in name or all(name in env for env in alive):
                merged[name] = next(iter(nodes))
        elif "." not in name or all(name in env for env in alive):
            merged[name] = join(unit, [node for node in nodes if node])
    return merged


def _merge_two(unit: Unit, first: Env, second: Env) -> Env:
    """Most names stand for the same on both ways."""
    merged: Env = {}
    for name, node in first.items():
        other = second.get(name)
        if other == node:
            merged[name] = node
        elif other is not None:
            merged[name] = join(unit, [node, other])
        elif "." not in name:
            merged[name] = node
    for name, node in second.items():
        if name not in first and "." not in name:
            merged[name] = node
    return merged


def join(unit: Unit, nodes: list[int]) -> int:
    """One node for the values of several."""
    kept = list(dict.fromkeys(node for node in nodes if node))
    if len(kept) < 2:
        return kept[0] if kept else 0
    joined = unit.node()
    for node in kept:
        unit.emit(ir.COPY, joined, node)
    return joined


def is_naming(text: str) -> bool:
    """Whether a string may name a module, an attribute or a key."""
    return _NAMING.match(text) is not None


def widen(unit: Unit, narrowed: list[Narrowed]) -> None:
    """Forget what tests said of names that were not bound anew since."""
    for name, before, after in reversed(narrowed):
        if unit.env.get(name) != after:
            continue
        if before is None:
            del unit.env[name]
        else:
            unit.env[name] = before
