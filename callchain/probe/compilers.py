"""Functions of the namespace that a compiler took over: what runs then is its copy, and no tap is in it.

torch.compile reads a function's byte code and runs a graph; that it did so is seen where it starts to read one.
(AutoGraph writes a copy as a file; see `autograph`.)
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from types import CodeType, ModuleType
from typing import Any

from .guard import Guard
from .plan import qualname_of
from .recorder import Recorder

_READER = "InstructionTranslatorBase"


class Compilers:
    """Listens to compilers in this process."""

    def __init__(self, recorder: Recorder, guard: Guard) -> None:
        self._recorder = recorder
        self._guard = guard
        self._uncompiled: Any = None
        self._undo: list[tuple[Any, Any, Any]] = []

    def hooks(self) -> dict[str, Callable[[ModuleType], None]]:
        """Module name → what to wrap in it once it is loaded."""
        hooks: dict[str, Callable[[ModuleType], None]] = {"torch._dynamo.symbolic_convert": self._dynamo}
        if self._recorder.taps is not None and self._recorder.taps.compiled:
            from .uncompiled import Uncompiled

            self._uncompiled = Uncompiled(self._recorder, self._guard)
            hooks.update(self._uncompiled.hooks())
        return hooks

    def undo(self) -> None:
        """Put back what was wrapped, unless somebody else has replaced it since."""
        for owner, wrapper, original in self._undo:
            if owner.__init__ is wrapper:
                owner.__init__ = original
        self._undo.clear()
        if self._uncompiled is not None:
            self._uncompiled.undo()

    def _dynamo(self, module: ModuleType) -> None:
        reader = vars(module).get(_READER)
        if not isinstance(reader, type):
            self._recorder.segment.write(
                [
                    "note",
                    "this torch has no place where its compiler can be watched; taps in compiled code are silent",
                ]
            )
            return
        original: Any = vars(reader)["__init__"]

        @functools.wraps(original)
        def wrapper(*arguments: Any, **options: Any) -> None:
            self._seen(options.get("f_code"), arguments)
            original(*arguments, **options)

        reader.__init__ = wrapper  # type: ignore[misc] # this is what wrapping a constructor takes
        self._undo.append((reader, wrapper, original))

    def _seen(self, code: Any, arguments: tuple[Any, ...]) -> None:
        try:
            code = code if type(code) is CodeType else next((a for a in arguments if type(a) is CodeType), None)
            path = self._recorder.namespace.path_of(code.co_filename) if code is not None else ""
            if path and code is not None:
                self._recorder.compiled(path, qualname_of(code), "torch.compile")
        except Exception as error:
            self._guard.failed(error)
