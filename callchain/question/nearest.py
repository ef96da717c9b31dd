"""Names that the question spells otherwise than the code: the nearest spelling there is, told as what it is."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator, Mapping

import msgspec

from callchain.callgraph.graph import CallGraph
from callchain.facts.records import FileFacts
from callchain.model.question import Question
from callchain.model.symbol import split
from callchain.question.inheritance import find_member

_LIKE = 0.84
"""The least likeness: twice the letters that are equal in order, by the letters of both names."""
_SHORTEST = 4


class Respelled(msgspec.Struct, frozen=True):
    """A name of the question that is nowhere in the code, and the symbol whose name is most like it."""

    name: str
    symbol: str


def respelled(
    question: Question, graph: CallGraph, facts: Mapping[str, FileFacts], paths: Collection[str]
) -> tuple[Respelled, ...]:
    """The identifiers of a question that only a respelling finds, in their order.

    A bare CamelCase word may be a product's name, and what stands in the code as a variable, a key or an outside
    name is spelled right: none of these is respelled. Likeness is that of Ratcliff and Obershelp.
    """
    found = []
    for name in question.identifiers:
        if _is_spelled_out(name, question.text) and not _occurs(name, graph, facts, paths):
            symbol = _nearest(name, graph, paths)
            if symbol:
                found.append(Respelled(name, symbol))
    return tuple(found)


def _is_spelled_out(name: str, text: str) -> bool:
    plain = name.replace(".", "").replace("_", "")
    return len(plain) >= _SHORTEST and plain.isalnum() and ("_" in name or "." in name or f"`{name}" in text)


def _occurs(name: str, graph: CallGraph, facts: Mapping[str, FileFacts], paths: Collection[str]) -> bool:
    if graph.find(name) or find_member(graph, name):
        return True
    if any(edge.callee.endswith(name) or edge.callee.startswith(f"{name}.") for edge in graph.external):
        return True
    unseen = set(name.split("."))
    for path in paths:
        for fact in facts[path].texts if path in facts else ():
            unseen -= {part for part in unseen if part in fact.text or part in path}
        if not unseen:
            return True
    return False


def _nearest(name: str, graph: CallGraph, paths: Collection[str]) -> str:
    wanted = name.lower()
    spelled: dict[str, str] = {}
    for symbol, dotted in _dotted(graph, paths, name.count(".") + 1):
        spelled.setdefault(dotted.lower(), symbol)
    near = [word for word in spelled if abs(len(word) - len(wanted)) <= 2]
    best = difflib.get_close_matches(wanted, near, n=1, cutoff=_LIKE)
    return spelled[best[0]] if best else ""


def _dotted(graph: CallGraph, paths: Collection[str], parts: int) -> Iterator[tuple[str, str]]:
    """The last parts of the dotted name of each function and class, shortest names first."""
    for symbol, definition in sorted(graph.definitions.items(), key=lambda item: (len(item[0]), item[0])):
        if definition.path in paths and definition.kind in ("function", "method", "class"):
            path, qualname = split(symbol)
            module = path.rpartition(".")[0].replace("/", ".").removesuffix(".__init__")
            yield symbol, ".".join(f"{module}.{qualname}".split(".")[-parts:])
