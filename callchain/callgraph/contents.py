"""What containers hold: one node a constant key, and one for all keys that are not known."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from callchain.callgraph import values as v
from callchain.callgraph.solver import Solver
from callchain.facts import ir

KEYS = "*keys"
_MOST_KEYS = 200
_FARTHEST = 40


def content(s: Solver, value: int, key: Any) -> int:
    """The node of what a container holds under `key`; None for an unknown one."""
    held = s.contents.setdefault(value, {})
    found = held.get(key)
    if found is None:
        if key is not None and key != KEYS and (len(held) > _MOST_KEYS or _is_far(key)):
            return content(s, value, None)
        found = held[key] = s.node()
        for action, arguments in tuple(s.content_watch.get(value, ())):
            s.act(action, key, found, *arguments)
    return found


def _is_far(key: Any) -> bool:
    """Positions so late come of arguments that are handed on with one more in front, without end."""
    return key.__class__ is int and key > _FARTHEST


def on_contents(s: Solver, value: int, action: Callable[..., None], *arguments: Any) -> None:
    """Call `action(solver, key, node, *arguments)` for each key there is or will be."""
    s.content_watch.setdefault(value, []).append((action, arguments))
    for key, node in tuple(s.contents.get(value, {}).items()):
        action(s, key, node, *arguments)


def elements(s: Solver, value: int) -> int:
    """The node of all that iterating over a container, generator or typed iterable may give."""
    fact = s.facts[value]
    if fact[0] in (v.GENERATOR, v.MANAGER):
        return s.instances[fact[1]].base + ir.YIELD
    if fact[0] == v.CONTAINER and fact[1] == "dict":
        return content(s, value, KEYS)
    return everything(s, value)


def everything(s: Solver, value: int) -> int:
    """The node of all values of a container, whatever their key."""
    found = s.elements.get(value)
    if found is None:
        found = s.elements[value] = s.node()
        on_contents(s, value, _gather, found)
    return found


def _gather(s: Solver, key: Any, node: int, found: int) -> None:
    if key != KEYS:
        s.flow(node, found)


def under(s: Solver, value: int, key: Any, target: int) -> None:
    """`target` holds what the container has under a constant key, or might have."""
    if key.__class__ is int and key < 0:
        s.flow(s.contents.get(value, {}).get(key) or everything(s, value), target)
        return
    s.flow(content(s, value, key), target)
    s.flow(content(s, value, None), target)


def new(s: Solver, kind: str, site: Any) -> int:
    """A container made at `site`."""
    return s.of(v.CONTAINER, kind, site)
