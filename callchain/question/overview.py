"""A question that names nothing of the code: the main flows from its commands and its public interface."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterator

from callchain.callgraph.graph import CallGraph
from callchain.model.question import Question
from callchain.model.symbol import MODULE, split
from callchain.question.effect_rules import catalogue
from callchain.question.standing import is_exported, is_public
from callchain.question.steps import reach
from callchain.source.tree import SourceTree

_MOST = 3
_MAINS = ("main", "cli", "run", "app")
_CANDIDATES = 60
_OUTWARD = ("write", "send", "start", "delete")


def is_overview(question: Question) -> bool:
    """Whether nothing in the question could be found in code."""
    return not (
        question.words or question.identifiers or question.files or question.arrows or question.scope_hints
    )


def main_functions(graph: CallGraph, tree: SourceTree, within: Collection[str]) -> tuple[str, ...]:
    """Where the code base begins, at most three: declared commands and mains, then its public functions.

    Declared are the scripts of `pyproject.toml`; a main is a function of that name, in `__main__` first; of the
    public functions those come first that reach most others.
    """
    found = dict.fromkeys(_declared(graph, tree, within))
    found.update(dict.fromkeys(_mains(graph, within)))
    commands = list(found)[: _MOST - 1]
    offered = [symbol for symbol in _interface(graph, within) if symbol not in commands]
    return (*commands, *offered)[:_MOST]


def all_effects() -> frozenset[str]:
    """`kind:action` of everything that leaves a program."""
    rules = (*catalogue().exact.values(), *(rule for _, rule in catalogue().patterns))
    return frozenset(
        f"{rule.kind}:{rule.action}" for rule in rules if rule.action in ("write", "send", "start", "delete")
    )


def _declared(graph: CallGraph, tree: SourceTree, within: Collection[str]) -> Iterator[str]:
    file = tree.root / "pyproject.toml"
    try:
        project = tomllib.loads(file.read_text("utf-8")) if file.is_file() else {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return
    tables = (project.get("project", {}), project.get("tool", {}).get("poetry", {}))
    for table in tables:
        scripts = table.get("scripts", {}) if isinstance(table, dict) else {}
        for target in scripts.values() if isinstance(scripts, dict) else ():
            if isinstance(target, str):
                yield from _meant(target.replace(":", "."), graph, within)


def _meant(dotted: str, graph: CallGraph, within: Collection[str]) -> Iterator[str]:
    for symbol in graph.find(dotted):
        definition = graph.definitions.get(symbol)
        if definition is not None and definition.path in within and definition.kind in ("function", "method"):
            yield symbol
            return


def _mains(graph: CallGraph, within: Collection[str]) -> list[str]:
    """Functions with the name of a main that no other function calls, `__main__` first."""
    found = [
        symbol
        for symbol, item in graph.definitions.items()
        if item.path in within and item.qualname in _MAINS and item.kind == "function"
        if all(split(edge.caller)[1] == MODULE for edge in graph.calls_to(symbol))
    ]
    return sorted(
        found,
        key=lambda symbol: (
            not split(symbol)[0].endswith("__main__.py"),
            _MAINS.index(split(symbol)[1]),
            symbol.count("/"),
            symbol,
        ),
    )


def _interface(graph: CallGraph, within: Collection[str]) -> list[str]:
    """Public functions that a package offers, those first that reach most."""
    offered = [
        symbol
        for symbol, item in graph.definitions.items()
        if item.path in within
        and item.kind in ("function", "method")
        and is_public(symbol)
        and is_exported(symbol, graph)
    ]
    direct = sorted(offered, key=lambda symbol: (-len(graph.calls_from(symbol)), symbol))[:_CANDIDATES]
    return sorted(direct, key=lambda symbol: (-len(reach(graph, symbol, within)), symbol))
