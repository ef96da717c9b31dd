"""Every document of a package, rendered from its record."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from callchain.model.package import Evidence
from callchain.model.recording import RunRecord
from callchain.report import (
    dynamic_txt,
    graph_dot,
    graph_mermaid,
    graph_svg,
    index_html,
    static_md,
    summary_md,
    tap_points_md,
    trace_env_json,
)


class Root(Protocol):
    """What is needed of a source tree here: where it stands."""

    @property
    def root(self) -> Path:
        """The folder of the code base."""


def render_all(evidence: Evidence, runs: Sequence[RunRecord] = (), tree: Root | None = None) -> dict[str, bytes]:
    """The package's files by their names, but for `evidence.json` itself.

    Args:
        evidence: the record; every file but the environment follows from it alone.
        runs: the recordings, whose pids, paths and versions go to `env/trace_env.json`.
        tree: the source tree, whose place goes to the same file.

    Raises:
        CallchainError: the layout program of the drawing is missing.
    """
    dot = graph_dot.render(evidence)
    svg = graph_svg.render(dot)
    facts = trace_env_json.reading(tree.root if tree is not None else None)
    documents = {
        "callchain/static.md": static_md.render(evidence),
        "callchain/graph.dot": dot,
        "callchain/graph.svg": svg,
        "callchain/graph.mmd": graph_mermaid.render(evidence),
        "callgraph/dynamic.txt": dynamic_txt.render(evidence),
        "trace/tap_points.md": tap_points_md.render(evidence),
        "summary.md": summary_md.render(evidence),
        "env/trace_env.json": trace_env_json.render(runs, facts),
        "index.html": index_html.render(evidence, svg),
    }
    return {name: document.encode("utf-8", "backslashreplace") for name, document in documents.items()}
