"""A part of the call graph as JSON, text, DOT and Mermaid; every name is escaped for where it goes."""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from typing import Any

from callchain.callgraph.graph import CallGraph
from callchain.callgraph.selection import Selection, select_edges
from callchain.model.graph import BlindSpot, Edge
from callchain.model.symbol import MODULE, split

__all__ = ["Selection", "as_dot", "as_json", "as_mermaid", "as_text", "select_edges"]

_CONTROL = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]")


def as_json(graph: CallGraph, paths: Collection[str], **wanted: Any) -> str:
    """The edges, what leaves the root and what stayed open; keyword arguments as for `select_edges`."""
    chosen = select_edges(graph, paths, **wanted)
    table: dict[str, Any] = {
        "edges": [_edge(edge) for edge in chosen.edges],
        "external": [_edge(edge) for edge in chosen.external],
        "blind_spots": [_spot(spot) for spot in chosen.blind_spots],
    }
    if chosen.paths:
        table["paths"] = [[_edge(edge) for edge in way] for way in chosen.paths]
    return json.dumps(table, indent=1, ensure_ascii=False) + "\n"


def _edge(edge: Edge) -> dict[str, Any]:
    return {
        "caller": edge.caller,
        "callee": edge.callee,
        "line": edge.line,
        "provenance": edge.rule,
        "confidence": edge.confidence,
    }


def _spot(spot: BlindSpot) -> dict[str, Any]:
    return {
        "path": spot.path,
        "line": spot.line,
        "symbol": spot.symbol,
        "kind": spot.kind,
        "reason": spot.reason,
        "expression": spot.expression,
    }


def as_text(graph: CallGraph, paths: Collection[str], **wanted: Any) -> str:
    """One call a line, by caller; ways between two symbols as numbered chains."""
    chosen = select_edges(graph, paths, **wanted)
    if chosen.paths:
        return "\n".join(_way(number, way) for number, way in enumerate(chosen.paths, 1)) + "\n"
    lines: list[str] = []
    caller = ""
    for edge in sorted({*chosen.edges, *chosen.external}):
        if edge.caller != caller:
            caller = edge.caller
            lines.append(_plain(caller))
        lines.append(f"  {edge.line:>5} → {_plain(edge.callee)}  [{edge.rule} {edge.confidence:.2f}]")
    if chosen.blind_spots:
        lines.append(f"{len(chosen.blind_spots)} calls stayed open:")
        lines.extend(f"  {spot.path}:{spot.line} {_plain(spot.expression)}" for spot in chosen.blind_spots)
    return "\n".join(lines) + "\n" if lines else "no calls\n"


def _way(number: int, way: tuple[Edge, ...]) -> str:
    steps = [f"{number}. {_plain(way[0].caller)}"]
    for depth, edge in enumerate(way, 1):
        steps.append(f"{'  ' * depth} :{edge.line} → {_plain(edge.callee)}  [{edge.rule} {edge.confidence:.2f}]")
    return "\n".join(steps)


def _plain(text: str) -> str:
    return _CONTROL.sub("�", text)


def label_of(symbol: str) -> str:
    """A short name for drawings: the qualname, or the file for module code."""
    path, qualname = split(symbol)
    return path if qualname == MODULE and "::" in symbol else qualname if "::" in symbol else symbol


def as_dot(graph: CallGraph, paths: Collection[str], **wanted: Any) -> str:
    """A DOT drawing, files as clusters; doubtful edges are dashed."""
    chosen = select_edges(graph, paths, **wanted)
    lines = ["digraph calls {", '  rankdir="LR";', '  node [shape="box", fontname="sans-serif"];']
    by_file: dict[str, list[str]] = {}
    for symbol in _symbols(chosen.edges):
        by_file.setdefault(split(symbol)[0], []).append(symbol)
    for number, (path, symbols) in enumerate(sorted(by_file.items())):
        lines.append(f"  subgraph cluster_{number} {{")
        lines.append(f"    label={_quoted(path)};")
        lines.extend(f"    {_quoted(symbol)} [label={_quoted(label_of(symbol))}];" for symbol in symbols)
        lines.append("  }")
    for caller, callee, numbers, sure in _joined(chosen.edges):
        style = "" if sure else ', style="dashed"'
        lines.append(f"  {_quoted(caller)} -> {_quoted(callee)} [label={_quoted(numbers)}{style}];")
    return "\n".join([*lines, "}"]) + "\n"


def _quoted(text: str) -> str:
    escaped = _plain(text).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _symbols(edges: tuple[Edge, ...]) -> list[str]:
    return sorted({symbol for edge in edges for symbol in (edge.caller, edge.callee)})


def _joined(edges: tuple[Edge, ...]) -> list[tuple[str, str, str, bool]]:
    """One arrow for each pair: the lines of its calls, and whether any of them is sure."""
    pairs: dict[tuple[str, str], list[Edge]] = {}
    for edge in edges:
        pairs.setdefault((edge.caller, edge.callee), []).append(edge)
    return [
        (
            caller,
            callee,
            ", ".join(str(line) for line in sorted({edge.line for edge in group})),
            max(edge.confidence for edge in group) >= _SURE,
        )
        for (caller, callee), group in sorted(pairs.items())
    ]


_SURE = 0.8


def as_mermaid(graph: CallGraph, paths: Collection[str], **wanted: Any) -> str:
    """A Mermaid flowchart; doubtful edges are dotted."""
    chosen = select_edges(graph, paths, **wanted)
    names = {symbol: f"n{number}" for number, symbol in enumerate(_symbols(chosen.edges))}
    lines = ["flowchart LR"]
    lines.extend(f'  {name}["{_entity(label_of(symbol))}"]' for symbol, name in names.items())
    for caller, callee, numbers, sure in _joined(chosen.edges):
        arrow = "-->" if sure else "-.->"
        lines.append(f'  {names[caller]} {arrow}|"{_entity(numbers)}"| {names[callee]}')
    return "\n".join(lines) + "\n"


def _entity(text: str) -> str:
    """Mermaid reads HTML entities, written with `#`; everything that is not plain becomes one."""
    return "".join(c if c.isalnum() or c in " ._,:/()-" else f"#{ord(c)};" for c in _plain(text))
