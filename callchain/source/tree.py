"""The code base as files: which are read, under which import names, at which commit, and which are not and why."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from callchain.model.errors import CallchainError
from callchain.model.graph import BlindSpot
from callchain.source.decoding import UndecodableError, decode, decode_document, split_lines
from callchain.source.discovery import Listing, list_files
from callchain.source.kinds import is_document, is_python, kind_of
from callchain.source.modules import (
    import_roots,
    module_name,
    namespace_folders,
    outer_package,
    read_configuration,
)
from callchain.source.notebooks import NotebookError, as_python, is_notebook
from callchain.source.reading import UnreadableError, link_target, read_bytes


class SourceFile(msgspec.Struct, frozen=True, order=True):
    """A Python file of the code base."""

    path: str
    """Relative to the root, with forward slashes."""
    module: str
    """The dotted import name."""
    is_package: bool
    size: int
    """Bytes."""
    kind: str
    """`subject`, `script`, `test` or `stub`."""


@dataclass(frozen=True)
class SourceTree:
    """A code base as it was when it was read: Python files held in memory, documents read when asked for."""

    root: Path
    files: tuple[SourceFile, ...]
    documents: tuple[str, ...]
    """Markdown, reStructuredText and plain text files."""
    skipped: tuple[BlindSpot, ...]
    """Files that were not read, with the reason."""
    commit: str
    """The full hash of the commit, empty without git."""
    dirty: bool
    """Whether what was read differs from the commit."""
    _data: dict[str, bytes] = field(default_factory=dict, repr=False, compare=False)
    _text: dict[str, str] = field(default_factory=dict, repr=False, compare=False)
    _by_path: dict[str, SourceFile] = field(default_factory=dict, repr=False, compare=False)
    forge: str = ""
    """The web address of a line at the commit, `{path}` and `{line}` left open; empty where no forge is known."""

    def __post_init__(self) -> None:
        self._by_path.update((file.path, file) for file in self.files)

    def file(self, path: str) -> SourceFile:
        """The Python file at `path`; KeyError when the tree has none there."""
        return self._by_path[path]

    def __contains__(self, path: object) -> bool:
        return path in self._by_path

    def data(self, path: str) -> bytes:
        """The bytes of a Python file or document, as read."""
        if path not in self._data:
            if path not in self.documents:
                raise CallchainError(f"{path} is not a file that was read below {self.root.name}")
            try:
                self._data[path] = read_bytes(self.root, path)
            except UnreadableError as error:
                raise CallchainError(f"{path}: {error}") from error
        return self._data[path]

    def text(self, path: str) -> str:
        """The decoded text of a file, line ends as single newlines."""
        if path not in self._text:
            data = self.data(path)
            self._text[path] = decode(data) if path in self._by_path else decode_document(data)
        return self._text[path]

    def lines(self, path: str) -> list[str]:
        """The lines of a file without their ends; line 1 at index 0."""
        return split_lines(self.text(path))


def read_tree(root: Path) -> SourceTree:
    """Read the code base below `root`.

    Raises:
        CallchainError: no such folder, a file in its place, or no Python file below it.
    """
    root = _checked_root(root)
    listing = list_files(root)
    data, skipped = _read_python(root, listing.paths)
    if not data:
        reason = f"; {len(skipped)} could not be read" if skipped else ""
        raise CallchainError(f"no Python files below {root}{reason}", hint="name the folder that holds the code")
    documents = tuple(path for path in listing.paths if is_document(path) and not (root / path).is_symlink())
    return SourceTree(
        root=root,
        files=_describe(root, listing.paths, data),
        documents=documents,
        skipped=tuple(sorted({*listing.skipped, *skipped})),
        commit=listing.commit,
        dirty=_is_dirty(listing, {*data, *documents}),
        _data=data,
        forge=listing.forge,
    )


def _checked_root(root: Path) -> Path:
    if not root.exists():
        raise CallchainError(f"no such folder: {root}", hint="the root is the folder that holds the code")
    if not root.is_dir():
        raise CallchainError(
            f"{root} is a file, not a folder", hint=f"give the folder that holds it: {root.parent}"
        )
    if not os.access(root, os.R_OK | os.X_OK):
        raise CallchainError(f"{root} cannot be read: no permission")
    return root.resolve()


def _read_python(root: Path, paths: Iterable[str]) -> tuple[dict[str, bytes], list[BlindSpot]]:
    """Path → bytes of each file that is decodable Python, and what was left out."""
    data: dict[str, bytes] = {}
    skipped: list[BlindSpot] = []
    links: list[str] = []
    for path in paths:
        if (root / path).is_symlink():
            links.append(path)
            continue
        _read_one(root, path, data, skipped)
    for path in links:
        _read_link(root, path, data, skipped)
    return dict(sorted(data.items())), skipped


def _read_one(root: Path, path: str, data: dict[str, bytes], skipped: list[BlindSpot]) -> None:
    try:
        if is_python(root, path):
            content = read_bytes(root, path)
            if is_notebook(path):
                notebook = as_python(content)
                content = notebook.data
                skipped.extend(_unread(path, reason, line) for line, reason in notebook.left_out)
            decode(content)
            data[path] = content
    except (UnreadableError, UndecodableError, NotebookError) as error:
        skipped.append(_unread(path, str(error)))


def _read_link(root: Path, path: str, data: dict[str, bytes], skipped: list[BlindSpot]) -> None:
    """A link counts only for a file that is not read under its own name; links to folders are never followed."""
    try:
        target = link_target(root, path)
    except UnreadableError as error:
        if is_python(root, path) or (root / path).is_dir() or "loops" in str(error):
            skipped.append(_unread(path, str(error)))
        return
    if (root / path).is_dir():
        skipped.append(_unread(path, f"a symbolic link to the folder {target}, which is read there if anywhere"))
    elif target in data:
        skipped.append(_unread(path, f"a symbolic link to {target}, which is read there"))
    else:
        _read_one(root, path, data, skipped)


def _unread(path: str, reason: str, line: int = 0) -> BlindSpot:
    return BlindSpot(path=path, line=line, symbol="", kind="file", reason=reason)


def _describe(root: Path, paths: tuple[str, ...], data: dict[str, bytes]) -> tuple[SourceFile, ...]:
    packages = {path.rpartition("/")[0] for path in data if path.rpartition("/")[2].startswith("__init__.py")}
    project_file = None
    if "pyproject.toml" in paths:
        try:
            project_file = read_bytes(root, "pyproject.toml")
        except UnreadableError:
            project_file = None
    roots = import_roots({*paths}, read_configuration(project_file))
    outer = outer_package(root, data)
    named = packages if outer else packages | namespace_folders(data, packages, roots)
    return tuple(
        SourceFile(
            path=path,
            module=module_name(path, named, roots, outer),
            is_package=path.rpartition("/")[2].startswith("__init__.py"),
            size=len(content),
            kind=kind_of(path, content, packages, outer),
        )
        for path, content in data.items()
    )


def _is_dirty(listing: Listing, read: set[str]) -> bool:
    """A tracked file changed, or something that was read is not in the commit."""
    return bool(listing.changed) or any(path in read for path in listing.untracked)
