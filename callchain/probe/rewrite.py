"""The `rewrite` engine: probes are put into the code of the namespace, in memory; nothing else is touched.

Modules get theirs when their loader hands out their code, the program's main file when the interpreter is about
to run it, functions that exist already by a new `__code__`. The rest of the program runs at full speed. A line of
which nothing more is asked than whether it ran has its probe skipped once it did.
"""

from __future__ import annotations

import builtins
import functools
import gc
import importlib.machinery
import sys
from collections.abc import Callable
from types import CodeType, FunctionType
from typing import Any

from .aside import Sites
from .assembler import SUPPORTED
from .engine import Unusable
from .guard import Guard
from .instrument import Wanted, instrument
from .main_file import MainFile
from .originals import Originals
from .patch import Patch
from .plan import FOLDED, GENERATED, Plan
from .probes import Probes
from .recorder import Recorder
from .shelter import unseen

# The interpreter cuts frames of this file out of tracebacks of imports; the wrapper's frame shall go with them.
_FILENAME = "<frozen importlib._bootstrap_external>"
_WRAPPER = """
def get_code(self, fullname):
    return rewritten(original(self, fullname))
"""
_MODULE = "<module>"


class Rewriter:
    """The engine.

    Args:
        recorder: gets the events.
        guard: takes what goes wrong.

    Raises:
        Unusable: this interpreter's code is of an unknown form.
    """

    def __init__(self, recorder: Recorder, guard: Guard) -> None:
        if not SUPPORTED or sys.implementation.name != "cpython":
            raise Unusable("the code of this interpreter is not of a form that can be rewritten")
        recorder.plain = True
        self._recorder = recorder
        self._namespace = recorder.namespace
        self._guard = guard
        self._probes = Probes(recorder, guard, self._skip)
        self._patch = Patch()
        self._made: dict[int, CodeType] = {}
        """Identity of an original, kept by `originals` → the code in its place."""
        self._sites: dict[int, Sites] = {}
        self.originals = Originals()
        self._paths: set[str] = set()
        """Files whose modules were rewritten before they ran."""
        self._rewritten = unseen(recorder.core, self.rewritten)
        self._main = MainFile(self._rewritten, recorder.core)
        self._undo: list[Callable[[], None]] = []

    # ---- the engine's protocol ----------------------------------------------------------------------------------

    def install(self) -> None:
        """Rewrite what is loaded, and what will be."""
        for loader in (importlib.machinery.SourceFileLoader, importlib.machinery.SourcelessFileLoader):
            self._wrap_loader(loader)
        if any(self._path_of_module(module) for module in list(sys.modules.values())):
            self.sweep()
        self._main.wait()
        if self._recorder.core is not None:
            self._wrap_runners(self._recorder.core)

    def remove(self) -> None:
        """Give every function its own code back."""
        self._main.forget()
        while self._undo:
            self._undo.pop()()
        for function in _functions() if self._made else ():
            original = self.originals.of(function.__code__)
            if original is not function.__code__:
                function.__code__ = original

    def pause(self) -> bool:
        """Nothing is to be paused: outside code costs nothing, and a thread's own state says that it is paused."""
        return False

    def go_on(self) -> None:
        """The end of a pause."""

    def heartbeat(self) -> None:
        """Nobody can take the engine's place."""

    # ---- what is rewritten --------------------------------------------------------------------------------------

    def rewritten(self, code: Any) -> Any:
        """A code object of the namespace with probes, any other thing as it is."""
        if type(code) is not CodeType:
            return code
        try:
            return self._rewrite(code)
        except Exception as error:
            self._guard.failed(error)
            return code

    def loaded(self, name: str) -> None:
        """A module of the namespace was imported; if a loader of its own ran it, its functions are new."""
        path = self._path_of_module(sys.modules.get(name))
        if path and path not in self._paths:
            self._paths.add(path)
            self.sweep()

    def sweep(self) -> None:
        """Give all functions of the namespace that exist the code with probes."""
        for function in _functions():
            code = function.__code__
            if not self.originals.has(code) and self._namespace.path_of(code.co_filename):
                function.__code__ = self.rewritten(code)

    def _rewrite(self, code: CodeType) -> CodeType:
        known = self._made.get(id(code))
        if known is not None:
            return known
        if self.originals.has(code):
            return code
        if GENERATED in code.co_filename:
            return self._finish(code, *instrument(code, self._probes.of_generated(), self._rewrite))
        plan = self._namespace.plan(code)
        if plan is None:
            return code
        if code.co_name == _MODULE:
            self._paths.add(plan.path)
        self._probes.bind(plan)
        new, sites = instrument(code, self._wanted(plan), self._rewrite)
        plan.code = new
        if plan.core is not None:
            self._recorder.core.arm(new, plan.core)
        self._namespace.adopt(new, plan)
        return self._finish(code, new, sites)

    def _finish(self, code: CodeType, new: CodeType, sites: Sites) -> CodeType:
        self._made[id(code)] = new
        self._sites[id(new)] = sites
        self.originals.remember(new, code)
        return new

    def _wanted(self, plan: Plan) -> Wanted:
        if plan.kind == FOLDED and self._recorder.watch is None:
            return Wanted(line=self._probes.line_of(plan))
        return self._probes.of(plan)

    def _skip(self, plan: Plan, line: int) -> None:
        for change in self._sites[id(plan.code)].pop(line, ()):
            self._patch.put(plan.code, change)

    # ---- where it comes in --------------------------------------------------------------------------------------

    def _wrap_loader(self, loader: type) -> None:
        owner: Any = next(cls for cls in loader.__mro__ if "get_code" in vars(cls))
        original = vars(owner)["get_code"]
        names: dict[str, Any] = {"original": original, "rewritten": self._rewritten}
        exec(compile(_WRAPPER, _FILENAME, "exec"), names)  # noqa: S102 # a constant; exec gives it its file name
        owner.get_code = functools.wraps(original)(names["get_code"])
        self._undo.append(functools.partial(setattr, owner, "get_code", original))

    def _wrap_runners(self, core: Any) -> None:
        """Code that no loader hands out is run by `exec` and `eval`."""
        names, originals = ("exec", "eval"), (builtins.exec, builtins.eval)
        for name, original, ours in zip(names, originals, core.runners(*originals, self._rewritten), strict=True):
            if ours is not None:
                setattr(builtins, name, ours)
                self._undo.append(functools.partial(_put_back, name, ours, original))

    def _path_of_module(self, module: Any) -> str:
        filename = getattr(module, "__dict__", {}).get("__file__") if module is not None else None
        return self._namespace.path_of(filename) if type(filename) is str else ""

    def hooks(self) -> dict[str, Callable[[Any], None]]:
        """Module name → what to do in it once it is loaded."""
        return {"runpy": self._runpy, **self.originals.hooks()}

    def _runpy(self, module: Any) -> None:
        """The main file of a spawned process is compiled by `runpy` and by no loader."""
        original = getattr(module, "_get_code_from_file", None)
        if original is None:
            return

        @functools.wraps(original)
        def get_code(*arguments: Any) -> Any:
            found = original(*arguments)
            return (self._rewritten(found[0]), *found[1:]) if type(found) is tuple else self._rewritten(found)

        module._get_code_from_file = get_code
        self._undo.append(functools.partial(setattr, module, "_get_code_from_file", original))


def _put_back(name: str, ours: Any, original: Any) -> None:
    if getattr(builtins, name) is ours:  # else the program has replaced it since
        setattr(builtins, name, original)


def _functions() -> list[FunctionType]:
    return [each for each in gc.get_objects() if type(each) is FunctionType]


def build(recorder: Recorder, guard: Guard) -> Rewriter:
    """The engine; Unusable where it cannot be."""
    return Rewriter(recorder, guard)
