"""Run a small program under a profiler and say which of its own functions called which, from which line."""

from __future__ import annotations

import sys
from pathlib import Path
from types import CodeType, FrameType, ModuleType
from typing import Any

from callchain.model.symbol import qualname_of, symbol

Call = tuple[str, int, str]


def observed_calls(path: Path, name: str, *, through_others: bool = False) -> set[Call]:
    """Caller, line and callee of every call between two functions of the program, class bodies folded.

    With `through_others` the caller is the nearest function of the program, whatever ran in between.
    """
    code = compile(path.read_text(encoding="utf-8"), str(path), "exec")
    found: set[Call] = set()
    bodies = {each for each in _codes(code) if "__qualname__" in each.co_names and "__module__" in each.co_names}

    def profile(frame: FrameType, event: str, _argument: Any) -> None:
        caller = frame.f_back
        while through_others and caller is not None and caller.f_code.co_filename != str(path):
            caller = caller.f_back
        if event != "call" or caller is None or frame.f_code.co_filename != str(path) or frame.f_code in bodies:
            return
        inner = frame.f_code.co_name
        if caller.f_code.co_filename != str(path) or (inner.startswith("<") and inner != "<lambda>"):
            return
        if frame.f_lasti > 4 and frame.f_code.co_flags & 0x2A0:
            return  # a generator or coroutine that goes on
        found.add(
            (_symbol(caller, bodies, name), caller.f_lineno, symbol(name, qualname_of(frame.f_code.co_qualname)))
        )

    module = ModuleType("mechanism_program")
    sys.modules[module.__name__] = module  # dataclasses look their module up
    sys.setprofile(profile)
    try:
        exec(code, module.__dict__)  # noqa: S102 - the programs are this repository's own
    finally:
        sys.setprofile(None)
        del sys.modules[module.__name__]
    return found


def _symbol(frame: FrameType, bodies: set[CodeType], name: str) -> str:
    while frame.f_code in bodies and frame.f_back is not None:
        frame = frame.f_back
    return symbol(name, qualname_of(frame.f_code.co_qualname))


def _codes(code: CodeType) -> set[CodeType]:
    found = {code}
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            found |= _codes(constant)
    return found
