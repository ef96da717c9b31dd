"""Why a package holds no run."""

from __future__ import annotations

from callchain.model.package import Evidence


def why_nothing_ran(evidence: Evidence) -> str:
    """The reason, from the package's own command."""
    recorded = evidence.absent.get("Runs") or evidence.absent.get("runs")
    if recorded:
        return recorded
    if "--static-only" in evidence.provenance.command:
        return "the package was asked for with --static-only."
    return "no command to run was given; add one after `--`, or with `--run NAME=COMMAND`."
