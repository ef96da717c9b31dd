"""Nested containers held so that a change anywhere in them is noticed by identity, and told by its path."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType
from typing import Any

from . import describe, redact
from .capture import instance_dict
from .snapshot import WIDTH, key_text, snapshot

_DEPTH, _BRANCHES, _ENTRIES = 4, 64, 2000
_NO_STATE = {ModuleType, FunctionType, BuiltinFunctionType, MethodType}
_is = operator.is_


class Branch:
    """A dict, a list or the attributes of an object, as it stood when it was looked at.

    The keys and values seen are held, so that an identity is never used twice.
    """

    __slots__ = ("container", "is_list", "keys", "kind", "parts", "values")

    def __init__(self, container: Any, kind: str) -> None:
        self.container = container
        self.kind = kind
        self.is_list = type(container) is list
        self.keys: list[Any] = [] if self.is_list else list(dict.__iter__(container))
        self.values: list[Any] = list(container) if self.is_list else list(dict.values(container))
        self.parts: dict[str, Any] = {}
        """Name → inner branch, or the snapshot of a value."""

    def holds(self) -> bool:
        """Whether it still has the same keys and values, itself."""
        now = self.container
        if self.is_list:
            return len(now) == len(self.values) and all(map(_is, now, self.values))
        return (
            dict.__len__(now) == len(self.keys)
            and all(map(_is, dict.values(now), self.values))
            and all(map(_is, dict.__iter__(now), self.keys))
        )

    def picture(self) -> dict[str, Any]:
        """It as a snapshot, as it stood then."""
        shown = [(name, _picture(part)) for name, part in list(self.parts.items())[:WIDTH]]
        cut = {"omitted": "width"} if len(self.parts) > WIDTH else {}
        if self.is_list:
            return {"type": self.kind, "length": len(self.values), "items": [one for _, one in shown], **cut}
        return {"type": self.kind, "length": len(self.values), "fields": shown, **cut}


class Look:
    """One look at a container and what is in it, bounded in depth, in containers and in entries."""

    def __init__(self, root: Any, before: Branch | None) -> None:
        self.branches: list[Branch] = []
        self._entries = 0
        self._known = {} if before is None else dict(_leaves(before))
        self.root = self._branch(root, 0, ())

    def _branch(self, value: Any, depth: int, above: tuple[int, ...]) -> Branch | None:
        container = container_of(value)
        if container is None or depth >= _DEPTH or id(container) in above or len(self.branches) >= _BRANCHES:
            return None
        self._entries += len(container)
        if self._entries > _ENTRIES:
            return None
        branch = Branch(container, describe.full_type_name(type(value)))
        self.branches.append(branch)
        for at, inner in enumerate(branch.values):
            name = str(at) if branch.is_list else key_text(branch.keys[at])
            branch.parts[name] = self._part(name, inner, depth, (*above, id(container)))
        return branch

    def _part(self, name: str, value: Any, depth: int, above: tuple[int, ...]) -> Any:
        if not redact.is_secret_name(name):
            inner = self._branch(value, depth + 1, above)
            if inner is not None:
                return inner
        known = self._known.get((name, id(value)))
        return known if known is not None else snapshot(value, name)


def container_of(value: Any) -> Any:
    """The dict or list to watch for a value: itself, or an object's attributes; None for anything else."""
    cls = type(value)
    if cls is list or cls is dict:
        return value
    classes = describe.mro(cls)
    if dict in classes:
        return value
    if type in classes or _NO_STATE & set(classes):
        return None
    own = instance_dict(value)
    return own if own is not None and describe.class_dict(cls).get("__module__") not in _FOREIGN else None


_FOREIGN = frozenset({"threading", "logging", "weakref", "_io"})
"""Objects of these change by themselves."""


def _leaves(branch: Branch) -> Iterator[tuple[tuple[str, int], Any]]:
    for (name, part), value in zip(branch.parts.items(), branch.values, strict=False):
        if isinstance(part, Branch):
            yield from _leaves(part)
        else:
            yield (name, id(value)), part


def _picture(part: Any) -> Any:
    return part.picture() if isinstance(part, Branch) else part


def differences(before: Branch, after: Branch, tell: Callable[[str, Any, Any], None], prefix: str = "") -> None:
    """Tell each change by its path (`key`, `key.inner`, `key[0]`), with the pictures before and after.

    What was added or removed as a whole is told once, at its top.
    """
    names = dict.fromkeys([*after.parts, *before.parts])
    for name in names:
        old, new = before.parts.get(name), after.parts.get(name)
        path = f"{prefix}[{name}]" if after.is_list and prefix else f"{prefix}.{name}" if prefix else name
        if isinstance(old, Branch) and isinstance(new, Branch) and old.is_list == new.is_list:
            differences(old, new, tell, path)
        elif old is not new and _picture(old) != _picture(new):
            tell(path, _picture(old), _picture(new))
