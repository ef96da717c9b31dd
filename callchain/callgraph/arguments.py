"""What a call site gives, by position and by name."""

from __future__ import annotations

from collections.abc import Callable

from callchain.callgraph.solver import CallSite, Solver

Model = Callable[[Solver, CallSite, int], None]
"""What a call of something outside the root does: solver, site, receiver or -1."""


def argument(site: CallSite, index: int) -> int:
    """The node of a positional argument; 0 for none."""
    return site.arguments[index] if index < len(site.arguments) else 0


def keyword(site: CallSite, wanted: str) -> int:
    """The node of a keyword argument; 0 for none."""
    return next((node for name, node in site.keywords if name == wanted), 0)
