"""Reads of environment variables by the namespace's own lines.

Nothing is told of a variable that outside code asks for, nor of copies of the whole environment: those say
nothing of the program and differ from machine to machine.
"""

from __future__ import annotations

import functools
import os
import sys
from types import FrameType
from typing import Any

from .effects import Effects
from .guard import Guard

_LIBRARY = (os.__file__, "<frozen os>", "<frozen _collections_abc>")
_WHOLE = {"__iter__", "copy", "items", "values", "keys"}


class EnvironReads:
    """Wraps how `os.environ` looks up a variable."""

    def __init__(self, effects: Effects, guard: Guard) -> None:
        self._effects = effects
        self._guard = guard
        self._class: Any = type(os.environ)
        self._originals: dict[str, Any] = {}
        self._listing = (0, 0)

    def install(self) -> None:
        """Listen from here on."""
        for name, told in (("__getitem__", self._read), ("__iter__", self._listed)):
            original = self._class.__dict__.get(name)
            if original is not None:
                self._originals[name] = original
                setattr(self._class, name, _telling(original, told))

    def undo(self) -> None:
        """Put the methods back."""
        for name, original in self._originals.items():
            setattr(self._class, name, original)
        self._originals.clear()

    def _read(self, arguments: tuple[Any, ...]) -> None:
        state = self._effects.recorder.state()
        frame = _caller(sys._getframe(2))
        if state.busy or frame is None or type(arguments[-1]) is not str:
            return
        if self._effects.recorder.namespace.plan(frame.f_code) is None or self._listing == _moment(frame):
            return
        state.busy = True
        try:
            self._effects.add("env", "read", arguments[-1], "os.environ", frame)
        except Exception as error:
            self._guard.failed(error)
        finally:
            state.busy = False

    def _listed(self, _: tuple[Any, ...]) -> None:
        frame: FrameType | None = sys._getframe(2)
        while frame is not None and _is_library(frame):
            frame = frame.f_back
        if frame is not None:
            self._listing = _moment(frame)


def _telling(original: Any, told: Any) -> Any:
    @functools.wraps(original)
    def wrapper(*arguments: Any) -> Any:
        told(arguments)
        return original(*arguments)

    return wrapper


def _caller(frame: FrameType | None) -> FrameType | None:
    """The frame that asked for the variable, past the library's own; None where it asked for all of them."""
    while frame is not None and _is_library(frame):
        if frame.f_code.co_name in _WHOLE:
            return None
        frame = frame.f_back
    return frame


def _is_library(frame: FrameType) -> bool:
    filename = frame.f_code.co_filename
    return filename in _LIBRARY or filename.endswith("_collections_abc.py")


def _moment(frame: FrameType) -> tuple[int, int]:
    return id(frame), frame.f_lasti
