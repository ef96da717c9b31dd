"""The names of one scope: what it binds, takes from outside, and hands to the scopes inside it."""

from __future__ import annotations


class Scope:
    """The names of a module, class, function or lambda."""

    __slots__ = (
        "bound",
        "captured",
        "comprehension",
        "globals",
        "inner",
        "is_generator",
        "kind",
        "loops",
        "nonlocals",
        "parent",
        "rebound",
        "used",
    )

    def __init__(self, kind: str, parent: Scope | None) -> None:
        self.kind = kind
        self.parent = parent
        self.bound: set[str] = set()
        self.comprehension: set[str] = set()
        """Targets of comprehensions: bound only inside them."""
        self.used: set[str] = set()
        self.globals: set[str] = set()
        self.nonlocals: set[str] = set()
        self.captured: set[str] = set()
        """Names that inner functions read."""
        self.rebound: set[str] = set()
        """Names that inner functions assign: their order is not known."""
        self.loops: dict[int, set[str]] = {}
        """Identity of a loop node → names assigned in it."""
        self.inner: dict[int, Scope] = {}
        self.is_generator = False


def binder_of(scope: Scope, name: str) -> Scope | None:
    """The function around `scope` that binds `name`; None for a global or builtin."""
    around = scope.parent
    while around is not None and around.kind != "module":
        if around.kind != "class" and (name in around.bound or name in around.comprehension):
            return None if name in around.globals else around
        around = around.parent
    return None
