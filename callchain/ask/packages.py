"""The packages that were made so far, below a folder of reports."""

from __future__ import annotations

from pathlib import Path

from callchain.evidence.package import EVIDENCE, PARTIAL
from callchain.model.errors import CallchainError


def packages_below(reports: Path) -> tuple[Path, ...]:
    """The complete packages at `reports/<initiative>/<run id>`, the one that was made last at the end."""
    records = [file for file in reports.glob(f"*/*/{EVIDENCE}") if not (file.parent / PARTIAL).exists()]
    return tuple(file.parent for file in sorted(records, key=lambda file: (file.stat().st_mtime, file)))


def newest_package(reports: Path) -> Path:
    """The package that was made last.

    Raises:
        CallchainError: there is none.
    """
    found = packages_below(reports)
    if not found:
        raise CallchainError(
            f"there is no package below {reports.name}/", hint="name one, or make one: callchain run"
        )
    return found[-1]
