"""The capture language's programs, run over a frame's names without running code of the program.

A program is a nested list: `["name", "x"]`, `["attr", p, "a"]`, `["item", p, p]`, `["const", v]`, `["list",
[p…]]`, `["dict", [[p, p]…]]`, `["call", "len", [p…]]`. Attributes are looked up by hand, so no property,
`__getattr__` or `__getitem__` of the program is called.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from types import FrameType, GetSetDescriptorType, MemberDescriptorType, ModuleType
from typing import Any

from . import arrays, describe

_MISSING = object()
_MAX_FILES = 2000
_PLAIN_KEYS = (str, int, float, bool, type(None), bytes, tuple)


class CaptureError(Exception):
    """A program that cannot be answered without running foreign code, or that names what is not there."""


class Scope:
    """The names a program sees: what the tap brings (`result`, `error`), then locals, then globals."""

    def __init__(self, frame: FrameType, extra: dict[str, Any]) -> None:
        self._extra = extra
        self._locals: Any = frame.f_locals
        self._globals = frame.f_globals

    def look_up(self, name: str) -> Any:
        """The value of a name."""
        if name in self._extra:
            return self._extra[name]
        # A class body may have a mapping of the program's own; everything else is the interpreter's.
        is_plain = type(self._locals) is dict or type(self._locals).__name__ == "FrameLocalsProxy"
        if is_plain and name in self._locals:
            return self._locals[name]
        if type(self._globals) is dict and name in self._globals:
            return self._globals[name]
        raise CaptureError(f"no such name: {name}")


def evaluate(program: Any, scope: Scope) -> Any:
    """The program's value; CaptureError where it has none that can be read."""
    kind = program[0]
    if kind == "name":
        return scope.look_up(program[1])
    if kind == "const":
        return program[1]
    if kind == "attr":
        return attribute(evaluate(program[1], scope), program[2])
    if kind == "item":
        return item(evaluate(program[1], scope), evaluate(program[2], scope))
    if kind == "list":
        return [evaluate(part, scope) for part in program[1]]
    if kind == "dict":
        return {evaluate(key, scope): evaluate(value, scope) for key, value in program[1]}
    if kind == "call" and program[1] in _FUNCTIONS:
        return _FUNCTIONS[program[1]](*[evaluate(part, scope) for part in program[2]])
    raise CaptureError(f"not a capture program: {kind}")


def attribute(value: Any, name: str) -> Any:
    """A plain attribute: of a module, of an instance's `__dict__` or slots, or a plain value of its class."""
    cls = type(value)
    if name in ("shape", "dtype", "ndim", "size", "device"):
        known = arrays.meta(value)
        if known is not None and name in known:
            return known[name]
    found = _in_classes(describe.mro(cls), name)
    if type(found) is MemberDescriptorType:
        try:
            return found.__get__(value, cls)
        except AttributeError:
            raise CaptureError(f"the slot {name} is empty") from None
    own = instance_dict(value)
    if own is not None and name in own:
        return own[name]
    if issubclass(cls, type):
        found = _in_classes(describe.mro(value), name)
    if found is _MISSING:
        raise CaptureError(f"no plain attribute {name} on {describe.full_type_name(cls)}")
    if _in_classes(describe.mro(type(found)), "__get__") is not _MISSING:
        raise CaptureError(f"{name} of {describe.full_type_name(cls)} is computed by code; it is not run")
    return found


def instance_dict(value: Any) -> dict[Any, Any] | None:
    """The instance's own `__dict__`, past any `__getattribute__`; None where it has none."""
    if ModuleType in describe.mro(type(value)):
        names = describe.module_dict(value)
        return names if type(names) is dict else None
    for cls in describe.mro(type(value)):
        getter = describe.class_dict(cls).get("__dict__")
        if type(getter) is GetSetDescriptorType:
            names = getter.__get__(value, type(value))
            return names if type(names) is dict else None
    return None


def _in_classes(classes: tuple[type, ...], name: str) -> Any:
    for cls in classes:
        names = describe.class_dict(cls)
        if name in names:
            return names[name]
    return _MISSING


