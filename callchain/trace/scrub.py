"""Names that differ from run to run are written the same: root, working and temporary folders, home, addresses."""

from __future__ import annotations

import os
import re
import tempfile
from pathlib import Path
from typing import Any

_ADDRESS = re.compile(r"(?:\s+at\s+)?\b0x[0-9a-fA-F]{6,}\b")
# Identifiers made up at run time (experiments, runs); a commit's forty digits are not touched.
_MADE_UP_ID = re.compile(
    r"(?<![0-9A-Za-z])(?:[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9]{15,20})(?![0-9A-Za-z])"
)
_END = r"(?![A-Za-z0-9_.-])"
_NAME = r"[^/\s'\"\\,;:()\[\]{}<>!]"
_PYTEST = r"(?:pytest-of-[^/\s'\"]+/pytest-\d+/(?:popen-gw\d+/)?)?"
# `tempfile` ends a name with eight characters of its own, before any suffix.
_MADE_UP = re.compile(r"[a-z0-9_]{8}(\.[A-Za-z0-9.]+)?\Z")


class Scrubber:
    """Rewrites machine-dependent parts of texts.

    Args:
        root: paths below it become relative.
        cwd: other paths below it become `<cwd>/…`.
    """

    def __init__(self, root: Path, cwd: Path) -> None:
        self._folders: list[tuple[re.Pattern[str], str, str]] = []
        self._folder(root, "", ".")
        self._folder(cwd, "<cwd>/", "<cwd>")
        home = str(Path("~").expanduser())
        self._home = len(home) > 1
        self._temporary = [
            re.compile(rf"{re.escape(folder)}/{_PYTEST}({_NAME}+)(/?)") for folder in _temporary_folders()
        ]
        self._temporary_alone: list[tuple[re.Pattern[str], str, str]] = []
        for folder in _temporary_folders():
            self._folder(Path(folder), "<tmp>/", "<tmp>", self._temporary_alone)
        self._late: list[tuple[re.Pattern[str], str, str]] = []
        if self._home:
            self._folder(Path(home), "~/", "~", self._late)

    def _folder(
        self, folder: Path, inside: str, alone: str, into: list[tuple[re.Pattern[str], str, str]] | None = None
    ) -> None:
        for name in dict.fromkeys((str(folder).rstrip("/"), os.path.realpath(folder).rstrip("/"))):
            if name:
                pattern = re.compile(rf"(?<![A-Za-z0-9_.-]){re.escape(name)}(/|{_END})")
                (self._folders if into is None else into).append((pattern, inside, alone))

    def text(self, value: str) -> str:
        """`value` with all rules applied."""
        if "/" in value:
            value = _apply(self._folders, value)
            for pattern in self._temporary:
                value = pattern.sub(_temporary_name, value)
            value = _apply(self._temporary_alone, value)
            value = _apply(self._late, value)
        if len(value) >= 15:
            value = _MADE_UP_ID.sub("<id>", value)
        return _ADDRESS.sub("", value) if "0x" in value else value

    def target(self, value: str) -> str:
        """The name of a file as an effect shows it: relative to the working folder where it lies below it."""
        return self.text(value).removeprefix("<cwd>/")

    def tree(self, value: Any) -> Any:
        """Every string inside plain JSON, keys and values."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, list):
            return [self.tree(item) for item in value]
        if isinstance(value, dict):
            return {self.text(key): item if key == "digest" else self.tree(item) for key, item in value.items()}
        return value


def _apply(rules: list[tuple[re.Pattern[str], str, str]], value: str) -> str:
    for pattern, inside, alone in rules:
        value = pattern.sub(lambda found, i=inside, a=alone: i if found.group(1) else a, value)  # type: ignore[misc]
    return value


def _temporary_name(found: re.Match[str]) -> str:
    name, slash = found.group(1), found.group(2)
    if slash:
        return "<tmp>/"
    made_up = _MADE_UP.search(name)
    if made_up:
        return f"<tmp>{'/*' + made_up.group(1) if made_up.group(1) else ''}"
    return f"<tmp>/{name}"


def _temporary_folders() -> list[str]:
    named = [tempfile.gettempdir(), "/tmp", "/var/tmp", os.environ.get("TMPDIR", "")]  # noqa: S108 # read, not used
    found = {os.path.realpath(name) for name in named if name} | {name.rstrip("/") for name in named if name}
    return sorted(found, key=lambda name: (-len(name), name))
