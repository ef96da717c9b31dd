"""What a file is to the code base: Python or document; subject, script, test or stub."""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path

from callchain.source.modules import top_folders
from callchain.source.notebooks import SUFFIX
from callchain.source.reading import UnreadableError, read_bytes

_DOCUMENTS = (".md", ".markdown", ".rst", ".txt")
_SCRIPT_FOLDERS = frozenset({"bin", "examples", "example", "scripts", "script", "tools"})
_MAIN_GUARD = re.compile(rb"""^if\s+\(?__name__\s*==\s*["']__main__["']""", re.MULTILINE)
_SHEBANG = re.compile(rb"^#![^\n]*\bpython")
_TEST_NAME = re.compile(r"^(test_.*|.*_test|conftest)\.py$")


def is_python(root: Path, path: str) -> bool:
    """Whether a file is Python by its name, or, without a suffix, by its first line."""
    name = path.rpartition("/")[2]
    if "." in name:
        return name.endswith((".py", ".pyi", ".pyw", SUFFIX))
    try:
        return bool(_SHEBANG.match(read_bytes(root, path)))
    except UnreadableError:
        return False


def is_document(path: str) -> bool:
    """Whether a file is prose by its name."""
    return path.lower().endswith(_DOCUMENTS)


def kind_of(path: str, data: bytes, packages: Collection[str], outer: str) -> str:
    """`stub`, `test`, `script` or `subject`.

    Args:
        path: the file, relative to the root.
        data: its bytes.
        packages: the folders that hold an `__init__`.
        outer: the package that the root itself is, or empty.
    """
    name = path.rpartition("/")[2]
    folders = path.split("/")[:-1]
    outermost = () if outer else top_folders(path, packages)
    if name.endswith(".pyi"):
        return "stub"
    if "tests" in folders or "test" in outermost or _TEST_NAME.match(name):
        return "test"
    in_package = bool(outer) or any("/".join(folders[:end]) in packages for end in range(1, len(folders) + 1))
    if not _SCRIPT_FOLDERS.isdisjoint(outermost) or name.endswith(SUFFIX):
        return "script"
    if not in_package and (path == "setup.py" or "." not in name or _MAIN_GUARD.search(data)):
        return "script"
    return "subject"
