"""The one tool that runs something: a traced command and its package."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime

from callchain.ask.package import ask
from callchain.ask.request import RunSpec, initiative_of
from callchain.mcp import package_tools
from callchain.mcp.session import Session


def run_command(session: Session, question: str, command: tuple[str, ...], time_budget_s: float) -> str:
    """Run, and answer as `package` does for the summary of what was made.

    Raises:
        CallchainError: the question is of no use, or the command does not start.
    """
    request = dataclasses.replace(
        session.defaults, question=question, runs=(RunSpec("run", command),), time_budget_s=time_budget_s
    )
    stamp = datetime.now(UTC).strftime("%Y-%m-%dT%H%M%S.%fZ")
    outcome = ask(
        dataclasses.replace(request, out=session.reports / initiative_of(request) / stamp), lambda _: None
    )
    return package_tools.package(session, f"{outcome.folder.parent.name}/{outcome.folder.name}", "summary", "")
