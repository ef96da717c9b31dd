"""The program's main file: the interpreter compiles and runs it in C, and tells audit hooks of the code before.

The hook runs the rewritten code in the module `__main__` and ends the interpreter's own run as the program's end
does. Its frame is taken out of what a traceback shows.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import CodeType
from typing import Any

_EVENT = "exec"
_FRAMES_BELOW = 1 if sys.version_info >= (3, 12) else 2
"""What the hook and its `exec` take of the depth that the program may recurse to."""
_FILE_INPUT = 257
"""`Py_file_input`: a text of statements."""


class MainFile:
    """Waits for the main file.

    Args:
        rewritten: gives the code that runs instead; the same code when it is not of the namespace.
        core: the compiled core, which sees to it that other events cost little.
    """

    def __init__(self, rewritten: Callable[[CodeType], CodeType], core: Any = None) -> None:
        self._rewritten = rewritten
        self._core = core
        self._is_waiting = False

    def wait(self) -> None:
        """Listen until the main file is about to run; an interactive session is left alone."""
        if sys.flags.inspect or sys.flags.interactive:
            return
        self._is_waiting = True
        wanted = {_EVENT: None}

        def hook(event: str, arguments: tuple[Any, ...]) -> None:
            if event != _EVENT or not self._is_waiting or not _is_outermost():
                return
            self._is_waiting = False
            # It has nothing to say of what comes, nor are trace functions of the program to see it again.
            wanted.clear()
            hook.__cantrace__ = False  # type: ignore[attr-defined] # see below
            code = self._rewritten(arguments[0])
            if code is arguments[0]:
                return
            if self._core is not None:
                self._core.deepen(_FRAMES_BELOW)
            try:
                exec(code, sys.modules["__main__"].__dict__)  # noqa: S102 # the user's program
            except BaseException as error:
                if type(error) is KeyboardInterrupt:
                    _note_unhandled()
                # Raised again without a word it does not get this frame a second time.
                error.__traceback__ = _below(error.__traceback__)
                raise
            raise SystemExit

        # Trace functions of the program (a debugger, coverage) work below the hook as they do without it.
        hook.__cantrace__ = True  # type: ignore[attr-defined] # the attribute that the interpreter looks for
        sys.addaudithook(hook if self._core is None else self._core.Filter(wanted, hook, True))

    def forget(self) -> None:
        """Let the main file be."""
        self._is_waiting = False


def _note_unhandled() -> None:
    """Let the interpreter end by the signal, as it does where Ctrl-C comes out of what it runs itself.

    It takes note of that where it runs text too, which is all that it offers.
    """
    try:
        import ctypes

        ctypes.pythonapi.PyRun_String.restype = ctypes.py_object
        ctypes.pythonapi.PyRun_String(
            b"raise KeyboardInterrupt", _FILE_INPUT, ctypes.py_object({}), ctypes.py_object({})
        )
    except (KeyboardInterrupt, ImportError, AttributeError):
        return


def _below(trace: Any) -> Any:
    """What of a traceback does not belong to this file."""
    while trace is not None and trace.tb_frame.f_code.co_filename == __file__:
        trace = trace.tb_next
    return trace


def _is_outermost() -> bool:
    """Whether no code of the program runs yet below the hook, which called this."""
    return sys._getframe(1).f_back is None
