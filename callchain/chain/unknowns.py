"""Blind spots of a chain's functions, each with a command that would settle it."""

from __future__ import annotations

import shlex
from collections import deque
from collections.abc import Iterable

from callchain.callgraph.graph import CallGraph
from callchain.model.graph import BlindSpot
from callchain.model.symbol import split
from callchain.source.tree import SourceTree

_FARTHEST = 6


def blind_spots_of(
    symbols: Iterable[str], graph: CallGraph, tree: SourceTree, namespaces: tuple[str, ...]
) -> tuple[BlindSpot, ...]:
    """The open call sites of some functions in order of place.

    The command runs the nearest test or script that reaches the function, which would show what is called; where
    nothing in the code base does, it lists the callees that are known.
    """
    found: set[BlindSpot] = set()
    for symbol in symbols:
        spots = graph.blind_from(symbol)
        if spots:
            command = _command(symbol, graph, tree, namespaces)
            found.update(
                BlindSpot(
                    spot.path,
                    spot.line,
                    spot.symbol,
                    spot.kind,
                    spot.reason,
                    spot.expression,
                    spot.command or command,
                )
                for spot in spots
            )
    return tuple(sorted(found))


def _command(symbol: str, graph: CallGraph, tree: SourceTree, namespaces: tuple[str, ...]) -> str:
    runner = nearest_runner(symbol, graph, tree)
    if not runner:
        return f"callchain graph . --callees-of {shlex.quote(symbol)}"
    scope = "".join(f"--namespace {namespace} " for namespace in namespaces)
    return f"callchain trace {scope}-- {runner}"


def nearest_runner(symbol: str, graph: CallGraph, tree: SourceTree) -> str:
    """A command that runs the nearest test or script that reaches `symbol`; empty where there is none."""
    distance = {symbol: 0}
    pending = deque([symbol])
    while pending:
        here = pending.popleft()
        command = _runs(here, tree)
        if command:
            return command
        if distance[here] < _FARTHEST:
            for edge in graph.calls_to(here):
                if edge.caller not in distance:
                    distance[edge.caller] = distance[here] + 1
                    pending.append(edge.caller)
    return ""


def _runs(symbol: str, tree: SourceTree) -> str:
    path, qualname = split(symbol)
    kind = tree.file(path).kind if path in tree else ""
    last = qualname.rpartition(".")[2]
    if kind == "test" and last.startswith("test"):
        return "pytest " + shlex.quote(f"{path}::{qualname.replace('.', '::')}")
    if kind == "script" and path.endswith(".py"):
        return f"python {shlex.quote(path)}"
    return ""
