"""Every call that makes an instance, with or without a constructor of its own.

The product has no edge where no constructor runs, but some suites want one: the solver is watched at the one place
where it makes instances.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from unittest.mock import patch

from callchain.callgraph import construct
from callchain.callgraph import values as v
from callchain.callgraph.solver import CallSite, Solver


@dataclass(frozen=True, order=True)
class Construction:
    """A call of a class; scope and class are symbols."""

    scope: str
    line: int
    made: str


@contextmanager
def recorded() -> Iterator[set[Construction]]:
    """The constructions of all solving that is done inside."""
    found: set[Construction] = set()
    make = construct.make

    def watched(s: Solver, value: int, site: CallSite, rule: str, confidence: float) -> None:
        kind, number = s.facts[value]
        if kind == v.CLASS:
            found.add(Construction(site.instance.code.symbol, site.line, s.program.classes[number].symbol))
        make(s, value, site, rule, confidence)

    with patch.object(construct, "make", watched):
        yield found
