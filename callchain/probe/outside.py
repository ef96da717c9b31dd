"""The outside packages that a call came through."""

from __future__ import annotations

import os
from types import FrameType

from .plan import GENERATED, Namespace

_HERE = os.path.dirname(os.path.abspath(__file__)) + os.sep


def package_into(packages: list[str], frame: FrameType, namespace: Namespace) -> None:
    """Add the top-level package of an outside frame, unless it is the import system or the probe itself."""
    filename = frame.f_code.co_filename
    if filename.startswith(("<frozen importlib", _HERE)):
        return
    module = frame.f_globals.get("__name__")
    module = module if type(module) is str else ""
    origin = frame.f_globals.get("__file__")
    if type(origin) is str and filename.startswith("<") and namespace.path_of(origin):
        return  # code that was made by `exec` for a class of the namespace (a dataclass's `__init__`)
    name = "tensorflow" if GENERATED in filename else module.partition(".")[0]
    if name and name not in packages:
        packages.append(name)


def outermost_first(packages: list[str]) -> tuple[str, ...]:
    """The packages met on the way out, turned around."""
    return tuple(packages[::-1])
