"""The probe's functions as the program calls them, in the middle of its own work.

With the compiled core they have room on a full stack, no error gets out of them, and trace and profile functions
of the program do not see them. Without it a `RecursionError` comes a few frames sooner than untraced.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any


def unseen(core: Any, function: Callable[..., Any]) -> Callable[..., Any]:
    """The function with shelter; without the compiled core as it is."""
    return function if core is None else core.Shelter(function)


def told_frame(core: Any, tell: Callable[..., Any], failed: Callable[[BaseException], None]) -> Callable[..., Any]:
    """A probe that tells the frame that calls it, then its arguments; what goes wrong goes to `failed`."""
    if core is not None:
        return core.Shelter(tell, True)  # type: ignore[no-any-return] # of a compiled module
    getframe = sys._getframe

    def probe(*arguments: Any) -> None:
        try:
            tell(getframe(1), *arguments)
        except BaseException as error:
            failed(error)

    return probe
