"""callchain: questions of a Python code base, answered with evidence."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from callchain._doors import Doors
from callchain._version import __version__

if TYPE_CHECKING:
    from callchain.library.asking import ask as ask
    from callchain.library.package import Package as Package
    from callchain.library.package import Tap as Tap
    from callchain.library.reviewing import review as review
    from callchain.library.tracing import trace as trace
    from callchain.model.errors import CallchainError as CallchainError

__all__ = ["CallchainError", "Package", "Tap", "__version__", "ask", "review", "trace"]


def load_ipython_extension(shell: Any) -> None:
    """`%load_ext callchain`: the cell magic `%%callchain`."""
    from callchain.library.magic import register

    register(shell)


sys.modules[__name__].__class__ = Doors
