"""Watched state: dicts of the program compared whenever a line of the namespace runs.

A change is laid to the line of the namespace that ran last: its own store, or what it called outside. The
comparison is by identity of keys and values; the values seen last are held so that an identity is never used
twice.
"""

from __future__ import annotations

import operator
import sys
from typing import Any

from .calls import ThreadState
from .plan import Plan
from .recorder import Recorder
from .snapshot import key_text, snapshot

_MAX_MUTATIONS = 5000
_is = operator.is_


class Store:
    """One watched dict."""

    __slots__ = ("keys", "module", "name", "seen", "shown", "symbol", "values")

    def __init__(self, module: str, name: str, symbol: str) -> None:
        self.module = module
        self.name = name
        self.symbol = symbol
        self.seen = False
        self.keys: list[Any] = []
        self.values: list[Any] = []
        self.shown: dict[str, Any] = {}

    def current(self) -> dict[Any, Any] | None:
        """The dict as it is now, if its module is loaded."""
        module = sys.modules.get(self.module)
        value = getattr(module, "__dict__", {}).get(self.name) if module is not None else None
        return value if type(value) is dict else None


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
        self._counts: dict[tuple[Any, ...], int] = {}

    def check(self, state: ThreadState, plan: Plan, line: int) -> None:
        """Compare all stores; `plan` and `line` are what runs next."""
        for store in self._stores:
            current = store.current()
            if current is None:
                continue
            if (
                store.seen
                and len(current) == len(store.keys)
                and all(map(_is, current.values(), store.values))
                and all(map(_is, current, store.keys))
            ):
                continue
            state.busy = True
            try:
                self._compare(store, current)
            finally:
                state.busy = False
        self._place = (plan, line)

    def _compare(self, store: Store, current: dict[Any, Any]) -> None:
        keys, values = list(current), list(current.values())
        before = store.shown
        known = {id(key): value for key, value in zip(store.keys, store.values, strict=False)}
        shown: dict[str, Any] = {}
        for key, value in zip(keys, values, strict=True):
            name = key_text(key)
            same = name in before and id(key) in known and known[id(key)] is value
            shown[name] = before[name] if same else snapshot(value, name)
        store.keys, store.values, store.shown = keys, values, shown
        if store.seen:
            for name in [*shown, *(name for name in before if name not in shown)]:
                if shown.get(name) != before.get(name):
                    self._tell(store, name, before.get(name), shown.get(name))
        store.seen = True

    def _tell(self, store: Store, key: str, before: Any, after: Any) -> None:
        if self._place is None:
            return
        if sum(self._counts.values()) >= _MAX_MUTATIONS:
            self._recorder.segment.drop(f"changes of watched state beyond {_MAX_MUTATIONS}")
            return
        plan, line = self._place
        where = (store.symbol, key, plan.path, line, plan.qualname)
        self._counts[where] = self._counts.get(where, 0) + 1
        self._recorder.segment.write(["w", *where, before, after])
