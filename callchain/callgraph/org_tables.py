"""What one repository says to others, as rows: its symbols, the names they can be imported by, its calls."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from callchain.callgraph.graph import CallGraph
from callchain.callgraph.select import dotted
from callchain.facts.records import FileFacts
from callchain.model.graph import Edge
from callchain.model.symbol import MODULE, split
from callchain.source.tree import SourceTree

TABLES: Mapping[str, Mapping[str, str]] = {
    "symbols": {
        "repository": "VARCHAR",
        "commit": "VARCHAR",
        "symbol": "VARCHAR",
        "name": "VARCHAR",
        "kind": "VARCHAR",
        "path": "VARCHAR",
        "line": "INTEGER",
        "end_line": "INTEGER",
    },
    "names": {"repository": "VARCHAR", "name": "VARCHAR", "symbol": "VARCHAR"},
    "calls": {
        "repository": "VARCHAR",
        "commit": "VARCHAR",
        "caller": "VARCHAR",
        "callee": "VARCHAR",
        "external": "BOOLEAN",
        "path": "VARCHAR",
        "line": "INTEGER",
        "rule": "VARCHAR",
        "confidence": "DOUBLE",
    },
}
"""Table → column → SQL type. A callee is a symbol, or a dotted name where the call leaves the repository."""
Row = tuple[str, dict[str, Any]]


def rows(repository: str, tree: SourceTree, facts: Mapping[str, FileFacts], graph: CallGraph) -> Iterator[Row]:
    """The rows of all tables, each with the table's name, in a total order."""

    def module_of(path: str) -> str:
        return facts[path].module

    at = {"repository": repository, "commit": tree.commit}
    for symbol, each in sorted(graph.definitions.items()):
        place = {"path": each.path, "line": each.line, "end_line": each.end_line}
        named = {"symbol": symbol, "name": dotted(symbol, module_of), "kind": each.kind}
        yield "symbols", {**at, **named, **place}
    for name, symbol in sorted(_names(facts, graph)):
        yield "names", {"repository": repository, "name": name, "symbol": symbol}
    for edges, external in ((graph.edges, False), (graph.external, True)):
        for edge in edges:
            yield "calls", {**at, **_call(edge), "external": external}


def _call(edge: Edge) -> dict[str, Any]:
    return {
        "caller": edge.caller,
        "callee": edge.callee,
        "path": edge.path,
        "line": edge.line,
        "rule": edge.rule,
        "confidence": round(edge.confidence, 2),
    }


def _names(facts: Mapping[str, FileFacts], graph: CallGraph) -> set[tuple[str, str]]:
    """Every dotted name by which another repository can reach a symbol: where it is defined and re-exported."""
    own = {(dotted(symbol, lambda path: facts[path].module), symbol) for symbol in graph.definitions}
    return own | set(_exported(facts, graph))


def _exported(facts: Mapping[str, FileFacts], graph: CallGraph) -> Iterator[tuple[str, str]]:
    members = _members(graph)
    for path, each in facts.items():
        taken = {name for name, targets in each.names.get(MODULE, {}).items() if _is_import(targets)}
        for module in each.stars:
            home = facts.get(split(graph.names.module(module))[0])
            taken |= {name for name in (home.names.get(MODULE, {}) if home else ()) if not name.startswith("_")}
        for name in taken:
            symbol = graph.resolve_name(path, name)
            if symbol in graph.definitions and split(symbol)[1] != MODULE:
                yield f"{each.module}.{name}", symbol
                yield from (
                    (f"{each.module}.{name}.{member}", f"{symbol}.{member}") for member in members.get(symbol, ())
                )


def _is_import(targets: tuple[str, ...]) -> bool:
    return any(target.startswith("F:") for target in targets)


def _members(graph: CallGraph) -> dict[str, list[str]]:
    """Class → its methods' names."""
    found: dict[str, list[str]] = {}
    for symbol, each in graph.definitions.items():
        home, _, name = symbol.rpartition(".")
        if each.kind == "method" and home in graph.definitions:
            found.setdefault(home, []).append(name)
    return found
