"""Where the values of a node come from: whether something unknown is among its sources."""

from __future__ import annotations

from callchain.callgraph.solver import Solver

_MOST_SOURCES = 60
_LARGEST = 400_000
"""Constraints of a program beyond which sources are not looked up: the table of them all would fill the memory."""


def has_unknown_source(s: Solver, node: int) -> bool:
    """Whether values that are not known may reach `node`: some node that flows into it holds nothing."""
    if s.size > _LARGEST:
        return True
    if not s.sources:
        for source, targets in enumerate(s.flows):
            for target in () if targets is None else (targets,) if isinstance(targets, int) else targets:
                s.sources.setdefault(target, []).append(source)
    seen = {node}
    pending = [node]
    while pending:
        here = pending.pop()
        if s.holds[here] is None:
            return True
        for source in s.sources.get(here, ()):
            if source not in seen:
                seen.add(source)
                pending.append(source)
        if len(seen) > _MOST_SOURCES:
            return True
    return False
