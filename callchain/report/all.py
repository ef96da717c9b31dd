"""Every document of a package, rendered from its record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

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


def render_all(
    evidence: Evidence, runs: Sequence[RunRecord] = (), facts: Mapping[str, Any] | None = None
) -> dict[str, bytes]:
    """The package's files by their names, but for `evidence.json` itself.

    Args:
        evidence: the record; every file but the environment follows from it alone.
        runs: the recordings, whose pids, paths and versions go to `env/trace_env.json`.
        facts: the environment of the reading, for the same file.
    """
    dot = graph_dot.render(evidence)
    svg = graph_svg.render(dot)
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
