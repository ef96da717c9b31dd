"""The recordings of a package or of a folder, as they were written."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from callchain.model.errors import CallchainError
from callchain.trace.segments import SegmentData, read_all

_INSIDE = ("trace/recording", ".")


@dataclass(frozen=True)
class Run:
    """One traced command: its name and what each of its processes recorded."""

    name: str
    processes: tuple[SegmentData, ...]


def runs_in(place: Path) -> tuple[Run, ...]:
    """The runs of a package, of a recording folder, or of one run's folder, by name.

    Raises:
        CallchainError: there is no recording.
    """
    folders = sorted({segment.parent for inside in _INSIDE for segment in _segments(place / inside)})
    runs = [Run(folder.resolve().name, tuple(read_all(folder))) for folder in folders]
    found = tuple(run for run in runs if run.processes)
    if not found:
        raise CallchainError(
            f"no recording in {place}", hint="give a package that was made with a run, or what --out of trace kept"
        )
    return found


def _segments(folder: Path) -> list[Path]:
    return [*folder.glob("seg-*.jsonl"), *folder.glob("*/seg-*.jsonl")]


def newest_package(reports: Path) -> Path:
    """The package below `reports/` that was finished last and holds a recording.

    Raises:
        CallchainError: there is none.
    """
    found = sorted(reports.glob("*/*/evidence.json"), key=lambda file: file.stat().st_mtime, reverse=True)
    for file in found:
        if any((file.parent / "trace/recording").glob("*/seg-*.jsonl")):
            return file.parent
    raise CallchainError(f"no package with a recording below {reports}", hint="name the package")
