"""What a code base offers to programs: its public functions by how users come to know and to use them."""

from __future__ import annotations

import math
import re
from collections import Counter, deque
from collections.abc import Collection, Iterator

import msgspec

from callchain.callgraph.graph import CallGraph
from callchain.model.errors import CallchainError
from callchain.model.symbol import Definition
from callchain.question.standing import fronts, is_exported, is_public, offers
from callchain.question.steps import steps_from
from callchain.source.tree import SourceTree

_FRONT = 0.25
_EXPORTED = 0.05
_README = 0.3
_DOCS = 0.25
_USED = 0.25
_REACH = 0.2
_MAIN = 0.3
_ALONE = 0.2
"""What a function loses that calls nothing of the code base."""
_OUTDATED = 0.4
_CANDIDATES = 80
_MOST_REACHED = 500
_MOST_TEXT = 4_000_000
"""Characters of documents that are looked through."""
_NAME = re.compile(
    r"(?P<dot>\.?)\b(?P<name>[A-Za-z_]\w*)(?=\()|`+(?P<ticked>[\w.]+)(?:\(\))?`+|:\w+:`~?(?P<role>[\w.]+)"
    r"|\bpython\d?(?:\s+-m)?\s+(?P<run>[\w./-]+)"
)
_HISTORY = re.compile(r"change|history|news|release|licen[cs]e|author|contribut|requirement", re.IGNORECASE)
_DEPRECATED = re.compile(r"\bdeprecated\b", re.IGNORECASE)


class Offered(msgspec.Struct, frozen=True):
    """A public function with what speaks for it, from 0 to about 1."""

    symbol: str
    score: float
    why: tuple[str, ...]


def interface(
    graph: CallGraph, tree: SourceTree, within: Collection[str], mains: Collection[str] = ()
) -> tuple[Offered, ...]:
    """The public functions of some files, the best known first.

    What counts: that the outermost package offers it, that README and documents call it, that tests, examples and
    scripts do, and how much of the code it reaches. Of a main, that documents name its module.
    """
    offered = [
        symbol
        for symbol, item in graph.definitions.items()
        if item.path in within and not item.path.endswith(".pyi") and _is_offered(item, graph)
    ]
    told = _Told(tree)
    users = {symbol: _users(symbol, graph, within) for symbol in offered}
    most = max(users.values(), default=0)
    first = fronts(within)
    known = {
        symbol: _known(graph.definitions[symbol], told, users[symbol], most, first, graph) for symbol in offered
    }
    known.update((symbol, _as_main(graph.definitions[symbol], told, tree)) for symbol in mains)
    best = sorted(known, key=lambda symbol: (-known[symbol].score, -len(graph.calls_from(symbol)), symbol))
    reached = {symbol: below(symbol, graph, within) for symbol in best[:_CANDIDATES]}
    scored = [_with_reach(known[symbol], len(found) - 1) for symbol, found in reached.items()]
    return tuple(sorted(scored, key=lambda item: (-item.score, item.symbol)))


def below(symbol: str, graph: CallGraph, within: Collection[str]) -> frozenset[str]:
    """What a function reaches, itself among it: the nearest functions, up to some hundreds."""
    found = {symbol}
    pending = deque([symbol])
    while pending and len(found) < _MOST_REACHED:
        for edge in steps_from(graph, pending.popleft(), within):
            if edge.callee not in found:
                found.add(edge.callee)
                pending.append(edge.callee)
    return frozenset(found)


def _is_offered(item: Definition, graph: CallGraph) -> bool:
    """A public function of a module, or a public method of a class of one."""
    if item.kind not in ("function", "method") or not is_public(item.symbol):
        return False
    *owners, _ = item.qualname.split(".")
    above = graph.definitions.get(f"{item.path}::{'.'.join(owners)}") if owners else None
    return not owners or (above is not None and above.kind == "class")


def _users(symbol: str, graph: CallGraph, within: Collection[str]) -> int:
    """How many functions of tests, examples and scripts call it."""
    return len({edge.caller for edge in graph.calls_to(symbol) if edge.path not in within})


