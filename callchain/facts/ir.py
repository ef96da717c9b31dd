"""The intermediate form of a file for the call graph: units of constraints over numbered nodes.

A unit is a function, a lambda or a module; class bodies and comprehensions belong to the unit that runs them.
Nodes are numbered within the unit; 0 is "unknown", 1 what the unit returns, 2 what it yields, then its parameters.
Every assignment makes a new node (single assignment), so that solving keeps the order inside a unit.
"""

from __future__ import annotations

from typing import Any

import msgspec

RETURN = 1
YIELD = 2
FIRST_PARAMETER = 3
SENT = "*sent"
"""The cell of what a generator is sent."""

COPY = 0  # (dst, src)
CONSTANT = 1  # (dst, type name)
TEXT = 2  # (dst, text): a string that may name something
FUNCTION = 3  # (dst, unit, ((parameter, node), …)): defaults
CLASS = 4  # (dst, class, base nodes, ((keyword, node), …), line)
GLOBAL = 5  # (dst, name)
CELL = 6  # (dst, units up, name)
ATTR = 7  # (dst, base, name, line)
SET_ATTR = 8  # (base, name, src, line)
ITEM = 9  # (dst, base, key or None, key node, line)
SET_ITEM = 10  # (base, key or None, key node, src, line)
CALL = 11  # (dst, function, arguments, (keyword, node) pairs, (position, star) pairs, doubles, line, column, kind)
ITER = 12  # (dst, src, line, is_async)
ENTER = 13  # (dst, src, line, is_async)
OPERATOR = 14  # (dst, left, right, method, reflected method, line)
IMPLICIT = 15  # (dst, src, method, argument nodes, line)
BUILD = 16  # (dst, kind, ((key, node), …), star nodes, line)
NARROW = 17  # (dst, src, class nodes, code): 1 keeps instances, 0 drops them; 3, 2: subclasses
IMPORT = 18  # (dst, module, line, whole): whole binds the last part, else the first
FROM = 19  # (dst, module, name, line)
STAR = 20  # (module, line)
DECLARE = 21  # (dst, annotation)
SET_GLOBAL = 22  # (name, src)
SET_CELL = 23  # (units up, name, src)
SET_STATIC = 24  # (class, name, src)
AWAIT = 25  # (dst, src, line)
RAISE = 26  # (src, line)
UNPACK = 27  # (dst, src, index, count after a star or -1, line)
PREFIX = 28  # (dst, text): a string of which only the beginning is known
CALLABLE = 29  # (dst, src, keep): narrowing by `callable(x)`
DELETE_ATTR = 32  # (base, name, line)
NUMBER = 31  # (dst, number): a small integer that may be an index or a key


class UnitIR(msgspec.Struct, array_like=True):
    """A function, lambda or module body."""

    qualname: str
    line: int
    kind: str
    """`module`, `function`, `lambda`."""
    parent: int
    """The unit it is nested in, -1 for the module."""
    owner: int
    """The class whose body it is defined in, -1 for none."""
    parameters: list[str]
    positional: int
    """How many of the parameters can be given by position; `*args` and `**kwargs` are not counted."""
    vararg: int
    """Node of `*args`, 0 without."""
    kwarg: int
    nodes: int
    code: msgspec.Raw
    """The constraints, encoded: they are read when they are needed and not kept."""
    cells: dict[str, int]
    """Captured variable → the node that holds all its values."""
    is_generator: bool = False
    is_async: bool = False
    is_poly: bool = False
    """Whether what it returns or calls depends on what it is given, so that it is worth one copy a call site."""
    annotations: dict[str, Any] = {}
    """Parameter name (or `return`) → declared type."""
    decorators: list[str] = []
    """Dotted names of the decorators, their arguments left out."""
    is_abstract: bool = False
    """Whether it only says that a subclass must have it."""
    is_conditional: bool = False
    """Whether it exists on some interpreters or platforms only."""
    size: int = 0
    """How many constraints there are."""
    is_passing: bool = False
    """Whether it returns what a call gives that it hands its own parameters to, as decorators of two layers do."""
    regions: list[tuple[int, int, int, bool]] = []
    """Parameter, first constraint and the one after the last of what runs only where the parameter is None, or,
    with a last True, where it is not."""


class ClassIR(msgspec.Struct, array_like=True):
    """A class statement; its body runs in `unit`."""

    qualname: str
    line: int
    unit: int
    members: list[str]
    """Names bound in the body, in order."""
    annotations: dict[str, Any]
    bases: list[Any]
    """Each base as a declared type."""
    decorators: list[str]
    keywords: dict[str, Any]


class ModuleIR(msgspec.Struct, array_like=True):
    """All units of a file; the module is unit 0."""

    units: list[UnitIR]
    classes: list[ClassIR]
    globals: list[str] = []
    """Names that the module binds, functions with `global` among its binders."""
    conditional_imports: list[int] = []
    """Lines of imports that run on some interpreters or platforms only."""
