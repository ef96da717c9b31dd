"""Members that a class has from its bases, by the names that the bases are written with."""

from __future__ import annotations

from collections.abc import Iterator

from callchain.callgraph.graph import CallGraph
from callchain.model.symbol import split

_DEEPEST = 12


def member(graph: CallGraph, owner: str, name: str) -> str:
    """The symbol of `name` in a class or the first base that defines it; empty where none does."""
    for ancestor in ancestors(graph, owner):
        found = f"{ancestor}.{name}"
        if found in graph.definitions:
            return found
    return ""


def ancestors(graph: CallGraph, owner: str) -> Iterator[str]:
    """The class itself, then its bases in the code base, depth first and each once."""
    pending, seen = [owner], set[str]()
    while pending and len(seen) < _DEEPEST:
        here = pending.pop(0)
        definition = graph.definitions.get(here)
        if here in seen or definition is None:
            continue
        seen.add(here)
        yield here
        path, qualname = split(here)
        scope = qualname.rpartition(".")[0] or "<module>"
        bases = (graph.resolve_name(path, base.partition("[")[0], scope) for base in definition.bases)
        pending = [base for base in bases if "::" in base] + pending


def find_member(graph: CallGraph, dotted: str) -> tuple[str, ...]:
    """What `Class.method` means where the class inherits the method, or where an object called after it has it."""
    owner, _, name = dotted.rpartition(".")
    if not owner:
        return ()
    found = [symbol for symbol in graph.find(owner) if _is_class(graph, symbol)]
    classes = found or _called_after(graph, owner.rpartition(".")[2])
    found = [member(graph, symbol, name) for symbol in classes]
    return tuple(dict.fromkeys(symbol for symbol in found if symbol))


def _called_after(graph: CallGraph, name: str) -> list[str]:
    """The classes that an object of some name is of by custom: `logger` of `Logger`; the outermost first."""
    wanted = _plain(name)
    found = [
        symbol
        for symbol, definition in graph.definitions.items()
        if definition.kind == "class" and _plain(definition.name) == wanted
    ]
    return sorted(found, key=lambda symbol: (symbol.count("/"), symbol))


def _plain(name: str) -> str:
    return name.replace("_", "").lower()


def _is_class(graph: CallGraph, symbol: str) -> bool:
    definition = graph.definitions.get(symbol)
    return definition is not None and definition.kind == "class"
