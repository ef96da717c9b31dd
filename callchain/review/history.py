"""What git knows of the past of files: when a line was written, what stood where then, what was renamed."""

from __future__ import annotations

import re
from functools import cached_property
from pathlib import Path

from callchain.source.decoding import normalise_newlines, split_lines
from callchain.source.git_command import GitCommand

_MOST_VERSIONS = 40
_BLAMED = re.compile(r"^([0-9a-f]{40}) \d+ (\d+)")
_UNCOMMITTED = "0" * 40
_REVISION = re.compile(r"[0-9a-f]{7,40}")


class History:
    """The repository around a folder; all paths are relative to the folder. Without git nothing is known."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._git = GitCommand(root)
        self._texts: dict[tuple[str, str], tuple[str, ...] | None] = {}
        self._blames: dict[str, dict[int, str]] = {}
        self._renames: dict[str, str] = {}
        self._versions: dict[tuple[str, str], tuple[str, ...]] = {}

    @cached_property
    def known(self) -> bool:
        """Whether the folder lies in a repository with a commit."""
        return self._run("rev-parse", "--verify", "-q", "HEAD") is not None

    @cached_property
    def head(self) -> str:
        """The commit that is checked out; empty without one."""
        return (self._run("rev-parse", "--verify", "-q", "HEAD") or "").strip()

    @cached_property
    def tracked(self) -> tuple[str, ...]:
        """Every file below the folder that git knows, of whatever kind."""
        return tuple(sorted(filter(None, (self._run("ls-files", "-z") or "").split("\0"))))

    def resolves(self, revision: str) -> bool:
        """Whether the commit is there."""
        if not revision or revision.startswith("-"):
            return False
        return self._run("rev-parse", "--verify", "-q", f"{revision}^{{commit}}") is not None

    def is_ancestor(self, revision: str) -> bool:
        """Whether the commit is part of the history of what is checked out."""
        return self.resolves(revision) and self._run("merge-base", "--is-ancestor", revision, "HEAD") is not None

    def lines(self, revision: str, path: str) -> tuple[str, ...] | None:
        """The lines of a file at a commit; None when it was not there."""
        key = (revision, path)
        if key not in self._texts:
            text = None
            if self.known and not revision.startswith("-"):
                text = self._run("cat-file", "blob", f"{revision}:./{path}")
            self._texts[key] = None if text is None else tuple(split_lines(normalise_newlines(text)))
        return self._texts[key]

    def written(self, path: str, line: int) -> str:
        """The commit that wrote a line of a tracked file; empty where it is not committed."""
        if path not in self._blames:
            self._blames[path] = self._blame(path)
        return self._blames[path].get(line, "")

    def older(self, revision: str) -> frozenset[str]:
        """The commits that a revision holds, itself among them."""
        return frozenset((self._run("rev-list", revision, "--") or "").split())

    def _blame(self, path: str) -> dict[int, str]:
        text = self._run("blame", "--porcelain", "--no-textconv", "--", path) if self.known else None
        found = {}
        for row in (text or "").splitlines():
            match = _BLAMED.match(row)
            if match and match[1] != _UNCOMMITTED:
                found[int(match[2])] = match[1]
        return found

    def renamed(self, path: str) -> str:
        """What a file that is gone is called now; empty when it was never there or was deleted."""
        if path not in self._renames:
            self._renames[path] = self._follow(path) if self.known else ""
        return self._renames[path]

    def _follow(self, path: str) -> str:
        for _ in range(8):
            commit = self.last_commit(path)
            if not commit:
                return ""
            text = self._run("show", "-M40%", "--name-status", "--format=", "--relative", commit) or ""
            found = [row.split("\t") for row in text.splitlines()]
            targets = [row[2] for row in found if len(row) == 3 and row[0].startswith("R") and row[1] == path]
            if not targets:
                return ""
            path = targets[0]
            if (self._root / path).is_file():
                return path
        return ""

    def versions(self, revision: str, path: str) -> tuple[str, ...]:
        """The last commits up to `revision` that changed a file, the latest first."""
        key = (revision, path)
        if key not in self._versions:
            text = self._run("log", f"-{_MOST_VERSIONS}", "--format=%H", revision, "--", path) or ""
            self._versions[key] = tuple(text.split())
        return self._versions[key]

    @cached_property
    def _deleted(self) -> frozenset[str]:
        """Every path that a commit of the history took away."""
        text = self._run("log", "--diff-filter=D", "--no-renames", "--name-only", "--format=", "--relative")
        return frozenset((text or "").splitlines()) - {""} if self.known else frozenset()

    def gone(self, ending: str) -> tuple[str, ...]:
        """The paths of files that are gone and end so, in order."""
        return tuple(sorted(path for path in self._deleted if path == ending or path.endswith(f"/{ending}")))

    def last_commit(self, path: str) -> str:
        """The last commit that touched a path, which may be gone; empty when none did."""
        if not self.known:
            return ""
        return (self._run("log", "-1", "--format=%H", "--", path) or "").strip()

    def ignores(self, path: str) -> bool:
        """Whether git ignores the path: what is generated is not in the tree."""
        return self.known and self._run("check-ignore", "-q", "--", path) is not None

    def _run(self, *arguments: str) -> str | None:
        said = self._git(*arguments)
        return None if said is None else said.decode("utf-8", "replace")
