"""The views of the graph: all flows together and each alone, with what is shown before anything is unfolded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from callchain.model.package import Evidence
from callchain.report.names import flow_label
from callchain.report.page.calls import Arrow, Call
from callchain.report.page.layout import Layout, box_width, lay_out
from callchain.report.page.symbols import Symbols

MOST_STAGES = 80
"""Stages shown at first; the page finds, unfolds and can show the others."""
MOST_BESIDE = 8
MOST_ARROWS = 240
"""Arrows that Graphviz lays out in good time; beyond them the page lays out by itself."""
_TELLING = (2, 0, 1, 3, 4)
"""How early an arrow off the chain is shown, by its verdict: what was seen and not read says most."""


@dataclass(frozen=True)
class View:
    """The functions and arrows of a view by their numbers; without a layout the page makes its own."""

    name: str
    nodes: tuple[int, ...]
    arrows: tuple[int, ...]
    layout: Layout | None = None

    def row(self) -> dict[str, object]:
        """As the page's scripts read it."""
        if self.layout is None:
            return {"nodes": self.nodes, "arrows": self.arrows}
        return {
            "size": (self.layout.width, self.layout.height),
            "nodes": [(number, *self.layout.boxes[number]) for number in self.nodes],
            "arrows": [(number, self.layout.paths.get(number, "")) for number in self.arrows],
        }


def views_of(
    evidence: Evidence, calls: Sequence[Call], arrows: Sequence[Arrow], symbols: Symbols
) -> tuple[View, ...]:
    """All flows together, where there are several, then each alone.

    Raises:
        CallchainError: the layout program is missing.
    """
    everything = list(range(len(arrows)))
    views = [_view("all flows", _stages(evidence, range(len(evidence.flows)), symbols), everything, arrows)]
    for number, flow in enumerate(evidence.flows):
        own = [index for index in everything if any(number in calls[call].flows for call in arrows[index].calls)]
        views.append(_view(flow_label(flow), _stages(evidence, [number], symbols), own, arrows))
    views = views[1:] if len(evidence.flows) == 1 else views
    return _laid_out(views if evidence.flows else [], arrows, symbols)


def _stages(evidence: Evidence, flows: Sequence[int], symbols: Symbols) -> list[int]:
    found = [symbols.number(stage.symbol) for number in flows for stage in evidence.flows[number].chain]
    return list(dict.fromkeys(found))[:MOST_STAGES]


def _view(name: str, stages: list[int], own: list[int], arrows: Sequence[Arrow]) -> View:
    """The chain, and beside it the functions that the runs say most about."""
    on_chain = set(stages)
    touching = [number for number in own if {arrows[number].tail, arrows[number].head} & on_chain]
    touching.sort(key=lambda number: _TELLING[arrows[number].verdict])
    beside: dict[int, None] = {}
    for number in touching:
        for end in (arrows[number].tail, arrows[number].head):
            if end not in on_chain and len(beside) < MOST_BESIDE:
                beside[end] = None
    shown = (*stages, *beside)
    known = set(shown)
    drawn = tuple(number for number in own if arrows[number].tail in known and arrows[number].head in known)
    return View(name, shown, drawn)


def _laid_out(views: Sequence[View], arrows: Sequence[Arrow], symbols: Symbols) -> tuple[View, ...]:
    labels = symbols.labels()
    small = [view for view in views if len(view.arrows) <= MOST_ARROWS]
    shapes = [
        (
            {node: box_width(labels[node]) for node in view.nodes},
            {number: (arrows[number].tail, arrows[number].head) for number in view.arrows},
        )
        for view in small
    ]
    found = iter(lay_out(shapes))
    return tuple(
        View(view.name, view.nodes, view.arrows, next(found)) if view in small else view for view in views
    )
