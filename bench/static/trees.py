"""The trees that are measured: copies of packages, so that all tools read the same files and one can be edited."""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Tree:
    """A copy of some packages; `root` is their import root."""

    name: str
    root: Path
    files: tuple[Path, ...]
    lines: int
    size: int
    """Bytes."""

    def file_list(self) -> Path:
        """A file that names all files, one a line, beside the root."""
        listing = self.root.with_suffix(".files")
        listing.write_text("".join(f"{file}\n" for file in self.files), encoding="utf-8")
        return listing


def copy_tree(name: str, packages: Sequence[Path], to: Path, most_lines: int = 0) -> Tree:
    """Copy the Python files of package folders below `to/<name>`.

    Args:
        name: what to call it.
        packages: folders (or single modules) that lie side by side under the import root.
        to: a scratch folder.
        most_lines: stop after the file with which so many lines are reached; 0 copies all.
    """
    root = to / name
    files: list[Path] = []
    lines = size = 0
    for source, target in _python_files(packages):
        if most_lines and lines >= most_lines:
            break
        copied = root / target
        copied.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, copied)
        data = source.read_bytes()
        lines += data.count(b"\n")
        size += len(data)
        files.append(copied)
    if not files:
        raise SystemExit(f"no Python files for {name}")
    return Tree(name=name, root=root, files=tuple(files), lines=lines, size=size)


def _python_files(packages: Sequence[Path]) -> Iterator[tuple[Path, Path]]:
    """Source and its path under the import root, in order of path."""
    for package in packages:
        if package.is_file():
            yield package, Path(package.name)
        for source in sorted(package.rglob("*.py")):
            yield source, Path(package.name) / source.relative_to(package)


def package_folder(name: str) -> Path:
    """The folder (or file) of an installed package, found without importing it."""
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise SystemExit(f"{name} is neither a folder nor an installed package")
    origin = Path(spec.origin)
    return origin.parent if origin.name == "__init__.py" else origin


def edit(tree: Tree, turn: int) -> str:
    """Change the file of median size: another function at its end each time; returns the function's name."""
    file = sorted(tree.files, key=lambda each: (each.stat().st_size, each))[len(tree.files) // 2]
    name = f"added_by_the_benchmark_{turn}"
    with file.open("a", encoding="utf-8") as out:
        out.write(f"\n\ndef {name}(value):\n    return len(value) + {turn}\n")
    return name
