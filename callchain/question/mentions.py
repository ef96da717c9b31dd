"""What a question names outright: identifiers, quoted files and places in a file, found in the code."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping

import msgspec

from callchain.callgraph.graph import CallGraph
from callchain.facts.records import FileFacts
from callchain.model.question import Question
from callchain.model.symbol import MODULE, split
from callchain.question.inheritance import find_member
from callchain.question.nearest import respelled

NAMED = 3.0
"""What being named by an exact identifier is worth, in units of the best text match."""
_CLASS = 0.4
_MODULE = 0.3
_EXTERNAL = 0.8
_HINTED = 0.5
_RESPELLED = 0.7
_FILE = 1.5
_FILE_PART = 0.8
_MANY = 6
_PLACE = re.compile(r"^(?P<path>[\w./-]+\.pyi?)(?:::(?P<name>[\w.<>]+))?(?::(?P<from>\d+)(?:-(?P<to>\d+))?)?$")


class Mention(msgspec.Struct, frozen=True):
    """What naming is worth to a symbol and why."""

    weight: float
    why: tuple[str, ...]


def mentions(
    question: Question, graph: CallGraph, facts: Mapping[str, FileFacts], paths: Collection[str]
) -> dict[str, Mention]:
    """Symbol → what the question's names say for it; the highest weight counts, all reasons are kept."""
    found: dict[str, Mention] = {}
    for name in question.identifiers:
        for symbol, weight in named_symbols(name, graph, paths):
            _note(found, symbol, weight, f"named {name}")
    for other in respelled(question, graph, facts, paths):
        for symbol, weight in named_symbols(split(other.symbol)[1], graph, paths):
            if symbol.startswith(other.symbol):
                _note(found, symbol, weight * _RESPELLED, f"spelled {other.name}")
    for chain in question.arrows:
        for step in chain:
            if " " not in step and step not in question.identifiers:
                for symbol, weight in named_symbols(step, graph, paths):
                    _note(found, symbol, weight * _HINTED, f"step {step}")
    for hint in question.scope_hints:
        for symbol, weight in named_symbols(hint, graph, paths):
            _note(found, symbol, weight * _HINTED, f"hint {hint}")
    for name in question.files:
        for symbol, weight in _writers_of_name(name, facts, paths):
            _note(found, symbol, weight, f"names {name}" if weight == _FILE else f"names a part of {name}")
    return found


def _note(found: dict[str, Mention], symbol: str, weight: float, why: str) -> None:
    known = found.get(symbol, Mention(0.0, ()))
    found[symbol] = Mention(max(weight, known.weight), (*known.why, why))


def named_symbols(name: str, graph: CallGraph, paths: Collection[str]) -> Iterator[tuple[str, float]]:
    """The functions that an identifier means, with their weight; those of a class or module weigh less."""
    place = _PLACE.match(name)
    if place:
        yield from _at_place(place, graph, paths)
        return
    direct = graph.find(name)
    symbols = [symbol for symbol in (direct or find_member(graph, name)) if split(symbol)[0] in paths][:_MANY]
    for rank, symbol in enumerate(symbols):
        definition = graph.definitions.get(symbol)
        if definition is None:
            continue
        worth = 1.0 if rank == 0 else 0.6
        if definition.kind == "class":
            yield from _methods(symbol, graph, _CLASS * worth)
        elif definition.kind == "module":
            yield symbol, _MODULE
            yield from _methods(definition.path + "::", graph, _MODULE)
        else:
            yield symbol, NAMED * worth
    if not symbols and "." in name:
        yield from _callers_of_outside(name, graph, paths)


def _methods(owner: str, graph: CallGraph, weight: float) -> Iterator[tuple[str, float]]:
    prefix = owner if owner.endswith("::") else f"{owner}."
    for symbol, definition in graph.definitions.items():
        if symbol.startswith(prefix) and definition.kind in ("function", "method"):
            yield symbol, weight


def _at_place(place: re.Match[str], graph: CallGraph, paths: Collection[str]) -> Iterator[tuple[str, float]]:
    """Functions of `path.py`, of `path.py::name`, or those that `path.py:10-20` touches."""
    files = [path for path in sorted(paths) if path == place["path"] or path.endswith("/" + place["path"])]
    first = int(place["from"] or 0)
    last = int(place["to"] or first or 10**9)
    for symbol, definition in graph.definitions.items():
        if definition.path not in files or definition.kind in ("class", "module"):
            continue
        if place["name"]:
            if definition.qualname == place["name"]:
                yield symbol, NAMED
        elif definition.line <= last and definition.end_line >= first:
            yield symbol, NAMED * 0.6 if first else _MODULE


def _callers_of_outside(name: str, graph: CallGraph, paths: Collection[str]) -> Iterator[tuple[str, float]]:
    for edge in graph.external:
        if (edge.callee == name or edge.callee.startswith(f"{name}.")) and edge.path in paths:
            yield edge.caller, _EXTERNAL


def _writers_of_name(
    name: str, facts: Mapping[str, FileFacts], paths: Collection[str]
) -> Iterator[tuple[str, float]]:
    """Functions with a string that holds the file's name, or its beginning up to the last suffix."""
    start = name.rpartition(".")[0]
    for path in sorted(paths):
        for fact in facts[path].texts if path in facts else ():
            if fact.kind != "string" or fact.text == MODULE:
                continue
            if name in fact.text:
                yield f"{path}::{fact.qualname}", _FILE
            elif "." in start and start in fact.text:
                yield f"{path}::{fact.qualname}", _FILE_PART
