"""Values carried along: nodes, what they may hold, and what waits for their values.

Inclusion constraints in the manner of Andersen with difference propagation: each value is carried once along each
edge. No clock and no hash order takes part, so the same facts give the same answer.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection
from typing import Any

from callchain.callgraph import values as v
from callchain.callgraph.values import Values

MOST_VALUES = 96
MOST_PLAIN = 8
"""Beyond so many values a node takes no more containers and texts: what holds them all is of no use."""
NAMES_FACTOR = 6
"""So many times more texts that may name an attribute: hooks are called by names that are handed on."""
WORK_FACTOR = 0.5
WORK_FACTOR_BEYOND = 0.2
LARGE = 300_000
"""Constraints beyond which less is spent on each, so that memory suffices for a million lines."""
LEAST_WORK = 200_000
LEAST_VALUES = 2
PLAIN = frozenset(
    {
        v.CONTAINER,
        v.TEXT,
        v.PREFIX,
        v.INSTANCE,
        v.OUTSIDE,
        v.METHOD_OF,
        v.BOUND_OUTSIDE,
        v.CALLABLE,
        v.HOLDER,
        v.NUMBER,
    }
)
FEW_TARGETS = 6
DEEPEST_CALL = 40
"""Values handed on within one another before the rest waits its turn: programs may nest without bound."""
Watcher = tuple[Any, ...]
"""What to call for each value, and the further arguments."""


class Propagation:
    """What each node may hold so far."""

    def __init__(self, size: int) -> None:
        self.work = 0
        self.size = size
        """Constraints of the program."""
        beyond = max(0, size - LARGE)
        self.budget = int(WORK_FACTOR * (size - beyond) + WORK_FACTOR_BEYOND * beyond) + LEAST_WORK
        self.most_values = MOST_VALUES
        self.most_plain = MOST_PLAIN
        self.values = Values()
        self.facts = self.values.facts
        self.of = self.values.of
        self.holds: list[set[int] | int | None] = [None]
        """What each node holds; most hold one value, for which a set would take a hundred times the room."""
        self.flows: list[dict[int, None] | tuple[int, ...] | int | None] = [None]
        """Node → the nodes that hold all that it holds."""
        self.watchers: list[list[Watcher] | Watcher | None] = [None]
        """Node → what is done for each of its values, exactly once."""
        self.fresh: dict[int, list[int]] = {}
        """Node → values that it took, in order, and has not handed on."""
        self.queue: deque[int] = deque()
        """The nodes of `fresh`."""
        self.nested = 0
        self.deferred: deque[tuple[Callable[..., None], tuple[Any, ...]]] = deque()
        """Actions that would have nested too deeply, in order."""

    def node(self) -> int:
        """A fresh node."""
        self.holds.append(None)
        self.flows.append(None)
        self.watchers.append(None)
        return len(self.holds) - 1

    def nodes(self, count: int) -> int:
        """So many fresh nodes; the first of them."""
        first = len(self.holds)
        for each in (self.holds, self.flows, self.watchers):
            each.extend([None] * count)
        return first

    def _is_useless(self, value: int, beside: int) -> bool:
        """Whether a value says nothing beside so many others; names of attributes do, up to more of them."""
        fact = self.facts[value]
        if fact[0] == v.TEXT and beside < self.most_plain * NAMES_FACTOR:
            return not fact[1].isidentifier()
        return fact[0] in PLAIN

    def held(self, node: int) -> Collection[int]:
        """What a node holds so far."""
        held = self.holds[node]
        return () if held is None else (held,) if isinstance(held, int) else held

    def add(self, node: int, value: int) -> None:
        """`node` may hold `value`."""
        held = self.holds[node]
        if held is None:
            self.holds[node] = value
        elif isinstance(held, int):
            if held == value or (self.most_plain < LEAST_VALUES and self.facts[value][0] in PLAIN):
                return
            self.holds[node] = {held, value}
        else:
            if value in held:
                return
            size = len(held)
            if size >= self.most_plain and (size >= self.most_values or self._is_useless(value, size)):
                return
            held.add(value)
        if self.flows[node] is not None or self.watchers[node] is not None:
            waiting = self.fresh.get(node)
            if waiting is None:
                self.fresh[node] = [value]
                self.queue.append(node)
            else:
                waiting.append(value)

    def flow(self, source: int, target: int) -> None:
        """All that `source` may hold, `target` may hold."""
        if not source or not target or source == target:
            return
        targets = self.flows[source]
        if targets is None:
            self.flows[source] = target
        elif isinstance(targets, int):
            if targets == target:
                return
            self.flows[source] = (targets, target)
        elif target in targets:
            return
        elif isinstance(targets, dict):
            targets[target] = None
        elif len(targets) < FEW_TARGETS:
            self.flows[source] = (*targets, target)
        else:
            self.flows[source] = dict.fromkeys((*targets, target))
        held = self.holds[source]
        if held is None:
            return
        if isinstance(held, int):
            self.add(target, held)
            return
        for value in sorted(held):
            self.add(target, value)

    def on(self, node: int, *watcher: Any) -> None:
        """Call `action(solver, value, *arguments)` for each value that `node` holds or will hold.

        Args:
            node: where the values arrive; nothing is done for 0.
            watcher: the action and its further arguments.
        """
        if not node:
            return
        watching = self.watchers[node]
        if watching is None:
            self.watchers[node] = watcher
        elif isinstance(watching, tuple):
            self.watchers[node] = [watching, watcher]
        else:
            watching.append(watcher)
        held = self.holds[node]
        if held is None:
            return
        values = [held] if isinstance(held, int) else sorted(held)
        waiting = self.fresh.get(node)
        if waiting is not None:
            values = [value for value in values if value not in waiting]
        action, arguments = watcher[0], watcher[1:]
        if self.nested >= DEEPEST_CALL:
            self.deferred.extend((action, (value, *arguments)) for value in values)
            return
        self.nested += 1
        for value in values:
            action(self, value, *arguments)
        self.nested -= 1

    def act(self, action: Callable[..., None], *arguments: Any) -> None:
        """Call `action(solver, *arguments)`, now or, where calls nest deeply already, in its turn."""
        if self.nested >= DEEPEST_CALL:
            self.deferred.append((action, arguments))
            return
        self.nested += 1
        action(self, *arguments)
        self.nested -= 1

    def carry(self) -> bool:
        """Do the next thing that waits; False where nothing does."""
        if self.deferred:
            action, arguments = self.deferred.popleft()
            action(self, *arguments)
        elif self.queue:
            self._hand_on(self.queue.popleft())
        else:
            return False
        return True

    def _hand_on(self, node: int) -> None:
        """What a node took goes to the nodes and the actions that wait for it."""
        values = self.fresh.pop(node)
        self.work += len(values)
        if self.work > self.budget:
            self._tighten()
        targets = self.flows[node]
        if targets is not None:
            for target in (targets,) if isinstance(targets, int) else targets:
                for value in values:
                    self.add(target, value)
        watching = self.watchers[node]
        if watching is None:
            return
        for watcher in (watching,) if isinstance(watching, tuple) else tuple(watching):
            action, arguments = watcher[0], watcher[1:]
            for value in values:
                action(self, value, *arguments)

    def _tighten(self) -> None:
        """So much was carried that values are no longer told apart well: keep fewer of them from here on.

        The measure is work done and not time, so that the same code gives the same graph on every machine.
        """
        self.most_values = max(LEAST_VALUES, self.most_values // 3)
        self.most_plain = max(1, self.most_plain // 3)
        self.budget += self.budget // 6
        self.tightened()

    def tightened(self) -> None:
        """What else is to be kept less of; nothing here."""
