"""The call trees of a process's threads: places told once, when they are made, and counted in cells."""

from __future__ import annotations

import itertools

from .calls import NODE_CELLS, Entry, Node, ThreadState
from .plan import Plan
from .segment import Segment

_MAX_NODES = 50_000
_MAX_DEPTH = 200


class Tree:
    """Places of calls, numbered in the process; a new one is written at once, with the cells of its counts.

    Args:
        segment: where records go.
    """

    def __init__(self, segment: Segment) -> None:
        self.segment = segment
        self.clear()

    def clear(self) -> None:
        """Begin anew, in a forked child."""
        self._numbers = itertools.count(1)
        self._made = 0

    def place(
        self,
        state: ThreadState,
        parent: Node,
        plan: Plan,
        line: int,
        via: tuple[str, ...],
        caller: Node | Entry | None,
    ) -> Node:
        """The node for a call from `line` of the parent, made when it is the first of its kind."""
        if parent.depth >= _MAX_DEPTH or self._made >= _MAX_NODES:
            return self._flat_place(state, plan, line, via, caller)
        key = (plan.symbol, line, via)
        node = parent.children.get(key)
        if node is None:
            node = self.new_place(state, parent.number, plan, line, via, parent.depth + 1)
            parent.children[key] = node
        return node

    def _flat_place(
        self, state: ThreadState, plan: Plan, line: int, via: tuple[str, ...], caller: Node | Entry | None
    ) -> Node:
        """Too deep or too many: keep the edge alone, its place in the tree is given up (and counted)."""
        self.segment.drop("places in the call tree (too deep or too many)")
        caller_symbol = caller.plan.symbol if caller is not None and caller.plan is not None else -1
        key = (caller_symbol * -1 - 2, plan.symbol, (str(line), *via))
        node = state.root.children.get(key)
        if node is None:
            node = self.new_place(state, key[0], plan, line, via, _MAX_DEPTH)
            state.root.children[key] = node
        return node

    def new_place(
        self, state: ThreadState, parent: int, plan: Plan, line: int, via: tuple[str, ...], depth: int
    ) -> Node:
        """A new node, told at once."""
        self._made += 1
        cell = self.segment.cells.take(NODE_CELLS)
        node = Node(next(self._numbers), depth, cell, plan)
        self.segment.write(["n", state.number, node.number, parent, plan.symbol, line, list(via), cell.number])
        return node

    def count(self, node: Node, outcome: str) -> None:
        """A call of the node ended so, otherwise than by a plain return."""
        cell = node.outcomes.get(outcome)
        if cell is None:
            cell = node.outcomes[outcome] = self.segment.cells.take()
            self.segment.write(["o", node.number, outcome, cell.number])
        cell.add()
