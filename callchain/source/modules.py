"""Import names of files: where packages start, which folders are on the import path."""

from __future__ import annotations

import re
import sys
import tomllib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

_IMPORT = re.compile(rb"^[ \t]*(?:from|import)[ \t]+([A-Za-z_]\w*)", re.MULTILINE)
_DOTTED = re.compile(rb"^[ \t]*(?:from|import)[ \t]+([A-Za-z_]\w*(?:\.\w+)*)", re.MULTILINE)
_SOURCE_FOLDERS = ("src", "lib", "python")
_VOTERS = 500


def import_roots(paths: Collection[str], configuration: Mapping[str, Any]) -> tuple[str, ...]:
    """Folders below the root that are on the import path, the root (`""`) among them, deepest first.

    They are the root, `src`, `lib` and `python` where these are no packages (also beside a nested project's
    own project file), and the folders that the project file names.
    """
    projects = {""} | {
        path.rpartition("/")[0] for path in paths if path.rpartition("/")[2] in ("pyproject.toml", "setup.py")
    }
    # A module of a package may be called `setup`; a project's own folder is no package.
    projects = {folder for folder in projects if not folder or f"{folder}/__init__.py" not in paths}
    folders = {_join(project, name) for project in projects for name in _SOURCE_FOLDERS}
    folders |= set(_configured(configuration))
    holds_files = {folder for path in paths for folder in _ancestors(path)}
    roots = {folder for folder in folders if folder in holds_files and f"{folder}/__init__.py" not in paths}
    return tuple(sorted({"", *roots, *projects}, key=lambda folder: (-folder.count("/") - bool(folder), folder)))


def outer_package(root: Path, data: Mapping[str, bytes]) -> str:
    """The dotted package that the root itself is (`torch` for `site-packages/torch`), or empty.

    A root with an `__init__.py` may be a package, or a folder that holds packages. What its files import by
    absolute name tells the two apart: the root's own package, or the names right below the root.
    """
    if "__init__.py" not in data:
        return ""
    parts = [root.name]
    folder = root.parent
    while (folder / "__init__.py").is_file() and folder != folder.parent:
        parts.insert(0, folder.name)
        folder = folder.parent
    inside = {path.partition("/")[0].removesuffix(".py") for path in data} - set(sys.stdlib_module_names)
    votes: Counter[str] = Counter()
    for path in sorted(data)[:_VOTERS]:
        votes.update(name.decode() for name in _IMPORT.findall(data[path]))
    below = sum(votes[name] for name in inside - {parts[0]})
    return "" if below > votes[parts[0]] else ".".join(parts)


def namespace_folders(
    data: Mapping[str, bytes], packages: Collection[str], roots: Iterable[str]
) -> frozenset[str]:
    """The outermost folders without an `__init__` that are part of import names: namespace packages (PEP 420).

    `poetry` is one in `src/poetry/core` where files import `poetry.core`, and do so oftener than `core`.
    """
    roots = tuple(roots)
    outermost = {folder: start for folder in sorted(packages) if (start := _space(folder, packages, roots))}
    if not outermost:
        return frozenset()
    named: Counter[bytes] = Counter()
    for path in sorted(data)[:_VOTERS]:
        named.update(_DOTTED.findall(data[path]))
    found = set()
    for folder, start in outermost.items():
        nearest = next(root for root in roots if not root or folder.startswith(f"{root}/"))
        dotted = folder[len(nearest) + bool(nearest) :].replace("/", ".").encode()
        bare = dotted.rpartition(b".")[2]
        if _times(dotted, named) > _times(bare, named):
            found.add(start)
    return frozenset(found)


def _space(folder: str, packages: Collection[str], roots: Sequence[str]) -> str:
    """The folder right below the nearest root, if it is no package and an outermost package lies deeper in it."""
    nearest = next(root for root in roots if not root or folder.startswith(f"{root}/"))
    above = [each for each in _ancestors(f"{folder}/") if len(each) > len(nearest) and each != folder]
    inside = above and not any(each in packages or each in roots for each in above)
    names = folder[len(nearest) + bool(nearest) :].split("/")
    return above[0] if inside and all(name.isidentifier() for name in names) else ""


def _times(dotted: bytes, named: Mapping[bytes, int]) -> int:
    return sum(count for name, count in named.items() if name == dotted or name.startswith(dotted + b"."))


def module_name(path: str, packages: Collection[str], roots: Iterable[str], outer: str) -> str:
    """The dotted import name of a file.

    Args:
        path: the file, relative to the root.
        packages: the folders that hold an `__init__`, and those of namespace packages.
        roots: import roots, deepest first.
        outer: the package that the root itself is, or empty.
    """
    start = _start(path, packages, roots, outer)
    relative = path[len(start) + 1 :] if start else path
    parts = [*PurePosixPath(relative).parent.parts, PurePosixPath(relative).stem]
    if parts[-1] == "__init__":
        parts.pop()
    # A stray `__init__.py` in a root that is no package has no import name; it keeps the file's.
    return ".".join(([outer] if outer and not start else []) + parts) or "__init__"


def top_folders(path: str, packages: Collection[str]) -> tuple[str, ...]:
    """The names of the folders on the way to a file, down to where its package starts, that one included."""
    names: list[str] = []
    for folder in _ancestors(path):
        if folder:
            names.append(folder.rpartition("/")[2])
            if folder in packages:
                break
    return tuple(names)


def read_configuration(data: bytes | None) -> dict[str, Any]:
    """A project file's tables; none when it is missing or broken, which is not this room's concern."""
    try:
        return tomllib.loads((data or b"").decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError):
        return {}


def _start(path: str, packages: Collection[str], roots: Iterable[str], outer: str) -> str:
    """The folder that the dotted name is relative to."""
    nearest = next(folder for folder in roots if not folder or path.startswith(f"{folder}/"))
    if outer and not nearest:
        return ""
    for folder in _ancestors(path):
        if folder in packages and len(folder) > len(nearest):
            return folder.rpartition("/")[0]
    return nearest


def _ancestors(path: str) -> list[str]:
    """The folders above a path, outermost (`""`) first."""
    parts = path.split("/")[:-1]
    return ["/".join(parts[:end]) for end in range(len(parts) + 1)]


def _configured(configuration: Mapping[str, Any]) -> Iterable[str]:
    """Import roots that setuptools, Poetry, Hatch, PDM or Flit settings name."""
    tool = configuration.get("tool", {})
    found = [
        *_strings(_dig(tool, "setuptools", "package-dir")),
        *_strings(_dig(tool, "setuptools", "packages", "find", "where")),
        *_strings(_dig(tool, "pdm", "build", "package-dir")),
    ]
    packages = _dig(tool, "poetry", "packages")
    for entry in packages if isinstance(packages, list) else []:
        found.extend(_strings(_dig(entry, "from")))
    wheel = _strings(_dig(tool, "hatch", "build", "targets", "wheel", "packages"))
    found.extend(package.strip("/").rpartition("/")[0] for package in wheel)
    cleaned = (PurePosixPath(name).as_posix().strip("/") for name in found)
    return [name for name in cleaned if name not in ("", ".")]


def _dig(value: Any, *keys: str) -> Any:
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _strings(value: Any) -> list[str]:
    if isinstance(value, dict):
        value = [value[""]] if "" in value else []
    values = value if isinstance(value, list) else [value]
    return [item for item in values if isinstance(item, str)]


def _join(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name
