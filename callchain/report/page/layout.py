"""Where the boxes and arrows of a view of the graph stand, laid out by Graphviz from left to right."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import graphviz
import msgspec

from callchain.model.errors import CallchainError
from callchain.report.graph_svg import run_layout

BOX_HEIGHT = 48
_CHARACTER = 7.9
_MARGIN = 34
_NARROWEST = 116
_POINT = re.compile(r"(-?[\d.]+(?:e-?\d+)?),(-?[\d.]+(?:e-?\d+)?)")


@dataclass(frozen=True)
class Layout:
    """Positions in points from the upper left corner: the middle of each box, the path of each arrow."""

    width: int
    height: int
    boxes: Mapping[int, tuple[int, int]]
    paths: Mapping[int, str]


def box_width(label: str) -> int:
    """The width of the box of a name, in points."""
    return max(_NARROWEST, round(len(label) * _CHARACTER) + _MARGIN)


def lay_out(views: Sequence[tuple[Mapping[int, int], Mapping[int, tuple[int, int]]]]) -> tuple[Layout, ...]:
    """Each view laid out, all by one call of the layout program.

    Args:
        views: for each the width of each box, and the tail and head of each arrow.

    Raises:
        CallchainError: the program is missing or fails.
    """
    if not views:
        return ()
    sources = "\n".join(_dot(widths, arrows) for widths, arrows in views)
    return tuple(_read(text) for text in _documents(run_layout(sources, "json")))


def _dot(widths: Mapping[int, int], arrows: Mapping[int, tuple[int, int]]) -> str:
    graph = graphviz.Digraph(node_attr={"shape": "box", "fixedsize": "true", "label": ""})
    graph.attr(rankdir="LR", nodesep="0.26", ranksep="0.55")
    for number, width in widths.items():
        graph.node(f"n{number}", width=f"{width / 72:.4f}", height=f"{BOX_HEIGHT / 72:.4f}")
    for number, (tail, head) in arrows.items():
        graph.edge(f"n{tail}", f"n{head}", id=f"e{number}", arrowhead="none")
    return str(graph.source)


def _documents(text: str) -> list[dict[str, Any]]:
    """The graphs that the program wrote, one JSON document after the other."""
    parts = re.split(r"(?m)^(?=\{)", text)
    return [dict(msgspec.json.decode(part)) for part in parts if part.strip()]


def _read(graph: dict[str, Any]) -> Layout:
    try:
        _, _, width, height = (float(part) for part in graph["bb"].split(","))
        boxes = {}
        for node in graph.get("objects", ()):
            x, y = (float(part) for part in node["pos"].split(","))
            boxes[int(node["name"][1:])] = round(x), round(height - y)
        paths = {int(edge["id"][1:]): _path(edge["pos"], height) for edge in graph.get("edges", ())}
    except (KeyError, ValueError) as error:
        raise CallchainError(f"the layout of the graph cannot be read: {error}") from None
    return Layout(round(width), round(height), boxes, paths)


def _path(spline: str, height: float) -> str:
    """Graphviz's B-spline as the data of an SVG path; an arrow's tip, written first, is its last point."""
    tip = re.match(r"e,([^ ]+) ", spline)
    points = [
        f"{round(float(x))} {round(height - float(y))}"
        for x, y in _POINT.findall(spline.split(" ", 1)[1] if tip else spline)
    ]
    end = f"L{points[-1]}" if tip is None else ""
    return f"M{points[0]}C{' '.join(points[1:])}{end}"
