"""A package's page with the time lines of its recording."""

from __future__ import annotations

from pathlib import Path

from callchain.model.errors import CallchainError
from callchain.report.page.times import with_times
from callchain.trace.export.recordings import runs_in

PAGE = "index.html"


def timed_page(package: Path) -> str:
    """The page of a package; without a recording beside it, as it is.

    Raises:
        CallchainError: there is no page, or it cannot be read.
    """
    try:
        page = (package / PAGE).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise CallchainError(f"no package there: it has no {PAGE}", where=str(package)) from None
    try:
        runs = runs_in(package)
    except CallchainError:
        return page
    return with_times(page, runs)
