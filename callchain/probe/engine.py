"""What every engine is, and what one says that cannot be used."""

from __future__ import annotations

from typing import Protocol


class Unusable(Exception):  # noqa: N818 # it is a state of the interpreter and handled at once
    """The engine cannot be used in this interpreter; the text says why."""


class Engine(Protocol):
    """What listens to the interpreter and tells the recorder."""

    def install(self) -> None:
        """Listen from here on."""
        ...

    def remove(self) -> None:
        """Stop, and leave nothing behind."""
        ...

    def pause(self) -> bool:
        """Leave the current thread alone for a while; whether there was something to pause."""
        ...

    def go_on(self) -> None:
        """End a pause."""
        ...

    def heartbeat(self) -> None:
        """Notice when somebody took the engine's place."""
        ...
