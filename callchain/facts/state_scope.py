"""Which names of a scope may stand for global state: neither locals nor builtins, but aliases of stores."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from callchain.facts.state_fact import FLAGS, PARAMETER, StateFact

CONFIG_CLASS = re.compile(
    r"(?:Config|Configuration|Settings|Options|Params|Parameters|Arguments)(?:Base|Model|Dict)?$"
)
CONFIG_NAME = re.compile(
    r"(?:^|[_.])(?:cfg|config|conf|configuration|params|parameters|settings|options|opts|environ|defaults|state)$",
    re.I,
)


class Scope:
    """A module body, class body or function while it is walked."""

    def __init__(self, qualname: str, parent: Scope | None = None, *, is_class: bool = False) -> None:
        self.qualname = qualname
        self.parent = parent
        self.is_class = is_class
        self.parameters: dict[str, str] = {}
        """Parameter → the config class of its annotation, or an empty string."""
        self.bound: set[str] = set()
        self.imported: set[str] = set()
        self.globals: set[str] = set()
        self.aliases: dict[str, str] = {}
        """Local name, or `self.attribute` in a class, → the store that it stands for."""
        self.found: list[tuple[str, StateFact]] = []
        """Facts with the name that must prove global, or an empty string where that is settled."""

    @property
    def is_module(self) -> bool:
        """Whether this is the module's own body."""
        return self.parent is None

    def chain(self) -> Iterator[Scope]:
        """This scope and those around it, innermost first."""
        scope: Scope | None = self
        while scope is not None:
            yield scope
            scope = scope.parent

    def alias(self, name: str) -> str:
        """The store that a name stands for here, or an empty string."""
        for scope in self.chain():
            if name in scope.aliases:
                return scope.aliases[name]
            if name in scope.bound and not scope.is_module:
                return ""
        return ""

    def parameter(self, name: str) -> str | None:
        """The config class of a parameter (perhaps empty), or None where the name is no parameter."""
        for scope in self.chain():
            if name in scope.parameters:
                return scope.parameters[name]
        return None

    def store_of(self, node: ast.AST) -> tuple[str, str]:
        """The store an expression names and the name that must prove global; both empty if it names none."""
        dotted = dotted_name(node)
        if not dotted:
            return "", ""
        root, _, rest = dotted.partition(".")
        if root == "self":
            attribute, _, tail = rest.partition(".")
            held = self.alias(f"self.{attribute}")
            return (f"{held}.{tail}" if tail else held, "") if held else ("", "")
        held = self.alias(root)
        if held:
            return (f"{held}.{rest}" if rest else held), ""
        config_class = self.parameter(root)
        if config_class is not None:
            return config_class or f"{PARAMETER}{dotted}", ""
        return dotted, root

    def add(self, fact: StateFact, root: str) -> None:
        """Keep a fact; `root` has yet to prove that it is no local name."""
        self.found.append((root, fact))

    def close(self) -> list[tuple[str, StateFact]]:
        """The facts whose name is not local here; in a function all else it binds is local."""
        if self.is_module or self.is_class:
            return self.found
        local = (self.bound | set(self.parameters)) - self.globals - self.imported
        return [
            (root if root not in self.imported else "", fact) for root, fact in self.found if root not in local
        ]


def dotted_name(node: ast.AST) -> str:
    """`a.b.c` of a chain of attributes on a name, else an empty string."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return ""
    return ".".join((node.id, *reversed(parts)))


def config_class_of(annotation: ast.AST | None) -> str:
    """The first config class that an annotation names (`Optional[TrainingConfig]`), `argparse` for a namespace."""
    if annotation is None:
        return ""
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        match = re.search(r"\w+(?:\.\w+)*", annotation.value)
        return match.group() if match and CONFIG_CLASS.search(match.group()) else ""
    for node in ast.walk(annotation):
        name = dotted_name(node)
        if name.rpartition(".")[2] == "Namespace":
            return FLAGS
        if name and CONFIG_CLASS.search(name):
            return name
    return ""
