"""Watched state: containers of the program compared whenever a line of the namespace runs.

A change is laid to the line of the namespace that ran last: its own store, or what it called outside. Containers
within a watched one, and the attributes of objects, are compared as well, within bounds (see `containers`).
"""

from __future__ import annotations

import sys
from typing import Any

from .calls import ThreadState
from .containers import Branch, Look, container_of, differences
from .plan import Plan
from .recorder import Recorder

_MAX_MUTATIONS = 5000


class Store:
    """One watched name of a module."""

    __slots__ = ("branches", "module", "name", "root", "symbol")

    def __init__(self, module: str, name: str, symbol: str) -> None:
        self.module = module
        self.name = name
        self.symbol = symbol
        self.root: Branch | None = None
        self.branches: list[Branch] = []

    def current(self) -> Any:
        """What the name stands for now: a dict, a list or an object with attributes, None for anything else."""
        module = sys.modules.get(self.module)
        value = getattr(module, "__dict__", {}).get(self.name) if module is not None else None
        return value if container_of(value) is not None else None

    def holds(self, current: Any) -> bool:
        """Whether nothing changed since the last look."""
        root = self.root
        if root is None or root.container is not container_of(current):
            return False
        return all(branch.holds() for branch in self.branches)


class Watch:
    """All watched stores of this process.

    Args:
        recorder: gets the mutations.
        stores: `[module, name, symbol]` each.
    """

    def __init__(self, recorder: Recorder, stores: list[list[str]]) -> None:
        self._recorder = recorder
        self._stores = [Store(*store) for store in stores]
        self._place: tuple[Plan, int] | None = None
        self._told = 0

    def check(self, state: ThreadState, plan: Plan, line: int) -> None:
        """Compare all stores; `plan` and `line` are what runs next."""
        for store in self._stores:
            current = store.current()
            if current is None or store.holds(current):
                continue
            state.busy = True
            try:
                self._compare(store, current)
            finally:
                state.busy = False
        self._place = (plan, line)

    def _compare(self, store: Store, current: Any) -> None:
        before, look = store.root, Look(current, store.root)
        store.root, store.branches = look.root, look.branches
        if before is not None and look.root is not None:
            differences(before, look.root, lambda key, old, new: self._tell(store, key, old, new))

    def _tell(self, store: Store, key: str, before: Any, after: Any) -> None:
        if self._place is None:
            return
        if self._told >= _MAX_MUTATIONS:
            self._recorder.segment.drop(f"changes of watched state beyond {_MAX_MUTATIONS}")
            return
        self._told += 1
        plan, line = self._place
        self._recorder.segment.write(["w", store.symbol, key, plan.path, line, plan.qualname, before, after])
