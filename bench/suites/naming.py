"""The names that the suites give to functions, classes and builtins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from callchain.model.symbol import MODULE, split

_PYCG_TYPES = {"str": "<**PyStr**>", "dict": "<**PyDict**>", "list": "<**PyList**>"}
_JARVIS_TYPES = {"str": "<str>", "dict": "<map>", "list": "<list>"}


@dataclass(frozen=True)
class Convention:
    """How a suite writes what it expects."""

    types: Mapping[str, str]
    """Builtin type → how its methods' owner is written."""
    class_bodies: bool
    """Whether a class body is a caller of its own; else the scope that holds the class calls."""
    builtin_decorators: bool
    """Whether `@staticmethod` is a call of `staticmethod`."""
    every_class: bool = False
    """Whether a call of a class is an edge to its own `__init__`, even where it inherits one or has none."""


PYCG = Convention(_PYCG_TYPES, class_bodies=False, builtin_decorators=False)
JARVIS = Convention(_JARVIS_TYPES, class_bodies=True, builtin_decorators=True)
CONVENTIONS = {"pycg": PYCG, "jarvis": JARVIS}


def dotted(symbol: str, modules: Mapping[str, str]) -> str:
    """A symbol of the root as a dotted name; a module body has the module's name."""
    path, qualname = split(symbol)
    return modules[path] if qualname == MODULE else f"{modules[path]}.{qualname}"


def outside(name: str, convention: Convention) -> str:
    """A dotted name outside the root as the suite writes it: `builtins.len` is `<builtin>.len`."""
    if not name.startswith("builtins."):
        return name
    rest = name.removeprefix("builtins.")
    kind, dot, method = rest.partition(".")
    if not dot:
        return f"<builtin>.{rest}"
    return f"{convention.types.get(kind, f'<builtin>.{kind}')}.{method}"
