"""`callchain view`: a package's page in the browser."""

from __future__ import annotations

import webbrowser
from pathlib import Path
from typing import Annotated

import typer

from callchain.ask.packages import newest_package
from callchain.ask.timed_page import PAGE
from callchain.cli.page_server import LOOPBACK, PackageServer
from callchain.cli.terminal import note
from callchain.evidence.package import PARTIAL
from callchain.model.errors import CallchainError

_REPORTS = Path("reports")


def view(
    package: Annotated[
        Path | None, typer.Argument(metavar="[PKG]", help="The package; without it the newest below reports/.")
    ] = None,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Where to serve; 0 takes a free port.")] = 0,
    no_open: Annotated[bool, typer.Option("--no-open", help="Open no browser; only print the address.")] = False,
) -> int:
    """Serve a package's page, with its recording's times, to this machine alone and open it until interrupted."""
    folder = package if package is not None else newest_package(_REPORTS)
    _require_page(folder)
    try:
        server = PackageServer(folder, port)
    except OSError as error:
        raise CallchainError(
            f"cannot serve on {LOOPBACK}:{port}: {error.strerror}", hint="leave --port out to take a free one"
        ) from None
    with server:
        print(server.url, flush=True)
        if not no_open and not webbrowser.open(server.url):
            note("no browser was found; open the address yourself")
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            return 0
    return 0


def _require_page(folder: Path) -> None:
    if (folder / PARTIAL).exists():
        raise CallchainError("the package is incomplete", where=str(folder), hint="its PARTIAL file says why")
    if not (folder / PAGE).is_file():
        raise CallchainError("no package there: it has no index.html", where=str(folder))
