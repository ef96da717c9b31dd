"""Run a small program under a profiler and say which of its own functions called which, from which line."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import CodeType, FrameType, ModuleType
from typing import Any

from callchain.model.symbol import qualname_of, symbol

Call = tuple[str, int, str]
_RESUMABLE = 0x2A0
"""Code flags of generators and coroutines, synchronous and asynchronous."""


def observed_calls(path: Path, *, through_others: bool = False) -> set[Call]:
    """Caller, line and callee of every call between two functions of the program, class bodies folded.

    Args:
        path: the file that is run; the program is all that lies in its folder.
        through_others: the caller is the nearest function of the program, whatever ran in between.
    """
    home = f"{path.parent}{os.sep}"
    found: set[Call] = set()

    def profile(frame: FrameType, event: str, _argument: Any) -> None:
        caller = frame.f_back
        while through_others and caller is not None and not caller.f_code.co_filename.startswith(home):
            caller = caller.f_back
        if event != "call" or caller is None or not _is_call(frame, home):
            return
        if caller.f_code.co_filename.startswith(home):
            found.add((_symbol(caller, home), caller.f_lineno, _symbol(frame, home)))

    code = compile(path.read_text(encoding="utf-8"), str(path), "exec")
    with _as_main(path.parent) as module:
        sys.setprofile(profile)
        try:
            exec(code, module.__dict__)  # noqa: S102 - the programs are this repository's own
        finally:
            sys.setprofile(None)
    return found


@contextmanager
def _as_main(folder: Path) -> Iterator[ModuleType]:
    """A module to run in, with the program's own modules importable and forgotten afterwards."""
    before = set(sys.modules)
    module = ModuleType("mechanism_program")
    sys.modules[module.__name__] = module  # dataclasses look their module up
    sys.path.insert(0, str(folder))
    importlib.invalidate_caches()
    try:
        yield module
    finally:
        sys.path.remove(str(folder))
        new = {name: sys.modules[name] for name in set(sys.modules) - before}
        places = {name: [held.__dict__.get("__file__") or "", *_folders(held)] for name, held in new.items()}
        for name, held in new.items():
            if held is module or any(place.startswith(str(folder)) for place in places[name]):
                del sys.modules[name]


def _folders(module: ModuleType) -> list[str]:
    return [str(each) for each in module.__dict__.get("__path__", ())]


def _is_call(frame: FrameType, home: str) -> bool:
    code = frame.f_code
    if not code.co_filename.startswith(home) or _is_body(code):
        return False
    if code.co_name.startswith("<") and code.co_name not in ("<lambda>", "<module>"):
        return False
    return not (frame.f_lasti > 4 and code.co_flags & _RESUMABLE)  # not one that goes on


def _is_body(code: CodeType) -> bool:
    """Whether the code is a class body."""
    return "__qualname__" in code.co_names and "__module__" in code.co_names


def _symbol(frame: FrameType, home: str) -> str:
    while _is_body(frame.f_code) and frame.f_back is not None:
        frame = frame.f_back
    name = frame.f_code.co_filename.removeprefix(home).replace(os.sep, "/")
    return symbol(name, qualname_of(frame.f_code.co_qualname))
