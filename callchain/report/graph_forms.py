"""A part of the call graph as JSON, text, DOT, SVG or Mermaid, for `callchain graph`."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import graphviz
import msgspec

from callchain.callgraph.select import Selection
from callchain.model.graph import BlindSpot, Edge
from callchain.report import graph_dot, graph_mermaid, graph_svg
from callchain.report.visible import visible


def as_json(selection: Selection) -> str:
    """The shape that `docs/cli.md` promises; `skipped` and `paths` only where there are any."""
    found: dict[str, object] = {
        "edges": [_edge(edge) for edge in selection.edges],
        "external": [_edge(edge) for edge in selection.external],
        "blind_spots": [_spot(spot) for spot in selection.blind_spots],
    }
    if selection.skipped:
        found["skipped"] = [{"path": s.path, "line": s.line, "reason": s.reason} for s in selection.skipped]
    if selection.named:
        found["named"] = [_edge(edge) for edge in selection.named]
    if selection.paths:
        found["paths"] = [[_edge(edge) for edge in way] for way in selection.paths]
    return msgspec.json.format(msgspec.json.encode(found), indent=1).decode("utf-8") + "\n"


def _edge(edge: Edge) -> dict[str, object]:
    return {
        "caller": edge.caller,
        "callee": edge.callee,
        "line": edge.line,
        "provenance": edge.rule,
        "confidence": round(edge.confidence, 2),
    }


def _spot(spot: BlindSpot) -> dict[str, object]:
    return {
        "path": spot.path,
        "line": spot.line,
        "symbol": spot.symbol,
        "reason": spot.reason,
        "expression": spot.expression,
    }


def as_text(selection: Selection) -> str:
    """One edge a line, or the ways one below the other; then what stayed open, and the files left out."""
    if selection.paths:
        blocks = ["\n".join(_way(way)) for way in selection.paths]
        return "\n\n".join(blocks) + "\n"
    lines = [_line(edge) for edge in (*selection.edges, *selection.external, *selection.named)]
    lines += [
        f"open  {visible(spot.symbol)}  {visible(spot.path)}:{spot.line}  {visible(spot.reason)}"
        for spot in selection.blind_spots
    ]
    lines += [f"left out  {visible(spot.path)}  {visible(spot.reason)}" for spot in selection.skipped]
    return "".join(f"{line}\n" for line in lines)


def _line(edge: Edge) -> str:
    place = f"{visible(edge.path)}:{edge.line}"
    return f"{visible(edge.caller)} → {visible(edge.callee)}  {place}  {edge.rule} {edge.confidence:.2f}"


def _way(way: tuple[Edge, ...]) -> Iterator[str]:
    yield visible(way[0].caller)
    for edge in way:
        yield f"  → {visible(edge.callee)}  {visible(edge.path)}:{edge.line}  {edge.rule} {edge.confidence:.2f}"


def as_dot(selection: Selection) -> str:
    """A DOT source; parallel calls of one pair are one arrow with its lines."""
    drawing = graphviz.Digraph(
        "calls", graph_attr={"rankdir": "LR"}, node_attr={"shape": "box", "fontname": "Helvetica"}
    )
    names = _names(selection)
    for name, key in names.items():
        drawing.node(key, graph_dot.escape(name.replace("::", "\n", 1)))
    for (caller, callee), lines in _pairs(selection).items():
        drawing.edge(names[caller], names[callee], label=graph_dot.escape(lines))
    source: str = drawing.source
    return source


def as_svg(selection: Selection) -> str:
    """The drawing, laid out."""
    return graph_svg.render(as_dot(selection))


def as_mermaid(selection: Selection) -> str:
    """A Mermaid flowchart."""
    names = _names(selection)
    lines = ["flowchart LR"]
    lines += [f'  {key}["{graph_mermaid.escape(name)}"]' for name, key in names.items()]
    lines += [
        f'  {names[caller]} -->|"{graph_mermaid.escape(label)}"| {names[callee]}'
        for (caller, callee), label in _pairs(selection).items()
    ]
    return "\n".join(lines) + "\n"


def _names(selection: Selection) -> dict[str, str]:
    ends = sorted({end for edge in (*selection.edges, *selection.external) for end in (edge.caller, edge.callee)})
    return {name: f"n{index}" for index, name in enumerate(ends)}


def _pairs(selection: Selection) -> dict[tuple[str, str], str]:
    lines: dict[tuple[str, str], list[int]] = {}
    for edge in (*selection.edges, *selection.external):
        lines.setdefault((edge.caller, edge.callee), []).append(edge.line)
    return {pair: ", ".join(str(line) for line in sorted(set(found))) for pair, found in sorted(lines.items())}


FORMS: dict[str, Callable[[Selection], str]] = {
    "json": as_json,
    "text": as_text,
    "dot": as_dot,
    "svg": as_svg,
    "mermaid": as_mermaid,
}
