"""The Pythons that programs are traced with, and the engines that work in each."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

EACH_IN_TURN = "CALLCHAIN_EACH_PYTHON_IN_TURN"
"""Set where the tests are run once with each Python, as CI does: none need start the others."""


class Interpreter(NamedTuple):
    """A Python that programs are run with, and the engines that work in it, the best first."""

    version: str
    path: str
    engines: tuple[str, ...]


def interpreters() -> list[Interpreter]:
    """The one that runs the tests, and 3.12 and 3.13 where they are found, unless each has its turn."""
    found = {f"{sys.version_info[0]}.{sys.version_info[1]}": sys.executable}
    for version in () if os.environ.get(EACH_IN_TURN) else ("3.12", "3.13"):
        for candidate in _candidates(version):
            if version not in found and _answers(candidate, "import sys"):
                found[version] = candidate
    return [_interpreter(version, path) for version, path in sorted(found.items())]


def _candidates(version: str) -> list[str]:
    name = f"python{version}"
    kept = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    on_path = shutil.which(name)
    return [*([on_path] if on_path else []), *(str(each) for each in sorted(kept.glob(f"{version}.*/bin/{name}")))]


def _interpreter(version: str, path: str) -> Interpreter:
    engines = ["settrace"]
    if path == sys.executable or _answers(path, "import hunter"):
        engines.insert(0, "hunter")
    engines.insert(0, "rewrite")
    if _answers(path, "import sys; sys.monitoring"):
        engines.insert(0, "monitoring")
    return Interpreter(version, path, tuple(engines))


def _answers(path: str, code: str) -> bool:
    return subprocess.run([path, "-c", code], capture_output=True, check=False).returncode == 0
