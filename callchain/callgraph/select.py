"""The part of a call graph that was asked for, with callees outside the namespace under their dotted names."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

import msgspec

from callchain.callgraph.graph import CallGraph
from callchain.callgraph.naming import INSTANCE, uses_of, without_constructor
from callchain.model.errors import CallchainError
from callchain.model.graph import BlindSpot, Edge
from callchain.model.symbol import MODULE, last_name, split
from callchain.source.tree import SourceTree

ModuleOf = Callable[[str], str]
SURE = 0.55
"""Below it an edge is one of many candidates, of which most do not run; measured on packages' own test suites."""

MOST_PAIRS = 100
"""Of a start and an end whose ways are looked for; each costs up to a second in a tree of a million lines."""


@dataclass(frozen=True)
class Selection:
    """Edges of the namespace, calls that leave it, and what stayed open; `paths` where ways were asked for.

    `skipped` are the files below the root that could not be read, where a whole namespace was asked for.
    """

    edges: tuple[Edge, ...]
    external: tuple[Edge, ...] = ()
    blind_spots: tuple[BlindSpot, ...] = ()
    paths: tuple[tuple[Edge, ...], ...] = ()
    skipped: tuple[BlindSpot, ...] = ()
    named: tuple[Edge, ...] = ()
    """Where a class without a constructor of its own is named but not called, by the rule of `naming`."""


def dotted(name: str, module_of: ModuleOf) -> str:
    """A symbol as its import name: `a/b.py::C.m` gives `a.b.C.m`."""
    path, qualname = split(name)
    module = module_of(path)
    return module if qualname == MODULE else f"{module}.{qualname}"


def select_namespace(
    graph: CallGraph, paths: Collection[str], module_of: ModuleOf, least: float = 0.0
) -> Selection:
    """All that the files of `paths` call."""
    inside = frozenset(paths)
    own = [edge for edge in graph.edges if edge.path in inside and edge.confidence >= least]
    leaving = [
        msgspec.structs.replace(edge, callee=dotted(edge.callee, module_of))
        for edge in own
        if split(edge.callee)[0] not in inside
    ]
    external = [edge for edge in graph.external if edge.path in inside and edge.confidence >= least]
    return Selection(
        edges=tuple(edge for edge in own if split(edge.callee)[0] in inside),
        external=tuple(sorted({*external, *leaving})),
        blind_spots=tuple(spot for spot in graph.blind_spots if spot.path in inside),
    )


def with_constructors(graph: CallGraph, symbols: Iterable[str]) -> tuple[str, ...]:
    """The symbols, and for a class those of its methods that run when it is called."""
    named = tuple(symbols)
    more = [f"{symbol}.{method}" for symbol in named for method in ("__init__", "__new__")]
    return (*named, *(symbol for symbol in more if symbol in graph.definitions))


def symbols_meant(graph: CallGraph, name: str) -> tuple[str, ...]:
    """The symbols that a user's name means, with the constructors of classes.

    Raises:
        CallchainError: there is none; the line names near ones.
    """
    symbols = graph.find(name)
    if symbols:
        return with_constructors(graph, symbols)
    last = name.replace("::", ".").rpartition(".")[2]
    names = sorted({last_name(symbol) for symbol in graph.definitions})
    near = difflib.get_close_matches(last, names, n=3)
    hint = f"near names: {', '.join(near)}" if near else "write path::qualname, Class.method or a bare name"
    raise CallchainError(f"no symbol is called {name!r}", hint=hint)


def select_callers(
    graph: CallGraph, symbols: Iterable[str], least: float = 0.0, tree: SourceTree | None = None
) -> Selection:
    """Who calls the symbols, wherever under the root the caller stands.

    With the tree also who makes instances of classes that have no constructor of their own, and who names them.
    """
    names = tuple(symbols)
    found = {edge for symbol in names for edge in graph.calls_to(symbol) if edge.confidence >= least}
    uses = uses_of(graph, tree, without_constructor(graph, names)) if tree is not None else ()
    found.update(edge for edge in uses if edge.rule == INSTANCE)
    return Selection(edges=tuple(sorted(found)), named=tuple(edge for edge in uses if edge.rule != INSTANCE))


def select_callees(graph: CallGraph, symbols: Iterable[str], least: float = 0.0) -> Selection:
    """What the symbols call, under the root and outside, and which of their calls stayed open."""
    names = tuple(symbols)
    found = {edge for symbol in names for edge in graph.calls_from(symbol) if edge.confidence >= least}
    leaving = {edge for symbol in names for edge in graph.external_from(symbol) if edge.confidence >= least}
    open_calls = tuple(spot for symbol in names for spot in graph.blind_from(symbol))
    return Selection(tuple(sorted(found)), tuple(sorted(leaving)), open_calls)


def select_paths(
    graph: CallGraph, sources: Iterable[str], targets: Iterable[str], k: int, within: Collection[str] | None = None
) -> Selection:
    """The best explained ways from any source to any target, at most `k` for each pair.

    Raises:
        CallchainError: the two names mean so many symbols that no one could read the ways between them.
    """
    starts, ends = tuple(sources), tuple(targets)
    if len(starts) * len(ends) > MOST_PAIRS:
        raise CallchainError(
            f"ways are asked from {len(starts):,} symbols to {len(ends):,}, which are too many to tell apart",
            hint=f"name one of each, such as {starts[0]} and {ends[0]}",
        )
    ways = [way for source in starts for target in ends for way in graph.paths(source, target, k, within) if way]
    steps = {edge for way in ways for edge in way}
    return Selection(edges=tuple(sorted(steps)), paths=tuple(ways))
