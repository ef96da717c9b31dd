"""What calls of writers, readers and seeders say of themselves: kind, action and target, from their arguments."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

from .effects import path_text

Tell = Callable[[tuple[Any, ...], dict[str, Any]], "list[tuple[str, str, str]]"]
"""From a call's arguments to the effects it has: kind, action, target."""


def argument(arguments: tuple[Any, ...], options: dict[str, Any], at: int, name: str) -> Any:
    """The argument at a place, or of a name; None where it was not given."""
    return arguments[at] if len(arguments) > at else options.get(name)


def path_at(at: int, name: str, kind: str, action: str) -> Tell:
    """A path among the arguments; anything else tells nothing."""

    def tell(arguments: tuple[Any, ...], options: dict[str, Any]) -> list[tuple[str, str, str]]:
        path = path_text(argument(arguments, options, at, name))
        return [(kind, action, path)] if path else []

    return tell


def seed(name: str) -> Tell:
    """A generator seeded, with the seed where it is a plain value."""

    def tell(arguments: tuple[Any, ...], options: dict[str, Any]) -> list[tuple[str, str, str]]:
        value = arguments[0] if arguments else next(iter(options.values()), None)
        shown = repr(value) if type(value) in (int, float, str, type(None)) else type(value).__name__
        return [("randomness", "seed", f"{name}({shown})")]

    return tell


def h5_open(arguments: tuple[Any, ...], options: dict[str, Any]) -> list[tuple[str, str, str]]:
    """An HDF5 file that is opened by name."""
    path = path_text(argument(arguments, options, 1, "name"))
    mode = argument(arguments, options, 2, "mode")
    if not path:
        return []
    return [("hdf5", "read" if mode in (None, "r") else "write", path)]


def _archive_path(arguments: tuple[Any, ...]) -> str:
    return path_text(vars(arguments[0]).get("filename"))


def zip_member(at: int, name_at: int) -> Tell:
    """A member that is put into an archive."""

    def tell(arguments: tuple[Any, ...], options: dict[str, Any]) -> list[tuple[str, str, str]]:
        named = argument(arguments, options, name_at, "arcname")
        source = argument(arguments, options, at, "filename" if name_at != at else "zinfo_or_arcname")
        member = path_text(named) or path_text(source) or str(getattr(source, "filename", ""))
        return [("archive", "write", f"{_archive_path(arguments)}!{member}")]

    return tell


def zip_read(arguments: tuple[Any, ...], _options: dict[str, Any]) -> list[tuple[str, str, str]]:
    """An archive that is unpacked."""
    return [("archive", "read", _archive_path(arguments))]


_FILES = (io.BufferedWriter, io.BufferedReader, io.BufferedRandom, io.FileIO)


def into_file(at: int, kind: str, action: str) -> Tell:
    """A file that is open already: told by its name where it is one of the interpreter's own and has one."""

    def tell(arguments: tuple[Any, ...], options: dict[str, Any]) -> list[tuple[str, str, str]]:
        stream = argument(arguments, options, at, "file")
        name = stream.name if type(stream) in _FILES else None
        return [(kind, action, name)] if type(name) is str else []

    return tell


def path_or_file(at: int, name: str, kind: str, action: str) -> Tell:
    """A path, or a file that is open already."""
    path, stream = path_at(at, name, kind, action), into_file(at, kind, action)
    return lambda arguments, options: path(arguments, options) or stream(arguments, options)


def generator(name: str) -> Tell:
    """A generator made with a seed; without one it is no act that could be repeated."""

    def tell(arguments: tuple[Any, ...], options: dict[str, Any]) -> list[tuple[str, str, str]]:
        return [("randomness", "create", seed(name)(arguments, options)[0][2])] if arguments or options else []

    return tell


_SHOWN = ("level", "filename", "format", "force", "fname", "version", "disable_existing_loggers")


def logging_setup(name: str) -> Tell:
    """A change of how the program logs, with the plain options of the call."""

    def tell(arguments: tuple[Any, ...], options: dict[str, Any]) -> list[tuple[str, str, str]]:
        known = dict(arguments[0]) if arguments and type(arguments[0]) is dict else options
        pairs = [(key, known[key]) for key in _SHOWN if key in known]
        shown = [f"{key}={value!r}" for key, value in pairs if type(value) in (str, int, bool)]
        path = [repr(arguments[0])] if arguments and type(arguments[0]) in (str, int) else []
        return [("logging", "create", f"{name}({', '.join([*path, *shown])})")]

    return tell


_Row = tuple[str, str, Tell, bool]


def _dumps(module: str) -> tuple[_Row, ...]:
    return (
        ("dump", f"{module}.dump", into_file(1, "pickle", "write"), True),
        ("load", f"{module}.load", into_file(0, "pickle", "read"), True),
    )


TABLE: dict[str, tuple[_Row, ...]] = {
    "pickle": _dumps("pickle"),
    "dill": _dumps("dill"),
    "cloudpickle": _dumps("cloudpickle"),
    "joblib": (
        ("dump", "joblib.dump", path_or_file(1, "filename", "pickle", "write"), False),
        ("load", "joblib.load", path_or_file(0, "filename", "pickle", "read"), False),
    ),
    "numpy": (
        ("save", "numpy.save", path_or_file(0, "file", "file", "write"), True),
        ("savez", "numpy.savez", path_or_file(0, "file", "archive", "write"), True),
        ("savez_compressed", "numpy.savez_compressed", path_or_file(0, "file", "archive", "write"), True),
        ("random.seed", "numpy.random.seed", seed("numpy.random.seed"), False),
        ("random.default_rng", "numpy.random.default_rng", generator("numpy.random.default_rng"), True),
    ),
    "random": (("seed", "random.seed", seed("random.seed"), False),),
    "torch": (
        ("save", "torch.save", path_or_file(1, "f", "checkpoint", "write"), False),
        ("load", "torch.load", path_or_file(0, "f", "checkpoint", "read"), False),
        ("manual_seed", "torch.manual_seed", seed("torch.manual_seed"), False),
        ("cuda.manual_seed_all", "torch.cuda.manual_seed_all", seed("torch.cuda.manual_seed_all"), True),
    ),
    "logging": (
        ("basicConfig", "logging.basicConfig", logging_setup("logging.basicConfig"), True),
        ("disable", "logging.disable", logging_setup("logging.disable"), True),
    ),
    "logging.config": (
        ("dictConfig", "logging.config.dictConfig", logging_setup("logging.config.dictConfig"), True),
        ("fileConfig", "logging.config.fileConfig", logging_setup("logging.config.fileConfig"), True),
    ),
}
"""Module → name below it, event, what it tells, and whether only the namespace's own calls count."""
