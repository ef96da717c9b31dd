"""Which edges of a graph a question asks for: around a symbol, between two, above a confidence, inside files."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import msgspec

from callchain.callgraph.graph import CallGraph
from callchain.model.errors import CallchainError
from callchain.model.graph import BlindSpot, Edge
from callchain.model.symbol import split

MIN_CONFIDENCE = 0.55
"""Edges below are one of many candidates or depend on what exactly a value is; they are shown when asked for."""


class Selection(msgspec.Struct, frozen=True):
    """A part of a call graph, in stable order."""

    edges: tuple[Edge, ...]
    external: tuple[Edge, ...] = ()
    blind_spots: tuple[BlindSpot, ...] = ()
    paths: tuple[tuple[Edge, ...], ...] = ()
    """The ways between two symbols, when these were asked for."""


def select_edges(
    graph: CallGraph,
    paths: Collection[str],
    *,
    callers_of: str = "",
    callees_of: str = "",
    path_from: str = "",
    path_to: str = "",
    min_confidence: float = MIN_CONFIDENCE,
    k: int = 3,
) -> Selection:
    """The part of `graph` that is asked for.

    Args:
        graph: the whole.
        paths: files of the subject; a caller must be in one of them.
        callers_of: only calls of what this names.
        callees_of: only calls that this makes.
        path_from: with `path_to`, only the `k` best explained ways between the two.
        path_to: see `path_from`.
        min_confidence: edges below are left out.
        k: how many ways.

    Raises:
        CallchainError: a name means nothing in the graph, or only one end of a path is given.
    """
    if bool(path_from) != bool(path_to):
        raise CallchainError("a path has two ends", hint="give --path-from and --path-to together")
    if path_from:
        ways = _ways(graph, paths, path_from, path_to, min_confidence, k)
        return Selection(tuple(sorted({edge for way in ways for edge in way})), paths=ways)
    inside = frozenset(paths)
    edges: Sequence[Edge] = [edge for edge in graph.edges if edge.path in inside]
    external: Sequence[Edge] = [edge for edge in graph.external if edge.path in inside]
    spots: Sequence[BlindSpot] = [spot for spot in graph.blind_spots if spot.path in inside]
    if callers_of:
        wanted = frozenset(named(graph, callers_of))
        edges, external, spots = [edge for edge in edges if edge.callee in wanted], [], []
    if callees_of:
        wanted = frozenset(named(graph, callees_of))
        edges = [edge for edge in edges if edge.caller in wanted]
        external = [edge for edge in external if edge.caller in wanted]
        spots = [spot for spot in spots if spot.symbol in wanted]
    return Selection(
        tuple(edge for edge in edges if edge.confidence >= min_confidence),
        tuple(edge for edge in external if edge.confidence >= min_confidence),
        tuple(spots),
    )


def named(graph: CallGraph, name: str) -> tuple[str, ...]:
    """The symbols a user's identifier means; of a class its constructors too.

    Raises:
        CallchainError: nothing has that name.
    """
    found = graph.find(name)
    if not found:
        raise CallchainError(
            f"no function, class or module is called {name}", hint="write path::qualname or a bare name"
        )
    best = [symbol for symbol in found if split(symbol)[1] == split(found[0])[1]]
    more = [f"{symbol}.{method}" for symbol in best for method in ("__init__", "__new__")]
    return (*best, *(symbol for symbol in more if symbol in graph.definitions))


def _ways(
    graph: CallGraph, paths: Collection[str], source: str, target: str, least: float, k: int
) -> tuple[tuple[Edge, ...], ...]:
    found: list[tuple[Edge, ...]] = []
    for start in named(graph, source):
        for end in named(graph, target):
            found.extend(graph.paths(start, end, k, within=paths))
    kept = [way for way in found if way and all(edge.confidence >= least for edge in way)]
    return tuple(sorted(kept, key=lambda way: (-min(edge.confidence for edge in way), len(way), way))[:k])
