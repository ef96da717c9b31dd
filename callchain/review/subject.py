"""The code base that claims are proved against: its files, names, calls and past."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePosixPath

from callchain.callgraph.graph import CallGraph
from callchain.evidence.sources import Extent, Sources
from callchain.model.errors import CallchainError
from callchain.review.history import History
from callchain.source.decoding import split_lines
from callchain.source.kinds import is_document
from callchain.source.tree import SourceTree

_PYTHON = (".py", ".pyi", ".pyw", ".ipynb")
"""What of these the tree left out was left out for a reason: it is generated, vendored or ignored."""
_DRIVE = re.compile(r"^[A-Za-z]:/")
_PLACEHOLDER = re.compile(
    r"^(?:file|foo|bar|baz|path|example|some_?\w*|your_?\w*|my_?\w*|name|filename|source|x|a|b|abc|xyz|\W*)\d*\.\w+$"
)


@dataclass(frozen=True)
class Place:
    """What a written path means: `here`, `renamed`, `deleted`, `missing`, `ambiguous` or `outside`."""

    kind: str
    path: str = ""
    why: str = ""
    others: tuple[str, ...] = ()


@dataclass(frozen=True)
class Subject:
    """A code base that was read."""

    tree: SourceTree
    graph: CallGraph
    history: History
    sources: Sources
    _read: dict[str, tuple[str, ...] | None] = field(default_factory=dict)

    @cached_property
    def by_name(self) -> Mapping[str, tuple[str, ...]]:
        """File name → the paths that end in it."""
        found: dict[str, list[str]] = {}
        for path in sorted({*(file.path for file in self.tree.files), *self.tree.documents, *self._others}):
            found.setdefault(path.rpartition("/")[2], []).append(path)
        return {name: tuple(paths) for name, paths in found.items()}

    @cached_property
    def _others(self) -> tuple[str, ...]:
        """What the tree does not read and documents may cite all the same: settings, data, scripts of a shell."""
        unread = (path for path in self.history.tracked if not path.endswith(_PYTHON) and not is_document(path))
        return tuple(path for path in unread if (self.tree.root / path).is_file())

    @cached_property
    def _folders(self) -> frozenset[str]:
        paths = [*(file.path for file in self.tree.files), *self.tree.documents]
        return frozenset(parent.as_posix() for path in paths for parent in PurePosixPath(path).parents)

    def lines(self, path: str) -> tuple[str, ...] | None:
        """The lines of a file below the root, Python or not; None when there is none."""
        if path not in self._read:
            self._read[path] = self._lines(path)
        return self._read[path]

    def _lines(self, path: str) -> tuple[str, ...] | None:
        lines = self.sources.lines(path)
        if lines is not None:
            return lines
        file = self.tree.root / path
        try:
            if not file.resolve().is_relative_to(self.tree.root) or not file.is_file():
                return None
            return tuple(split_lines(file.read_text(encoding="utf-8", errors="replace")))
        except (OSError, ValueError):
            return None

    def definitions(self, path: str, name: str) -> tuple[tuple[str, Extent], ...]:
        """Qualname and extent of each definition of a file that `name` may mean there, the best first.

        A leading module or instance name that the file does not define is passed over.
        """
        known = self.sources.structure(path).definitions
        parts = name.split(".")
        for first in range(len(parts)):
            tail = ".".join(parts[first:])
            exact = [(tail, extent) for extent in known.get(tail, ())]
            within = [
                (qualname, extent)
                for qualname, extents in sorted(known.items())
                if qualname.endswith(f".{tail}")
                for extent in extents
            ]
            if exact or within:
                return (*exact, *within)
            if parts[first] in known or tail.startswith(f"{parts[first]}.__"):
                return ()  # its `__init__` is no other's
        return ()

    def place(self, written: str, document: str = "") -> Place:
        """Which file a written path means."""
        path = _normal(written)
        absolute = path.startswith(("/", "~")) or bool(_DRIVE.match(path))
        if not absolute and self.lines(path) is not None:
            return Place("here", path)
        beside = _join(document, path) if document and not absolute else ""
        if beside and self.lines(beside) is not None:
            return Place("here", beside)
        return self._by_ending(path, absolute=absolute) or self._absent(path, absolute=absolute)

    def _by_ending(self, path: str, *, absolute: bool) -> Place | None:
        """Files that the path is an ending of, or that are an ending of it."""
        candidates = self.by_name.get(path.rpartition("/")[2], ())
        longer = tuple(c for c in candidates if c.endswith(f"/{path}"))
        if not longer:
            prefix = f"/{self.tree.root.name}/"
            longer = tuple(
                c for c in candidates if f"/{path}".endswith(prefix + c) or (absolute and path.endswith(f"/{c}"))
            )
        if len(longer) == 1:
            return Place("here", longer[0])
        if longer:
            return Place("ambiguous", longer[0], f"{len(longer)} files end so", longer)
        return None

    def _absent(self, path: str, *, absolute: bool) -> Place:
        if absolute:
            return Place("outside", path, "it lies outside the code base")
        now = self.history.renamed(path)
        if now:
            return Place("renamed", now, f"{path} was renamed")
        if self.history.last_commit(path):
            return Place("deleted", path, f"{path} was deleted")
        once = self._once(path)
        if once is not None:
            return once
        if self.history.ignores(path):
            return Place("outside", path, "git ignores it: it is generated")
        head = path.partition("/")[0] if "/" in path else ""
        if "{" in path or _PLACEHOLDER.match(path.rpartition("/")[2]):
            return Place("outside", path, "it reads like a placeholder")
        if head and head not in self._folders:
            return Place("outside", path, f"there is no folder {head} here: it lies outside the code base")
        return Place("missing", path, "no such file in the tree")

    def _once(self, path: str) -> Place | None:
        """A file that stood elsewhere under this ending and is gone: what became of it."""
        gone = [each for each in self.history.gone(path) if self.lines(each) is None]
        for each in gone:
            now = self.history.renamed(each)
            if now:
                return Place("renamed", now, f"{each} was renamed")
        return Place("deleted", gone[0], f"{gone[0]} was deleted") if gone else None


def make_subject(tree: SourceTree, graph: CallGraph) -> Subject:
    """The subject of a review; git is asked for the past only when a claim needs it."""
    return Subject(tree, graph, History(tree.root), Sources(tree))


def _normal(written: str) -> str:
    path = written.replace("\\", "/")
    while path.startswith("./"):
        path = path[2:]
    return path


def _join(document: str, path: str) -> str:
    """The path as seen from the document's folder; empty when it leaves the root."""
    parts: list[str] = []
    for part in (*PurePosixPath(document).parent.parts, *PurePosixPath(path).parts):
        if part == "..":
            if not parts:
                return ""
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts)


def relative_document(document: Path, root: Path) -> str:
    """A document's path relative to the root; empty when it lies elsewhere."""
    try:
        return document.resolve().relative_to(root).as_posix()
    except (OSError, ValueError):
        return ""


def read_text(file: Path) -> str:
    """The text of a document.

    Raises:
        CallchainError: it cannot be read.
    """
    try:
        return file.read_text(encoding="utf-8-sig", errors="replace")
    except OSError as error:
        raise CallchainError(f"cannot be read: {error.strerror}", where=str(file)) from None
