"""The structure of pickles and checkpoints, read without unpickling anything.

A restricted reader answers every global with an inert stand-in, so nothing is imported and no code of the file
runs: what is left are the builtin containers and scalars, and stand-ins that remember their name.
"""

from __future__ import annotations

import io
import os
import pickle
import zipfile
from typing import Any

MAX_BYTES = 256 * 1024 * 1024


class Unreadable(Exception):  # noqa: N818 # a state of the file, not a fault of the program
    """Not a pickle or checkpoint that can be read inertly; the message says why."""


class Inert:
    """Stands for an object of the file; whatever the file does with it is swallowed."""

    name = "object"

    def __new__(cls, *_: Any, **__: Any) -> Inert:
        """Made from whatever arguments the file has."""
        return object.__new__(cls)

    def __setstate__(self, state: Any) -> None:
        object.__setattr__(self, "state", state)

    def __setitem__(self, key: Any, value: Any) -> None:
        pass

    def append(self, value: Any) -> None:
        """A list-like object of the file gets an element."""

    def extend(self, values: Any) -> None:
        """A list-like object of the file gets elements."""

    def add(self, value: Any) -> None:
        """A set-like object of the file gets an element."""

    def __call__(self, *_: Any, **__: Any) -> Inert:
        """Called by the file: the result is inert as well."""
        return Inert()

    def __hash__(self) -> int:
        return id(self)


class _InertDict(dict[Any, Any]):
    """Stands for a dict of another class, so that its keys are kept."""

    def __setstate__(self, state: Any) -> None:
        pass


_DICTS = {("collections", "OrderedDict"), ("collections", "defaultdict"), ("builtins", "dict")}
_PLAIN = {("builtins", "set"): set, ("builtins", "frozenset"): frozenset, ("builtins", "list"): list}


def _dict(*_: Any, **__: Any) -> _InertDict:
    return _InertDict()


class _Reader(pickle._Unpickler):  # the Python reader: every step can be overridden
    """The interpreter's own unpickler with every way to the outside closed."""

    def __init__(self, stream: io.BytesIO) -> None:
        super().__init__(stream, encoding="latin-1", errors="replace")

    def find_class(self, module: str, name: str) -> Any:
        """A stand-in for whatever the file names."""
        if (module, name) in _DICTS:
            return _dict
        if name == "_reconstructor" and module in ("copy_reg", "copyreg"):
            return _reconstructed
        if (module, name) in _PLAIN:
            return _plain_container
        return type("Inert", (Inert,), {"name": f"{module}.{name}"})

    def persistent_load(self, _pid: Any) -> Any:
        """A stand-in for what lies outside the pickle (a tensor's storage)."""
        return Inert()

    def get_extension(self, _code: int) -> None:
        """A stand-in for a class registered by number."""
        self.append(Inert)  # type: ignore[attr-defined] # set by `load`


def _reconstructed(cls: Any, *_: Any) -> Any:
    """How the oldest protocols make an object: from its class, a base and the base's state."""
    return cls() if isinstance(cls, type) and issubclass(cls, Inert) else Inert()


def _plain_container(*arguments: Any) -> Any:
    return list(arguments[0]) if arguments and type(arguments[0]) in (list, tuple) else []


def read(data: bytes) -> Any:
    """The pickle's top object with inert stand-ins.

    Raises:
        Unreadable: not a pickle, too large, or a structure that the stand-ins cannot follow.
    """
    if len(data) > MAX_BYTES:
        raise Unreadable(f"larger than {MAX_BYTES} bytes")
    try:
        return _Reader(io.BytesIO(data)).load()
    except RecursionError:
        raise Unreadable("nested too deeply") from None
    except Exception as error:
        raise Unreadable(f"not readable as a pickle ({type(error).__name__})") from None


def load(path: str) -> Any:
    """The top object of a pickle, dill file or torch checkpoint on disk, inert."""
    try:
        if os.path.getsize(path) > MAX_BYTES and not zipfile.is_zipfile(path):
            raise Unreadable(f"larger than {MAX_BYTES} bytes")
        if zipfile.is_zipfile(path):
            return read(_pickle_member(path))
        with open(path, "rb") as stream:
            return read(stream.read())
    except OSError as error:
        raise Unreadable(f"cannot be read: {error.strerror or type(error).__name__}") from None


def _pickle_member(path: str) -> bytes:
    with zipfile.ZipFile(path) as archive:
        names = [name for name in archive.namelist() if name == "data.pkl" or name.endswith("/data.pkl")]
        if not names:
            raise Unreadable("a zip archive without a data.pkl")
        if archive.getinfo(names[0]).file_size > MAX_BYTES:
            raise Unreadable(f"its data.pkl is larger than {MAX_BYTES} bytes")
        return archive.read(names[0])


def keys_of(path: str) -> list[str]:
    """The keys of the dict that the file holds, in the file's order."""
    return keys(load(path))


def keys(value: Any) -> list[str]:
    """The keys of a dict as text."""
    if not isinstance(value, dict):
        raise Unreadable(f"holds {shape(value)}, not a dict")
    return [key if type(key) is str else shape(key) for key in value]


def shape(value: Any) -> str:
    """One word or line on what a read value is."""
    if isinstance(value, Inert):
        return f"<{value.name}>"
    if isinstance(value, type) and issubclass(value, Inert):
        return f"<{value.name}>"
    if isinstance(value, dict):
        return f"dict of {len(value)}"
    if isinstance(value, (list, tuple, set, frozenset)):
        return f"{type(value).__name__} of {len(value)}"
    return repr(value)[:80]
