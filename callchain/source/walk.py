"""Listing a folder without git: every file below it that no `.gitignore` on the way leaves out."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from callchain.model.graph import BlindSpot
from callchain.source.exclusions import VENDORED, why_excluded

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

    _Rules = tuple[tuple[str, GitIgnoreSpec], ...]


def walk(root: Path) -> tuple[list[str], list[BlindSpot]]:
    """Relative paths of files and links below `root`, and the folders that could not be listed.

    Links to folders are listed as entries and never followed, so loops cannot be entered.
    """
    found: list[str] = []
    problems: list[BlindSpot] = []
    pending: list[tuple[str, _Rules]] = [("", ())]
    while pending:
        folder, rules = pending.pop()
        try:
            entries = _entries(root / folder)
        except OSError as error:
            reason = f"the folder cannot be listed: {error.strerror}"
            problems.append(BlindSpot(path=folder, line=0, symbol="", kind="file", reason=reason))
            continue
        reason = why_excluded(folder.rpartition("/")[2], entries) if folder else ""
        if reason:
            if reason == VENDORED:
                problems.append(BlindSpot(path=folder, line=0, symbol="", kind="file", reason=reason))
            continue
        rules = rules + _rules_of(root, folder, entries)
        for name, is_folder in entries.items():
            path = f"{folder}/{name}" if folder else name
            if _ignored(path, is_folder, rules):
                continue
            if is_folder:
                pending.append((path, rules))
            else:
                found.append(path)
    return sorted(found), sorted(problems)


def _entries(folder: Path) -> dict[str, bool]:
    """Name → whether it is a real folder."""
    with os.scandir(folder) as entries:
        return {entry.name: entry.is_dir(follow_symlinks=False) for entry in entries}


def _rules_of(root: Path, folder: str, entries: dict[str, bool]) -> _Rules:
    """The ignore rules that a folder's own `.gitignore` adds; an unreadable one adds none."""
    if entries.get(".gitignore", True):
        return ()
    from pathspec import GitIgnoreSpec  # most trees are listed by git, or have no such file

    try:
        lines = (root / folder / ".gitignore").read_text("utf-8", "replace").splitlines()
        return ((folder, GitIgnoreSpec.from_lines(lines)),)
    except (OSError, ValueError):
        return ()


def _ignored(path: str, is_folder: bool, rules: _Rules) -> bool:
    """Whether the nearest `.gitignore` that speaks of the path leaves it out."""
    for folder, spec in reversed(rules):
        relative = path[len(folder) + 1 :] if folder else path
        verdict = spec.check_file(relative + "/" * is_folder).include
        if verdict is not None:
            return verdict
    return False
