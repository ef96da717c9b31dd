"""Copies of units, and the calls in them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from callchain.callgraph.program import Code


class Instance:
    """A copy of a unit's nodes: the general one, or one for a call site."""

    __slots__ = ("base", "code", "decorates", "depth", "is_general", "missing", "number", "parent")

    def __init__(
        self, number: int, code: Code, parent: Instance | None, base: int, depth: int, is_general: bool
    ) -> None:
        self.decorates = False
        """Whether it is the copy for a decorator, or for a call in such a copy: what it is given is there."""
        self.missing: frozenset[int] | None = None
        """Parameters that the one call it is for does not give, once that is known."""
        self.is_general = is_general
        self.number = number
        self.code = code
        self.parent = parent
        self.base = base
        self.depth = depth


class CallSite:
    """One call in one instance."""

    __slots__ = (
        "_met",
        "arguments",
        "column",
        "derived",
        "doubles",
        "function",
        "instance",
        "keywords",
        "line",
        "manner",
        "name",
        "number",
        "result",
        "source",
        "stars",
        "sure",
    )

    def __init__(
        self,
        number: int,
        instance: Instance,
        result: int,
        arguments: list[int],
        keywords: Sequence[tuple[str, int]] = (),
        stars: Sequence[tuple[int, int]] = (),
        doubles: Sequence[int] = (),
        line: int = 0,
        column: int = 0,
        manner: str = "",
        source: int = 0,
        sure: float = 1.0,
        name: int = -1,
    ) -> None:
        self.name = name
        """The name that `__getattr__` is asked for, as a value: what it gives depends on no more than that."""
        self.sure = sure
        """Below 1 where a rule made it, and not the program's text."""
        self.source = source
        """The node of the receiver, where the language makes the call."""
        self.derived = 0
        """How many partials were unwrapped on the way here."""
        self.number = number
        self.instance = instance
        self.function = 0
        self.result = result
        self.arguments = arguments
        self.keywords = keywords
        self.stars = stars
        self.doubles = doubles
        self.line = line
        self.column = column
        self.manner = manner
        self._met: set[Any] | None = None

    def first(self, key: Any) -> bool:
        """Whether the site is linked to `key` for the first time, which is taken note of."""
        if self._met is None:
            self._met = {key}
        elif key in self._met:
            return False
        else:
            self._met.add(key)
        return True
