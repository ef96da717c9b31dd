"""The seam at the import system: outside modules import untraced, and hooks run when a module is ready.

`importlib._bootstrap._find_and_load` runs once for each module that is not loaded yet, whoever asks. While
one from outside the namespace loads, tracing pauses in that thread; a namespace module inside it is traced again.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any, Protocol

from .guard import Guard
from .recorder import Recorder
from .shelter import unseen

_BOOTSTRAP = "_frozen_importlib"
# The interpreter cuts frames of this file out of tracebacks; the wrapper's frame shall go with them.
_FILENAME = "<frozen importlib._bootstrap>"
_WRAPPER = """
def _find_and_load(name, import_):
    done = before(name)
    try:
        return original(name, import_)
    finally:
        done()
"""


class Pausable(Protocol):
    """An engine that can leave the current thread alone for a while."""

    def pause(self) -> bool:
        """Stop; whether it was on."""
        ...

    def go_on(self) -> None:
        """Start again."""
        ...


class ImportSeam:
    """Wraps the import of modules.

    Args:
        recorder: tells which modules are of the namespace.
        engine: what pauses.
        hooks: module name → what to do once it is loaded.
        loaded: gets the name of each module of the namespace once it is loaded.
    """

    def __init__(
        self,
        recorder: Recorder,
        engine: Pausable | None,
        hooks: dict[str, Callable[[ModuleType], None]],
        guard: Guard,
        loaded: Callable[[str], None] | None = None,
    ) -> None:
        self._recorder = recorder
        self._engine = engine
        self._hooks = hooks
        self._loaded = loaded
        self._guard = guard
        self._modules = recorder.namespace.modules
        self._original: Any = None
        self._bootstrap: Any = None

    def install(self) -> None:
        """Put the seam in, and run the hooks of what is loaded already."""
        bootstrap = self._bootstrap = sys.modules[_BOOTSTRAP]
        self._original = bootstrap._find_and_load
        core = self._recorder.core
        before = self._before if core is None else unseen(core, self._deepened)
        names: dict[str, Any] = {"before": before, "original": self._original}
        exec(compile(_WRAPPER, _FILENAME, "exec"), names)  # noqa: S102 # a constant; exec gives it its file name
        bootstrap._find_and_load = names["_find_and_load"]  # type: ignore[attr-defined] # see above
        for name in [name for name in self._hooks if name in sys.modules]:
            self._ready(name)

    def remove(self) -> None:
        """Take the seam out."""
        if self._original is not None:
            self._bootstrap._find_and_load = self._original

    def _deepened(self, name: Any) -> Callable[[], None]:
        """The wrapper takes a frame of the stack, which the program gets on top."""
        core, done = self._recorder.core, self._before(name)
        core.deepen(1)

        def undone() -> None:
            core.deepen(-1)
            done()

        return unseen(core, undone)

    def _before(self, name: Any) -> Callable[[], None]:
        state = self._recorder.state()
        if name in self._modules:
            return self._telling(name, self._enter_namespace(state))
        engine = self._engine
        paused = engine is not None and engine.pause()
        state.paused += 1
        self._recorder.pausing.add(state)

        def done() -> None:
            state.paused -= 1
            if not state.paused:
                self._recorder.pausing.discard(state)
            if name in self._hooks:
                self._ready(name)
            if paused and engine is not None:
                engine.go_on()

        return done

    def _telling(self, name: str, done: Callable[[], None]) -> Callable[[], None]:
        loaded = self._loaded
        if loaded is None:
            return done

        def told() -> None:
            done()
            loaded(name)

        return told

    def _enter_namespace(self, state: Any) -> Callable[[], None]:
        engine, depth = self._engine, state.paused
        if not depth or engine is None:
            return _nothing
        state.paused = 0
        self._recorder.pausing.discard(state)
        engine.go_on()

        def done() -> None:
            state.paused = depth
            self._recorder.pausing.add(state)
            engine.pause()

        return done

    def _ready(self, name: str) -> None:
        module = sys.modules.get(name)
        hook = self._hooks.pop(name, None)
        if module is None or hook is None:
            return
        try:
            hook(module)
        except Exception as error:
            self._guard.failed(error)


def _nothing() -> None:
    return None