def item(value: Any, key: Any) -> Any:
    """An item of a dict, list, tuple, str or numpy array, by the builtin's own method."""
    if type(key) not in _PLAIN_KEYS:
        raise CaptureError(f"a key of type {describe.full_type_name(type(key))} is not looked up")
    classes = describe.mro(type(value))
    if dict in classes:
        found = dict.get(value, key, _MISSING)
        if found is _MISSING:
            raise CaptureError(f"no such key: {key!r}")
        return found
    base = next((base for base in (list, tuple, str) if base in classes), None)
    if base is None and arrays.is_numpy(value):
        return value[key]
    if base is None:
        raise CaptureError(f"items of {describe.full_type_name(type(value))} are computed by code; it is not run")
    if type(key) is not int or not -base.__len__(value) <= key < base.__len__(value):
        raise CaptureError(f"no such index: {key!r}")
    return base.__getitem__(value, key)


def length(value: Any) -> int:
    """`len` of a builtin container or of an array's first axis."""
    classes = describe.mro(type(value))
    for base in (dict, list, tuple, str, set, frozenset, bytes, bytearray):
        if base in classes:
            return int(base.__len__(value))
    known = arrays.meta(value)
    if known is not None and known.get("shape"):
        return int(known["shape"][0])
    raise CaptureError(f"len of {describe.full_type_name(type(value))} is computed by code; it is not run")


def keys(value: Any) -> list[Any]:
    """The keys of a dict, in its order."""
    if dict not in describe.mro(type(value)):
        raise CaptureError(f"{describe.full_type_name(type(value))} is not a dict")
    return list(dict.keys(value))


def plainly_sorted(value: Any) -> list[Any]:
    """A list of strings or of numbers in ascending order."""
    classes = describe.mro(type(value))
    base = next((base for base in (list, tuple, set, frozenset, dict) if base in classes), None)
    if base is None:
        raise CaptureError(f"{describe.full_type_name(type(value))} is not a list of plain values")
    elements = list(base.__iter__(value))
    types = {type(element) for element in elements}
    if not (types <= {str} or types <= {int, float, bool}):
        raise CaptureError("only strings or numbers are sorted")
    return sorted(elements)


def path_of(value: Any) -> str:
    """A file system path given as text or as a path of the standard library."""
    if type(value) is str:
        return value
    if type(value).__module__.startswith("pathlib"):
        return str(value)
    raise CaptureError(f"{describe.full_type_name(type(value))} is not a path")


def files(folder: Any) -> list[str]:
    """The files below a folder, relative, sorted; bounded."""
    top = path_of(folder)
    if not os.path.isdir(top):
        raise CaptureError(f"no such folder: {top}")
    found: list[str] = []
    for place, folders, names in os.walk(top):
        folders.sort()
        found += [os.path.relpath(os.path.join(place, name), top).replace(os.sep, "/") for name in names]
        if len(found) > _MAX_FILES:
            break
    return sorted(found)[:_MAX_FILES]


def members(archive: Any) -> list[str]:
    """The member names of a zip archive, sorted."""
    import zipfile  # loaded where it is needed: every process of a run starts the probe

    try:
        with zipfile.ZipFile(path_of(archive)) as opened:
            return sorted(opened.namelist())
    except (OSError, zipfile.BadZipFile) as error:
        raise CaptureError(f"not a readable zip archive: {type(error).__name__}") from None


def checkpoint_keys(path: Any) -> list[str]:
    """The keys of the dict in a pickle, dill file or torch checkpoint; nothing is unpickled."""
    from . import inert

    try:
        return inert.keys_of(path_of(path))
    except inert.Unreadable as error:
        raise CaptureError(str(error)) from None


_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "len": length,
    "keys": keys,
    "sorted": plainly_sorted,
    "files": files,
    "members": members,
    "checkpoint_keys": checkpoint_keys,
    "type_name": lambda value: describe.full_type_name(type(value)),
    "exists": lambda path: os.path.exists(path_of(path)),
}
