"""Functions that torch.compile leaves to Python, since a tap in them asked to be told of each call.

As with `torch.compiler.disable`: the graph breaks at their calls, and what they call is not compiled either. Where
the program demands one graph (`fullgraph=True`, `torch.export`) nothing is changed.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from types import CodeType, ModuleType
from typing import Any

from .guard import Guard
from .plan import qualname_of
from .recorder import Recorder

_REASON = "callchain: a tap asked for each call"


class Uncompiled:
    """Keeps torch's compiler from tapped functions.

    Args:
        recorder: knows the taps and the files of the namespace.
        guard: takes in what goes wrong.
    """

    def __init__(self, recorder: Recorder, guard: Guard) -> None:
        self._recorder = recorder
        self._guard = guard
        self._breakable: list[bool] = []  # of the compilations under way; the compiler lets one thread in
        self._undo: list[tuple[Any, str, Any, Any]] = []

    def hooks(self) -> dict[str, Callable[[ModuleType], None]]:
        """The compiler's two questions: whether to compile a frame, and whether to take a call in."""
        return {"torch._dynamo.convert_frame": self._on_frames, "torch._dynamo.trace_rules": self._on_calls}

    def undo(self) -> None:
        """Put back what was wrapped, unless somebody else has replaced it since."""
        for owner, name, wrapper, original in self._undo:
            if vars(owner).get(name) is wrapper:
                setattr(owner, name, original)
        self._undo.clear()

    def _on_frames(self, module: ModuleType) -> None:
        original = vars(module).get("_compile")
        signature = inspect.signature(original) if original is not None else None
        if original is None or signature is None or "one_graph" not in signature.parameters:
            self._recorder.segment.write(
                ["note", "this torch has no place where its compiler can be kept from tapped functions"]
            )
            return
        self._wrap(module, "_compile", self._frames(module, original, signature))

    def _on_calls(self, module: ModuleType) -> None:
        original = vars(module).get("check_verbose")
        if original is not None:
            self._wrap(module, "check_verbose", self._calls(module, original))

    def _wrap(self, owner: ModuleType, name: str, wrapper: Any) -> None:
        self._undo.append((owner, name, wrapper, vars(owner)[name]))
        setattr(owner, name, wrapper)

    def _frames(self, module: Any, original: Any, signature: inspect.Signature) -> Any:
        @functools.wraps(original)
        def wrapper(code: CodeType, *arguments: Any, **options: Any) -> Any:
            given = signature.bind_partial(code, *arguments, **options).arguments
            breakable = not given.get("one_graph", True) and not module._get_error_on_graph_break()
            if breakable and self._is_wanted(code):
                action = module.FrameAction.SKIP
                strategy = module.FrameExecStrategy(action, action)
                return module.ConvertFrameReturn(frame_exec_strategy=strategy, skip_reason=_REASON)
            self._breakable.append(breakable)
            try:
                return original(code, *arguments, **options)
            finally:
                self._breakable.pop()

        return wrapper

    def _calls(self, module: Any, original: Any) -> Any:
        @functools.wraps(original)
        def wrapper(what: Any, is_inlined_call: bool = False, *arguments: Any, **options: Any) -> Any:
            if is_inlined_call and self._breakable and self._breakable[-1] and self._is_call_wanted(what):
                return module.SkipResult(True, _REASON)
            return original(what, is_inlined_call, *arguments, **options)

        return wrapper

    def _is_call_wanted(self, function: Any) -> bool:
        try:
            return self._is_wanted(function.get_code())
        except Exception:  # a kind of function that has no code of its own
            return False

    def _is_wanted(self, code: Any) -> bool:
        try:
            path = self._recorder.namespace.path_of(code.co_filename)
            return bool(path) and (path, qualname_of(code)) in self._recorder.taps.compiled
        except Exception as error:
            self._guard.failed(error)
            return False
