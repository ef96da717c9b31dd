"""Three rooms share their names with functions of the library; here each of the two keeps what is its own.

`callchain.ask`, `callchain.trace` and `callchain.review` are packages, found by the imports of their modules. Once
one of them is bound to `callchain`, it is made callable: calling it calls the library's function of the same name,
which is imported only then.
"""

from __future__ import annotations

import importlib
from types import ModuleType
from typing import Any

_WHERE = {
    "ask": ("callchain.library.asking", "ask"),
    "review": ("callchain.library.reviewing", "review"),
    "trace": ("callchain.library.tracing", "trace"),
}
LAZY = {
    "CallchainError": ("callchain.model.errors", "CallchainError"),
    "Package": ("callchain.library.package", "Package"),
    "Tap": ("callchain.library.package", "Tap"),
}


class CallableRoom(ModuleType):
    """A package that is also the library's function of its name."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the library's function."""
        return behind(self.__name__.rpartition(".")[2])(*args, **kwargs)

    @property
    def __wrapped__(self) -> Any:
        # `help` and `inspect.signature` follow it to the function.
        return behind(self.__name__.rpartition(".")[2])


class Doors(ModuleType):
    """The top package."""

    def __setattr__(self, name: str, value: object) -> None:
        """Bind a name; a room that shares its name with a function becomes callable."""
        if name in _WHERE and type(value) is ModuleType:
            value.__class__ = CallableRoom
        super().__setattr__(name, value)

    def __getattr__(self, name: str) -> Any:
        """What is imported only when it is asked for."""
        if name in _WHERE:
            return importlib.import_module(f"callchain.{name}")
        if name in LAZY:
            module, inner = LAZY[name]
            return getattr(importlib.import_module(module), inner)
        raise AttributeError(f"module 'callchain' has no attribute {name!r}")

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *_WHERE, *LAZY})


def behind(name: str) -> Any:
    """The library's function behind a room's name."""
    module, inner = _WHERE[name]
    return getattr(importlib.import_module(module), inner)
