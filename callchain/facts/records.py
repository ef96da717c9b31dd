"""What one file says alone, as a record that is cached and sent between processes."""

from __future__ import annotations

import msgspec

from callchain.facts.state_fact import StateFact
from callchain.facts.text import TextFact
from callchain.model.symbol import Definition

__all__ = ["FileFacts", "StateFact", "TextFact"]


class FileFacts(msgspec.Struct, frozen=True, omit_defaults=True):
    """The facts of one file; a pure function of its path, module name and bytes."""

    path: str
    module: str
    is_package: bool = False
    definitions: tuple[Definition, ...] = ()
    """The module first, then in source order."""
    names: dict[str, dict[str, tuple[str, ...]]] = {}
    """Scope qualname → name → what it is bound to, in source order.

    `D:qualname` a definition of this file, `I:module` an imported module, `F:module|name` a name taken from a
    module, `V:` a variable, `P:` a parameter, `A:annotation` a variable or parameter with a declared type.
    """
    stars: tuple[str, ...] = ()
    """Modules whose names are star-imported at module level."""
    state: tuple[StateFact, ...] = ()
    """Empty, as `texts`, where only links were wanted."""
    texts: tuple[TextFact, ...] = ()
    error: str = ""
    """Why the file could not be parsed; everything else is then empty."""
    ir: bytes = b""
    """The encoded `ModuleIR`; decoded only when the graph is linked."""
    lines: int = 0
    source: bytes = b""
    """A digest of all that these facts depend on: the file's bytes, its names, the reader's version."""
