"""The outside packages that a call came through."""

from __future__ import annotations

import os
from types import CodeType, FrameType

from .plan import GENERATED, Namespace

_HERE = os.path.dirname(os.path.abspath(__file__)) + os.sep

_known: dict[int, tuple[CodeType, str]] = {}
"""Identity of a code object that came from a file → itself and its package; code made at run time is let go."""


def package_into(packages: list[str], frame: FrameType, namespace: Namespace) -> None:
    """Add the top-level package of an outside frame, unless it is the import system or the probe itself."""
    code = frame.f_code
    known = _known.get(id(code))
    if known is None or known[0] is not code:
        known = (code, _package(frame, namespace))
        if not code.co_filename.startswith("<"):
            _known[id(code)] = known
    name = known[1]
    if name and name not in packages:
        packages.append(name)


def _package(frame: FrameType, namespace: Namespace) -> str:
    filename = frame.f_code.co_filename
    if filename.startswith(("<frozen importlib", _HERE)):
        return ""
    module = frame.f_globals.get("__name__")
    module = module if type(module) is str else ""
    origin = frame.f_globals.get("__file__")
    if type(origin) is str and filename.startswith("<") and namespace.path_of(origin):
        return ""  # code that was made by `exec` for a class of the namespace (a dataclass's `__init__`)
    return "tensorflow" if GENERATED in filename else module.partition(".")[0]


def outermost_first(packages: list[str]) -> tuple[str, ...]:
    """The packages met on the way out, turned around."""
    return tuple(packages[::-1])
