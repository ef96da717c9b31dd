"""A package's files over HTTP to this machine alone: no folder listings, nothing from outside the package."""

from __future__ import annotations

import http.server
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from callchain.ask.timed_page import PAGE, timed_page
from callchain.model.errors import CallchainError

LOOPBACK = "127.0.0.1"
_KINDS = {
    ".html": "text/html; charset=utf-8",
    ".svg": "image/svg+xml",
    ".json": "application/json",
    ".md": "text/plain; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".dot": "text/plain; charset=utf-8",
    ".mmd": "text/plain; charset=utf-8",
    ".out": "text/plain; charset=utf-8",
}
_LOCKED = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
"""For everything but the page, which carries a policy of its own."""


class PackageServer(http.server.ThreadingHTTPServer):
    """Serves one package on the loopback interface.

    Args:
        folder: the package.
        port: 0 takes a free one.
    """

    daemon_threads = True

    def __init__(self, folder: Path, port: int) -> None:
        self.folder = folder.resolve()
        super().__init__((LOOPBACK, port), _Handler)

    @property
    def url(self) -> str:
        """Where the page is."""
        return f"http://{LOOPBACK}:{self.server_port}/"


class _Handler(http.server.BaseHTTPRequestHandler):
    server: PackageServer
    server_version = "callchain"
    sys_version = ""

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 # the base class names it so
        """Stay silent: stderr is the person's."""

    def _answer(self, *, with_body: bool) -> None:
        if not self._is_for_us():
            return self.send_error(421, "not the name of this machine")
        file = file_of(self.server.folder, self.path)
        try:
            data = self._data(file) if file is not None else None
        except (OSError, CallchainError):
            data = None
        if file is None or data is None:
            return self.send_error(404, "no such file of the package")
        self.send_response(200)
        self.send_header("Content-Type", _KINDS.get(file.suffix, "application/octet-stream"))
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Referrer-Policy", "no-referrer")
        self.send_header("Cross-Origin-Resource-Policy", "same-origin")
        if file.name != PAGE:
            self.send_header("Content-Security-Policy", _LOCKED)
        self.end_headers()
        if with_body:
            self.wfile.write(data)
        return None

    def _data(self, file: Path) -> bytes:
        """The page comes with the times of the recording, which the file has not."""
        if file == self.server.folder / PAGE:
            return timed_page(self.server.folder).encode("utf-8")
        return file.read_bytes()

    def _is_for_us(self) -> bool:
        """A page of another site may make its name point here; then the name it asks for gives it away."""
        name = self.headers.get("Host", "").rpartition(":")[0] or self.headers.get("Host", "")
        return name in (LOOPBACK, "localhost")


def file_of(folder: Path, target: str) -> Path | None:
    """The file of the package that a request means; None for anything else.

    Args:
        folder: the package, resolved.
        target: the request's path as it was sent.
    """
    name = unquote(urlsplit(target).path).lstrip("/") or PAGE
    parts = PurePosixPath(name).parts
    if "\0" in name or "\\" in name or any(part in ("..", ".") or part.startswith(".") for part in parts):
        return None
    try:
        file = folder.joinpath(*parts).resolve()
        return file if file.is_relative_to(folder) and file.is_file() else None
    except (OSError, RuntimeError, ValueError):
        return None
