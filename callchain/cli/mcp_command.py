"""`callchain mcp`: the code base's evidence for an agent, over stdio."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from callchain.ask.request import AskRequest
from callchain.ask.settings import load_settings
from callchain.model.errors import CallchainError


def mcp(
    root: Annotated[Path, typer.Option(help="The code base; only read.")] = Path(),
    namespace: Annotated[list[str] | None, typer.Option(help="A package or path prefix; repeatable.")] = None,
    reports: Annotated[Path, typer.Option(help="The folder whose packages may be read.")] = Path("reports"),
    allow_run: Annotated[
        bool, typer.Option("--allow-run", help="Offer a tool that runs commands, with your rights.")
    ] = False,
    workdir: Annotated[Path, typer.Option(help="With --allow-run: where commands start.")] = Path(),
) -> int:
    """Serve the code base to an agent over stdio (Model Context Protocol); read-only unless --allow-run."""
    settings = load_settings(root)
    try:
        from callchain.mcp.server import serve
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] != "mcp":
            raise
        raise CallchainError(
            "the server needs the package mcp (2.0 or newer), which this environment lacks",
            hint="pip install 'callchain-evidence[mcp]'",
        ) from None
    from callchain.mcp.session import Session

    if not root.is_dir():
        raise CallchainError(f"no such folder: {root}", hint="--root names the folder that holds the code")
    defaults = AskRequest(
        question="",
        root=root.resolve(),
        namespaces=tuple(namespace or settings.namespaces),
        initiative_id=settings.initiative_id,
        scope_hints=settings.scope_hints,
        contrast=settings.contrast,
        taps=root.resolve() / settings.taps if settings.taps else None,
        ledger=settings.ledger,
        workdir=workdir.resolve(),
        engine=settings.engine,
        limits=settings.limits.limits(),
        redact=settings.redact.rules(),
    )
    serve(Session(defaults, reports.resolve(), allow_run))
    return 0
