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
_SETTING = 0.8
"""A function that reads a setting whose default is the file's name."""
_READERS = 8
"""A setting that more functions read tells of none of them."""
_MANY = 6
_PLACE = re.compile(r"^(?P<path>[\w./-]+\.pyi?)(?:::(?P<name>[\w.<>]+))?(?::(?P<from>\d+)(?:-(?P<to>\d+))?)?$")


class Mention(msgspec.Struct, frozen=True):
    """What naming is worth to a symbol and why."""

    weight: float
    why: tuple[str, ...]
    file: bool = False
    """Whether a file of the question is what it names."""


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
            told = "names" if weight == _FILE else "names a part of"
            _note(found, symbol, weight, f"{told} {name}", file=True)
        for symbol, key in _readers_of_setting(name, facts, paths):
            _note(found, symbol, _SETTING, f"reads {key}, which names {name}", file=True)
    return found


def _note(found: dict[str, Mention], symbol: str, weight: float, why: str, *, file: bool = False) -> None:
    known = found.get(symbol, Mention(0.0, ()))
    found[symbol] = Mention(max(weight, known.weight), (*known.why, why), file or known.file)


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
    for path in sorted(paths):
        for fact in facts[path].texts if path in facts else ():
            told = _told_of(name, fact.text) if fact.kind == "string" else ""
            if told:
                yield f"{path}::{fact.qualname}", _FILE if told == name else _FILE_PART


def _told_of(name: str, text: str) -> str:
    """The file's name if a text holds it, its beginning if it holds that alone, else nothing."""
    start = name.rpartition(".")[0]
    return name if name in text else start if "." in start and start in text else ""


def _readers_of_setting(
    name: str, facts: Mapping[str, FileFacts], paths: Collection[str]
) -> Iterator[tuple[str, str]]:
    """The functions that read a key of which some default names the file, with the key; few of them."""
    inside = [path for path in sorted(paths) if path in facts]
    keys = {
        fact.key
        for path in inside
        for fact in facts[path].state
        if fact.kind in ("default", "field", "flag") and _told_of(name, fact.value)
    }
    readers: dict[str, dict[str, None]] = {}
    for path in inside:
        for fact in facts[path].state:
            if fact.key in keys and fact.kind == "read" and fact.qualname != MODULE:
                readers.setdefault(fact.key, {})[f"{path}::{fact.qualname}"] = None
    for key, symbols in readers.items():
        if len(symbols) <= _READERS:
            yield from ((symbol, key) for symbol in symbols)
