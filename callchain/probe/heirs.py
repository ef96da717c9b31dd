"""Children that get an environment of their own making still record themselves.

A program that starts another with an explicit environment leaves out the two variables by which a process finds
the probe; they are put in where the system is asked for the new process. The program's own dict is not touched.
"""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

from .guard import Guard

ORDER, PATH = "CALLCHAIN_PROBE", "PYTHONPATH"
_SHIM = os.path.join(os.path.dirname(os.path.abspath(__file__)), "shim")
_ENVIRONMENT_AT = 5  # of the arguments of `fork_exec`, in every version from 3.11 on
_CALLS = {"execve": 2, "posix_spawn": 2, "posix_spawnp": 2}
_NONE_INHERITS = sys.version_info >= (3, 13)  # `posix_spawn` takes None for the environment of this process


class Heirs:
    """What is wrapped so that children inherit the order."""

    def __init__(self, order_file: str, guard: Guard) -> None:
        self._order = order_file
        self._guard = guard
        self._undo: list[tuple[Any, str, Any, Any]] = []

    def hooks(self) -> dict[str, Callable[[ModuleType], None]]:
        """Module name → what to wrap in it once it is loaded."""
        return {"subprocess": lambda module: self._wrap(module, "_fork_exec", _ENVIRONMENT_AT, self._listed)}

    def install(self) -> None:
        """Wrap the calls of `os`."""
        for name, at in _CALLS.items():
            inherits = _NONE_INHERITS and name != "execve"
            self._wrap(os, name, at, self._inherited if inherits else self.complete)

    def undo(self) -> None:
        """Put every original back, unless somebody else has replaced it since."""
        for owner, name, wrapper, original in self._undo:
            if getattr(owner, name, None) is wrapper:
                setattr(owner, name, original)
        self._undo.clear()

    def _wrap(self, owner: Any, name: str, at: int, complete: Callable[[Any], Any]) -> None:
        original = getattr(owner, name, None)
        if original is None:
            return
        guard = self._guard

        @functools.wraps(original)
        def wrapper(*arguments: Any, **options: Any) -> Any:
            try:
                if len(arguments) > at:
                    arguments = (*arguments[:at], complete(arguments[at]), *arguments[at + 1 :])
                elif "env" in options:
                    options["env"] = complete(options["env"])
            except Exception as error:
                guard.failed(error)
            return original(*arguments, **options)

        setattr(owner, name, wrapper)
        self._undo.append((owner, name, wrapper, original))

    def _inherited(self, environment: Any) -> Any:
        if environment is None:
            return None if ORDER in os.environ else self.complete(os.environ)
        return self.complete(environment)

    def complete(self, environment: Any) -> Any:
        """A copy of the mapping with the two variables; anything else as it is."""
        if environment is os.environ and environment.get(ORDER):
            return environment
        if not isinstance(environment, Mapping):
            return environment
        is_bytes = any(type(name) is bytes for name in environment)
        order, path = (os.fsencode(ORDER), os.fsencode(PATH)) if is_bytes else (ORDER, PATH)
        if order in environment:
            return environment
        copied: dict[Any, Any] = dict(environment)
        copied[order] = os.fsencode(self._order) if is_bytes else self._order
        copied[path] = _first(copied.get(path), is_bytes)
        return copied

    def _listed(self, environment: Any) -> Any:
        """The same for a list of `name=value` in bytes; None stands for the environment of this process."""
        if environment is None:
            if ORDER in os.environ:
                return None
            environment = [os.fsencode(f"{name}={value}") for name, value in os.environ.items()]
        if type(environment) is not list:
            return environment
        pairs = dict(entry.partition(b"=")[::2] for entry in environment)
        return [b"=".join(pair) for pair in self.complete(pairs or {b"_": b""}).items()]


def _first(path: Any, is_bytes: bool) -> Any:
    """The shim's folder before whatever else the search path holds."""
    rest = os.fsdecode(path) if path else ""
    whole = f"{_SHIM}{os.pathsep}{rest}" if rest else _SHIM
    return os.fsencode(whole) if is_bytes else whole