def _known(
    item: Definition, told: _Told, users: int, most: int, first: Collection[str], graph: CallGraph
) -> Offered:
    outer = item.qualname.partition(".")[0]
    front = next((path for path in first if offers(path, item.path, outer, graph)), "")
    score, why = 0.0, []
    if front:
        score, why = _FRONT, [f"offered by {front}"]
    elif is_exported(item.symbol, graph):
        score = _EXPORTED
    readme, documents = told.of(item)
    if readme:
        score, why = score + _README, [*why, f"told of in `{readme}`"]
    if documents:
        score, why = score + _DOCS * _share(documents, told.most), [*why, _counted(documents, "document")]
    if users:
        score, why = (
            score + _USED * _share(users, most),
            [*why, _counted(users, "caller") + " in tests and scripts"],
        )
    if _DEPRECATED.search(item.docstring.partition("\n\n")[0]):
        score, why = score - _OUTDATED, [*why, "deprecated"]
    return Offered(item.symbol, score, tuple(why))


def _as_main(item: Definition, told: _Told, tree: SourceTree) -> Offered:
    module = tree.file(item.path).module if item.path in tree else ""
    readme, documents = told.of_module(module, item.path)
    score, why = _MAIN, ["a main that no other function calls"]
    if readme:
        score, why = score + _README, [*why, f"its module told of in `{readme}`"]
    if documents:
        score, why = score + _DOCS * _share(documents, told.most), [*why, _counted(documents, "document")]
    return Offered(item.symbol, score, tuple(why))


def _with_reach(item: Offered, reached: int) -> Offered:
    score = item.score + (_REACH * _share(min(reached, _MOST_REACHED), _MOST_REACHED) if reached else -_ALONE)
    more = " or more" if reached + 1 >= _MOST_REACHED else ""
    why = (*item.why, f"reaches {_counted(reached, 'function')}{more}")
    return Offered(item.symbol, round(max(0.0, score), 4), why)


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _share(count: int, most: int) -> float:
    return math.log1p(count) / math.log1p(most) if most else 0.0


class _Told:
    """In which documents functions are called or quoted by name.

    A method's name counts after a dot only, and for an object that is called the name of its class.
    """

    def __init__(self, tree: SourceTree) -> None:
        self._readme: dict[str, str] = {}
        self._documents: Counter[str] = Counter()
        for path, text in _documents(tree):
            names = dict(reversed(list(_names(text))))
            self._documents.update(names.keys())
            if _is_readme(path):
                for name, place in names.items():
                    line = 1 + text.count("\n", 0, place)
                    self._readme.setdefault(name, f"{path}:{line}")
        self.most = max(self._documents.values(), default=0)

    def of(self, item: Definition) -> tuple[str, int]:
        """The README that has it, or nothing, and the number of documents that do."""
        owner, _, name = item.qualname.rpartition(".")
        key = owner if name == "__call__" else f".{name}" if owner else name
        return self._readme.get(key, ""), self._documents[key]

    def of_module(self, module: str, path: str) -> tuple[str, int]:
        """The same of a module that is run: by its dotted name, or by its file."""
        keys = (module, path)
        return next((self._readme[key] for key in keys if key in self._readme), ""), max(
            self._documents[key] for key in keys
        )


def _documents(tree: SourceTree) -> Iterator[tuple[str, str]]:
    room = _MOST_TEXT
    for path in sorted(tree.documents, key=lambda path: (not _is_readme(path), path.count("/"), path)):
        if _HISTORY.search(path) or room <= 0:
            continue
        try:
            text = tree.text(path)[:room]
        except CallchainError:  # too large or gone since it was listed
            continue
        room -= len(text)
        yield path, text


def _names(text: str) -> Iterator[tuple[str, int]]:
    """Names that are called or quoted with their place, each bare and, where a dot is before it, with the dot."""
    for found in _NAME.finditer(text):
        dotted = found["ticked"] or found["role"]
        if found["run"]:
            yield found["run"], found.start()
        elif dotted:
            owner, _, name = dotted.rpartition(".")
            yield name, found.start()
            if owner:
                yield f".{name}", found.start()
        else:
            yield found["name"], found.start()
            if found["dot"]:
                yield f".{found['name']}", found.start()


def _is_readme(path: str) -> bool:
    return "/" not in path and path.lower().startswith("readme")
