"""What each function says of the question, word by word: in its name, its class, its documentation, its body."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence

import msgspec

from callchain.callgraph.graph import CallGraph
from callchain.facts.records import FileFacts
from callchain.model.question import Question, Ranked
from callchain.model.symbol import Definition
from callchain.question.language import language, pieces
from callchain.question.terms import SYNONYM, Term, terms
from callchain.source.tree import SourceTree

NAME = 0.9
CLASS = 0.55
SUMMARY = 0.45
MODULE = 0.35
AROUND = 0.3
"""A parameter, or the summary of the class."""
CALLED = 0.5
"""The name of a variable that is called."""
BODY = 0.2
_SYNONYM = 0.55
_TELLING = 0.3
"""From this strength on a match counts for how common a word is."""
_FOREIGN = 0.4
"""The weight of words that no function is called after, nor after a synonym: not rare but foreign to the code."""
_USERS_SIDE = 0.4
"""The weight of words that tell of the asker's own code."""
_WORDS = re.compile(r"[A-Za-z]+")


class Matches(msgspec.Struct, frozen=True):
    """For each function the stems of the question that it says, with a strength from 0 to 1."""

    strength: Mapping[str, Mapping[str, float]]
    weight: Mapping[str, float]
    """What each stem counts: rare ones more, all together 1."""
    place: Mapping[str, float]
    """Where in the question each stem stands, from 0 to 1."""

    def without(self, stems: Collection[str]) -> Matches:
        """The same where some stems count nothing."""
        weight = {stem: 0.0 if stem in stems else value for stem, value in self.weight.items()}
        return msgspec.structs.replace(self, weight=weight)

    def early(self, symbol: str) -> float:
        """What a function says of the question, its first words counting most."""
        return sum(
            self.weight[stem] * value * (1 - self.place[stem])
            for stem, value in self.strength.get(symbol, {}).items()
        )

    def late(self, symbol: str) -> float:
        """The same, its last words counting most."""
        return sum(
            self.weight[stem] * value * self.place[stem] for stem, value in self.strength.get(symbol, {}).items()
        )

    def all(self, symbol: str) -> float:
        """What a function says of the question, from 0 to 1."""
        return sum(self.weight[stem] * value for stem, value in self.strength.get(symbol, {}).items())

    def covered(self, symbols: Iterable[str]) -> float:
        """What some functions say of the question together; a word said twice counts little more than once."""
        silent: dict[str, float] = {}
        for symbol in symbols:
            for stem, value in self.strength.get(symbol, {}).items():
                silent[stem] = silent.get(stem, 1.0) * (1 - value)
        return sum(self.weight[stem] * (1 - rest) for stem, rest in silent.items())


def matches(
    question: Question,
    ranking: Sequence[Ranked],
    graph: CallGraph,
    facts: Mapping[str, FileFacts],
    tree: SourceTree,
) -> Matches:
    """What the ranked functions say of the question."""
    asked = terms(question)
    own = {term.stem: term for term in asked if term.weight != SYNONYM}
    stands_for = _stands_for(asked, own)
    texts = _texts(ranking, facts)
    strength: dict[str, dict[str, float]] = {}
    for item in ranking:
        definition = graph.definitions.get(item.symbol)
        if definition is not None and definition.kind in ("function", "method"):
            fields = _fields(definition, graph, tree, texts.get(item.symbol, {}))
            found = _folded(fields, stands_for)
            if found:
                strength[item.symbol] = found
    common = Counter(stem for found in strength.values() for stem, value in found.items() if value >= _TELLING)
    spoken = {stem for found in strength.values() for stem, value in found.items() if value >= NAME * _SYNONYM}
    total = 1 + len(graph.definitions)
    raw = {
        stem: math.log(1 + total / (1 + common[stem]))
        * _counts(stem, term)
        * (1.0 if stem in spoken else _FOREIGN)
        for stem, term in own.items()
    }
    whole = sum(raw.values()) or 1.0
    return Matches(
        strength,
        {stem: value / whole for stem, value in raw.items()},
        {stem: term.place for stem, term in own.items()},
    )


def _counts(stem: str, term: Term) -> float:
    return term.weight * (_USERS_SIDE if stem in language().askers else 1.0)


def _stands_for(asked: Sequence[Term], own: Mapping[str, Term]) -> dict[str, list[tuple[str, float]]]:
    """Stem → the question's stems that it stands for, and how well: itself fully, what it is a synonym of less."""
    found: dict[str, list[tuple[str, float]]] = {stem: [(stem, 1.0)] for stem in own}
    for term in asked:
        if term.weight == SYNONYM:
            meant = [stem for stem, other in own.items() if other.word == term.word]
            found.setdefault(term.stem, []).extend((stem, _SYNONYM) for stem in meant)
    return found


def _texts(ranking: Sequence[Ranked], facts: Mapping[str, FileFacts]) -> dict[str, dict[str, list[str]]]:
    """Symbol → kind of text → the texts, for the files of the ranking."""
    found: dict[str, dict[str, list[str]]] = {}
    for path in sorted({item.path for item in ranking}):
        for fact in facts[path].texts if path in facts else ():
            found.setdefault(f"{path}::{fact.qualname}", {}).setdefault(fact.kind, []).append(fact.text)
    return found


def _fields(
    definition: Definition, graph: CallGraph, tree: SourceTree, texts: Mapping[str, list[str]]
) -> list[tuple[float, set[str]]]:
    """The stems of each part of a function with what a match there is worth, the best parts first."""
    owner = definition.qualname.rpartition(".")[0]
    above = graph.definitions.get(f"{definition.path}::{owner}") if owner else None
    name = set() if definition.name.startswith("__") else set(pieces(definition.name))
    around = _stems(" ".join(definition.parameters))
    if above is not None and above.kind == "class":
        around |= _stems(_summary(above.docstring))
    module = tree.file(definition.path).module.split(".")[1:] if definition.path in tree else []
    body = _stems(definition.docstring)
    for text in (*texts.get("string", ()), *texts.get("name", ())):
        body |= _stems(text)
    return [
        (NAME, name),
        (CLASS, _stems(owner)),
        (CALLED, _stems(" ".join(texts.get("callback", ())))),
        (SUMMARY, _stems(_summary(definition.docstring))),
        (MODULE, _stems(" ".join(module))),
        (AROUND, around),
        (BODY, body),
    ]


def _folded(
    fields: Sequence[tuple[float, set[str]]], stands_for: Mapping[str, Sequence[tuple[str, float]]]
) -> dict[str, float]:
    found: dict[str, float] = {}
    for value, stems in fields:
        for stem in stems & stands_for.keys():
            for meant, share in stands_for[stem]:
                found[meant] = max(found.get(meant, 0.0), value * share)
    return found


def _summary(docstring: str) -> str:
    return docstring.strip().partition("\n\n")[0]


def _stems(text: str) -> set[str]:
    return {stem for word in _WORDS.findall(text) for stem in pieces(word)}
