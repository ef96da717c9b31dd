"""The call graph of a code base: definitions, edges, what lies outside, what stayed open; and look-ups."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from operator import attrgetter

from callchain.callgraph import routes
from callchain.callgraph.names import Names
from callchain.model.graph import BlindSpot, Edge
from callchain.model.symbol import Definition

_NONE: tuple[Edge, ...] = ()


@dataclass(frozen=True)
class CallGraph:
    """What the files say together."""

    definitions: Mapping[str, Definition]
    """By symbol, in order of path and line."""
    edges: tuple[Edge, ...]
    """Calls between symbols of the root, sorted."""
    external: tuple[Edge, ...]
    """Calls that leave the root; the callee is a dotted name such as `zipfile.ZipFile.write`."""
    blind_spots: tuple[BlindSpot, ...]
    """Call sites that no rule could resolve."""
    names: Names = field(default_factory=Names, repr=False, compare=False)
    key: bytes = field(default=b"", repr=False, compare=False)
    """A digest of all that it was made from; empty where words and accesses to state were not read."""

    @cached_property
    def _outgoing(self) -> dict[str, tuple[Edge, ...]]:
        return _grouped(self.edges, "caller")

    @cached_property
    def _incoming(self) -> dict[str, tuple[Edge, ...]]:
        return _grouped(self.edges, "callee")

    @cached_property
    def _leaving(self) -> dict[str, tuple[Edge, ...]]:
        return _grouped(self.external, "caller")

    @cached_property
    def _blind(self) -> dict[str, tuple[BlindSpot, ...]]:
        found: dict[str, list[BlindSpot]] = {}
        for spot in self.blind_spots:
            found.setdefault(spot.symbol, []).append(spot)
        return {symbol: tuple(spots) for symbol, spots in found.items()}

    def calls_from(self, symbol: str) -> tuple[Edge, ...]:
        """Edges that leave `symbol`, in order of line."""
        return self._outgoing.get(symbol, _NONE)

    def calls_to(self, symbol: str) -> tuple[Edge, ...]:
        """Edges that enter `symbol`, in order of caller and line."""
        return self._incoming.get(symbol, _NONE)

    def external_from(self, symbol: str) -> tuple[Edge, ...]:
        """Calls of `symbol` that leave the root."""
        return self._leaving.get(symbol, _NONE)

    def blind_from(self, symbol: str) -> tuple[BlindSpot, ...]:
        """Call sites of `symbol` that stayed open."""
        return self._blind.get(symbol, ())

    def reach(self, symbol: str, within: Collection[str] | None = None) -> dict[str, int]:
        """Symbols that can be reached from `symbol` and the least number of calls; itself at 0.

        Args:
            symbol: where to start.
            within: paths of the files that may be entered; all when None.
        """
        inside = _as_set(within)
        distance = {symbol: 0}
        pending = deque([symbol])
        while pending:
            here = pending.popleft()
            for edge in self.calls_from(here):
                if edge.callee not in distance and (inside is None or _path_of(edge.callee) in inside):
                    distance[edge.callee] = distance[here] + 1
                    pending.append(edge.callee)
        return distance

    def paths(
        self, source: str, target: str, k: int = 3, within: Collection[str] | None = None
    ) -> tuple[tuple[Edge, ...], ...]:
        """Up to `k` loopless ways from `source` to `target`, the best explained first: surest, then shortest."""
        inside = _as_set(within)

        def outgoing(symbol: str) -> Iterable[Edge]:
            edges = self.calls_from(symbol)
            return edges if inside is None else (edge for edge in edges if _path_of(edge.callee) in inside)

        return routes.best_paths(outgoing, source, target, k)

    def resolve_name(self, path: str, dotted: str, qualname: str = "<module>") -> str:
        """What a dotted expression means in a scope: a symbol of the root, an external dotted name, or empty."""
        return self.names.resolve(path, dotted, qualname)

    def find(self, name: str) -> tuple[str, ...]:
        """Symbols that a user's identifier may mean, the best first."""
        return self.names.find(name, self.definitions)


def _path_of(symbol: str) -> str:
    return symbol.partition("::")[0]


def _as_set(within: Collection[str] | None) -> Collection[str] | None:
    return within if within is None or isinstance(within, set | frozenset | dict) else frozenset(within)


def _grouped(edges: Iterable[Edge], end: str) -> dict[str, tuple[Edge, ...]]:
    found: defaultdict[str, list[Edge]] = defaultdict(list)
    key = attrgetter(end)
    for edge in edges:
        found[key(edge)].append(edge)
    return {symbol: tuple(group) for symbol, group in found.items()}
