"""Who calls what the asker brings along: callables that are handed over, methods of classes that are derived."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from callchain.callgraph.graph import CallGraph
from callchain.model.symbol import split
from callchain.question.language import language, pieces
from callchain.question.steps import steps_from, steps_to

_CALLS = 0.8
_UNRELATED = 0.7
"""The share of that where what is called has no name that fits."""


def calls_given(symbol: str, called: str, given: Collection[str], graph: CallGraph, *, strict: bool) -> float:
    """How well a call of something given fits, from 0 to 1.

    It does not where the graph knows a method of that name, nor, if `strict`, where the name says nothing of it.

    Args:
        symbol: the function that calls.
        called: what it calls, as it is written.
        given: stems of what may be given.
        graph: the call graph.
        strict: whether the name of what is called must say what it is.
    """
    name = called.removeprefix("self.")
    if name != called and any(_is_method(edge.callee, name, graph) for edge in steps_from(graph, symbol)):
        return 0.0
    fits = not set(given).isdisjoint(pieces(name)) or (not strict and "func" in pieces(name))
    return _CALLS if fits else 0.0 if strict else _CALLS * _UNRELATED


def _is_method(symbol: str, name: str, graph: CallGraph) -> bool:
    return split(symbol)[1].endswith(f".{name}") and graph.definitions[symbol].kind == "method"


def calls_overridden(brought: Collection[str], graph: CallGraph, within: Collection[str]) -> dict[str, float]:
    """Function → how well it fits that it calls a method which classes named after what is brought override."""
    wanted = frozenset(brought) - language().given
    found: dict[str, float] = {}
    for method in _overridden(wanted, graph) if wanted else ():
        for edge in steps_to(graph, method, within):
            if not edge.caller.endswith(f".{method.rpartition('.')[2]}"):  # not an override that calls its base
                found[edge.caller] = _CALLS
    return found


def _overridden(wanted: frozenset[str], graph: CallGraph) -> Iterator[str]:
    """The public methods of classes so named that classes derived from them, or so named too, define anew."""
    names: dict[str, list[str]] = {}
    derived = _derived(graph)
    for symbol, definition in graph.definitions.items():
        if definition.kind != "method" or definition.name.startswith("_"):
            continue
        owner = split(symbol.rpartition(".")[0])[1].rpartition(".")[2]
        if not wanted.isdisjoint(pieces(owner)):
            below = [f"{each}.{definition.name}" for each in derived.get(owner, ())]
            names.setdefault(definition.name, []).append(symbol)
            names[definition.name].extend(method for method in below if method in graph.definitions)
    for methods in names.values():
        if len(methods) > 1:
            yield from dict.fromkeys(methods)


def _derived(graph: CallGraph) -> dict[str, list[str]]:
    """The last part of a base's name → the classes that are written with it."""
    found: dict[str, list[str]] = {}
    for symbol, definition in graph.definitions.items():
        for base in definition.bases:
            found.setdefault(base.partition("[")[0].rpartition(".")[2], []).append(symbol)
    return found
