"""A package's documents as its record renders them, compared with what stands on disk, line by line."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from callchain.model.package import Evidence
from callchain.report import dynamic_txt, graph_dot, graph_mermaid, graph_svg, index_html, static_md, summary_md
from callchain.report import tap_points_md as tap_points

_FORMS: dict[str, Callable[[Evidence], str]] = {
    "callchain/static.md": static_md.render,
    "callchain/graph.dot": graph_dot.render,
    "callchain/graph.svg": lambda evidence: graph_svg.render(graph_dot.render(evidence)),
    "callchain/graph.mmd": graph_mermaid.render,
    "callgraph/dynamic.txt": dynamic_txt.render,
    "trace/tap_points.md": tap_points.render,
    "summary.md": summary_md.render,
    "index.html": lambda evidence: index_html.render(evidence, graph_svg.render(graph_dot.render(evidence))),
}
TEXTS = ("summary.md", "callchain/static.md", "trace/tap_points.md", "callgraph/dynamic.txt")
"""The documents that people read and cite."""
_VARYING = re.compile(r"`[^`]*`|[\w./-]+::[\w.<>]+|[\w./-]+\.\w+:\d+(?:-\d+)?|\u00d7?\d[\d.e+-]*")


@dataclass(frozen=True)
class Difference:
    """A line that is not what the record says: `line` is the document's, 0-length texts mean a lack."""

    line: int
    there: str
    recorded: str

    @property
    def in_values_only(self) -> bool:
        """Whether the two lines share their wording and differ in anchors, names or numbers alone."""
        return bool(self.there) and _VARYING.sub("#", self.there) == _VARYING.sub("#", self.recorded)


def rendered(name: str, evidence: Evidence) -> str | None:
    """What the record makes of a document; None for a file that is not rendered from it."""
    form = _FORMS.get(name)
    return form(evidence) if form is not None else None


def differences(text: str, wanted: str) -> tuple[Difference, ...]:
    """Every line of a document that differs from what the record says, in order."""
    return tuple(_differences(text.split("\n"), wanted.split("\n")))


def _differences(there: list[str], wanted: list[str]) -> Iterator[Difference]:
    matcher = SequenceMatcher(None, there, wanted, autojunk=False)
    for tag, first, last, wanted_first, wanted_last in matcher.get_opcodes():
        if tag == "equal":
            continue
        ours, theirs = there[first:last], wanted[wanted_first:wanted_last]
        for number in range(max(len(ours), len(theirs))):
            line = min(first + min(number, max(len(ours) - 1, 0)) + 1, max(len(there), 1))
            yield Difference(
                line, ours[number] if number < len(ours) else "", theirs[number] if number < len(theirs) else ""
            )
