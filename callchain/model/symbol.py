"""Symbols: `path::qualname`, and the anchors that prove them."""

from __future__ import annotations

import hashlib
import re

import msgspec

MODULE = "<module>"
_COMPREHENSION = re.compile(r"\.?<(?:genexpr|listcomp|setcomp|dictcomp)>")


def symbol(path: str, qualname: str = MODULE) -> str:
    """The symbol of `qualname` in the file `path` (relative to the root, with forward slashes)."""
    return f"{path}::{qualname or MODULE}"


def split(name: str) -> tuple[str, str]:
    """The path and qualname of a symbol; the qualname is `<module>` where there is none."""
    path, _, qualname = name.partition("::")
    return path, qualname or MODULE


def qualname_of(runtime_qualname: str) -> str:
    """The interpreter's `__qualname__` in this project's form.

    `f.<locals>.g` becomes `f.g`, and a comprehension's frame is its function's.
    """
    plain = _COMPREHENSION.sub("", runtime_qualname.replace(".<locals>", ""))
    return plain or MODULE


def last_name(name: str) -> str:
    """The last part of a symbol's qualname: `a.py::C.m` gives `m`."""
    return split(name)[1].rpartition(".")[2]


def digest_of(lines: list[str]) -> str:
    """Twelve hex digits of BLAKE2 over source lines, line ends and trailing blanks left out."""
    text = "\n".join(line.rstrip() for line in lines)
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()


class Anchor(msgspec.Struct, frozen=True, omit_defaults=True):
    """A place in the source: lines counted from 1, both ends included."""

    path: str
    line: int
    end_line: int
    symbol: str
    digest: str = ""

    def __str__(self) -> str:
        return f"{self.path}:{self.line}"


class Definition(msgspec.Struct, frozen=True, omit_defaults=True):
    """A module, class, function, method or lambda of the code under study.

    `line` is the line of `def` or `class` (1 for a module), `first_line` that of its first decorator.
    """

    symbol: str
    kind: str
    """`module`, `class`, `function`, `method` or `lambda`."""
    line: int
    end_line: int
    first_line: int = 0
    parameters: tuple[str, ...] = ()
    decorators: tuple[str, ...] = ()
    """The source text of each decorator, without the `@`."""
    bases: tuple[str, ...] = ()
    docstring: str = ""
    is_async: bool = False
    is_generator: bool = False

    @property
    def path(self) -> str:
        """The file, relative to the root."""
        return split(self.symbol)[0]

    @property
    def qualname(self) -> str:
        """The dotted name inside the file."""
        return split(self.symbol)[1]

    @property
    def name(self) -> str:
        """The last part of the qualname."""
        return last_name(self.symbol)
