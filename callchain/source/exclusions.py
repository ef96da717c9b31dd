"""Folders that are not the code base's own: environments, caches, build products, vendored code."""

from __future__ import annotations

from collections.abc import Collection, Iterable

_NEVER_SOURCE = frozenset(
    {
        ".eggs",
        ".git",
        ".hg",
        ".hypothesis",
        ".ipynb_checkpoints",
        ".mypy_cache",
        ".nox",
        ".pytest_cache",
        ".ruff_cache",
        ".svn",
        ".tox",
        ".venv",
        "__pycache__",
        "__pypackages__",
        "htmlcov",
        "node_modules",
        "site-packages",
    }
)
_GENERATED_UNLESS_PACKAGE = frozenset({"build", "dist"})
_VENDORED = frozenset({"_vendor", "_vendored", "third_party", "vendor", "vendored"})
VENDORED = "vendored code is left out; give the folder as a root of its own to read it"


def why_excluded(name: str, entries: Collection[str]) -> str:
    """Why the folder `name` that holds `entries` is left out; empty when it is read."""
    if name in _NEVER_SOURCE or name.endswith(".egg-info"):
        return "not source"
    if "pyvenv.cfg" in entries or "conda-meta" in entries:
        return "a virtual environment"
    if name in _GENERATED_UNLESS_PACKAGE and "__init__.py" not in entries:
        return "generated"
    if "callchain" in entries and not {"evidence.json", "PARTIAL"}.isdisjoint(entries):
        return "an evidence package"
    return VENDORED if name in _VENDORED else ""


def split(paths: Iterable[str]) -> tuple[list[str], list[str]]:
    """The paths that are read, and the vendored folders that were met; both sorted.

    Only folders below the root count: the root itself may well lie in `site-packages`.
    """
    paths = sorted(paths)
    entries = _entries(paths)
    verdicts: dict[str, str] = {"": ""}
    for folder in sorted(entries):
        parent, _, name = folder.rpartition("/")
        if folder:
            verdicts[folder] = verdicts[parent] or why_excluded(name, entries[folder])
    kept = [path for path in paths if not verdicts[path.rpartition("/")[0]]]
    vendored = [
        folder
        for folder, reason in verdicts.items()
        if reason == VENDORED and not verdicts[folder.rpartition("/")[0]]
    ]
    return kept, vendored


def _entries(paths: Iterable[str]) -> dict[str, set[str]]:
    """Folder → the names directly in it, for every folder that a path goes through."""
    entries: dict[str, set[str]] = {"": set()}
    for path in paths:
        while path:
            path, _, name = path.rpartition("/")
            known = path in entries
            entries.setdefault(path, set()).add(name)
            if known:
                break
    return entries
