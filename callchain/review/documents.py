"""What is to be reviewed: Markdown files, folders of them, packages, a text on stdin, docstrings."""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from callchain.evidence.package import EVIDENCE
from callchain.model.errors import CallchainError
from callchain.review.document import Document
from callchain.review.package_proof import Package, is_package
from callchain.review.subject import read_text, relative_document
from callchain.source.tree import SourceTree

MARKDOWN = (".md", ".markdown", ".mdx", ".txt", ".rst")
_SKIPPED = frozenset({"node_modules", "__pycache__", "site-packages"})
STDIN = "-"


@dataclass(frozen=True)
class Inputs:
    """The documents and packages that were named, in order."""

    documents: tuple[Document, ...]
    packages: tuple[Package, ...]
    parts: tuple[tuple[Package, str], ...] = ()
    """Files of a package that were named alone."""


def gather(paths: Sequence[str], root: Path, stdin: str) -> Inputs:
    """Find what the paths mean.

    Raises:
        CallchainError: a path does not exist, or holds nothing to review.
    """
    documents: list[Document] = []
    packages: list[Package] = []
    parts: list[tuple[Package, str]] = []
    for path in paths:
        if path == STDIN:
            documents.append(Document("<stdin>", stdin))
            continue
        place = Path(path)
        if not place.exists():
            raise CallchainError(
                f"no such file or folder: {path}", hint="name Markdown, a package, or - for stdin"
            )
        files = [place] if place.is_file() else list(_files(place, packages))
        if not files and not (place.is_dir() and packages):
            raise CallchainError(f"{path} holds no Markdown and no package", hint="name the folder that does")
        for file in files:
            owner = _owner(file)
            if owner is not None and file.name != EVIDENCE:
                parts.append((owner, file.relative_to(owner.folder).as_posix()))
            elif owner is not None:
                packages.append(owner)
            else:
                documents.append(Document(file.as_posix(), read_text(file), relative_document(file, root)))
    return Inputs(tuple(documents), tuple(dict.fromkeys(packages)), tuple(dict.fromkeys(parts)))


def _files(folder: Path, packages: list[Package]) -> Iterator[Path]:
    """The Markdown below a folder, less what is in packages, which are gathered as a whole."""
    if is_package(folder):
        packages.append(Package(folder, folder.as_posix()))
        return
    for entry in sorted(folder.iterdir()):
        if entry.name.startswith(".") or entry.name in _SKIPPED or entry.is_symlink():
            continue
        if entry.is_dir():
            yield from _files(entry, packages)
        elif entry.suffix in MARKDOWN[:3]:
            yield entry


def _owner(file: Path) -> Package | None:
    """The package that a file belongs to."""
    for folder in list(file.parents)[:3]:
        if (folder / EVIDENCE).is_file():
            return Package(folder, folder.as_posix())
    return None


@dataclass(frozen=True)
class Docstring:
    """A docstring as a document; line 1 of its text is `first_line` of the file."""

    document: Document
    first_line: int


def docstrings(tree: SourceTree) -> Iterator[Docstring]:
    """Every docstring of the code base that could cite something."""
    for file in tree.files:
        text = tree.text(file.path)
        try:
            module = ast.parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
        for node in ast.walk(module):
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                found = _docstring(node)
                if found is not None:
                    yield Docstring(Document(file.path, found[1], file.path), found[0])


def _docstring(node: ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> tuple[int, str] | None:
    first = node.body[0] if node.body else None
    if not isinstance(first, ast.Expr) or not isinstance(first.value, ast.Constant):
        return None
    value = first.value.value
    if not isinstance(value, str):
        return None
    head, _, rest = value.partition("\n")
    return first.lineno, f"{head.strip()}\n{textwrap.dedent(rest)}"
