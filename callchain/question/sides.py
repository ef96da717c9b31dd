"""The two sides of a question that compares: a question for each, and the files that are one side's alone."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

import msgspec

from callchain.callgraph.graph import CallGraph
from callchain.facts.records import FileFacts
from callchain.model.question import Question, Ranked
from callchain.model.symbol import split
from callchain.question.language import families_of, language, pieces
from callchain.question.terms import SYNONYM, terms
from callchain.question.understand import understand
from callchain.source.tree import SourceTree

_PREFIX = "py"
"""Products for Python are often called after the package with this before it, or the other way round."""


class Side(msgspec.Struct, frozen=True):
    """What one side asks, the stems that the other does not say, and the files that speak of them."""

    label: str
    question: Question
    stems: frozenset[str]
    files: frozenset[str]
    """Files whose module is called so, or that import a package which is."""

    def owns(self, symbol: str) -> bool:
        """Whether a function lies in the side's files, or its name says what only this side says."""
        path, qualname = split(symbol)
        return path in self.files or not self.stems.isdisjoint(pieces(qualname))

    def is_told_by(self, item: Ranked) -> bool:
        """Whether a ranked function is the side's own, or its text says what only this side says."""
        return self.owns(item.symbol) or any(not self.stems.isdisjoint(pieces(word)) for word in item.why)


def sides_of(
    question: Question,
    graph: CallGraph,
    facts: Mapping[str, FileFacts],
    tree: SourceTree,
    paths: Collection[str],
) -> tuple[Side, ...]:
    """Both sides of a comparison, none where a question compares nothing."""
    asked = [
        understand(side.text, hints=question.scope_hints, namespaces=question.namespaces)
        for side in question.sides
    ]
    said = [frozenset(term.stem for term in terms(one) if term.weight != SYNONYM) for one in asked]
    asked = _with_verbs([_named(one, graph, paths) for one in asked])
    found = [
        Side(side.label, one, own - other, _home(own - other, facts, tree, paths))
        for side, one, own, other in zip(question.sides, asked, said, reversed(said), strict=True)
    ]
    return tuple(
        msgspec.structs.replace(one, files=one.files - other.files)
        for one, other in zip(found, reversed(found), strict=True)
    )


def _with_verbs(asked: Sequence[Question]) -> list[Question]:
    """A side that says no verb of an effect is asked for what the other side does."""
    verbs = [_verbs(one) for one in asked]
    return [
        one if own or not other else msgspec.structs.replace(one, words=(*one.words, *other))
        for one, own, other in zip(asked, verbs, reversed(verbs), strict=True)
    ]


def _named(side: Question, graph: CallGraph, paths: Collection[str]) -> Question:
    """A side of one word that is a function's name is that function; a class and its method are the method."""
    if not side.identifiers and len(side.words) == 1:
        found = [symbol for symbol in graph.find(side.words[0]) if split(symbol)[0] in paths]
        named = [symbol for symbol in found if split(symbol)[1] == side.words[0]]
        return msgspec.structs.replace(side, identifiers=tuple(named[:1]))
    methods = tuple(_methods(side, graph, paths))
    return msgspec.structs.replace(side, identifiers=methods) if methods else side


def _methods(side: Question, graph: CallGraph, paths: Collection[str]) -> Iterator[str]:
    """The methods that a side names apart from their classes (`Writer` and `save`)."""
    for owner in side.identifiers:
        classes = [symbol for symbol in graph.find(owner) if split(symbol)[0] in paths]
        for name in (*side.identifiers, *side.words):
            for home in classes[:1]:
                method = f"{home}.{name}"
                if method in graph.definitions and graph.definitions[home].kind == "class":
                    yield method


def _verbs(question: Question) -> tuple[str, ...]:
    named = tuple(piece for name in question.identifiers for piece in pieces(name.rpartition("::")[2]))
    return tuple(word for word in (*question.words, *named) if families_of([word]))


def _home(
    stems: Collection[str], facts: Mapping[str, FileFacts], tree: SourceTree, paths: Collection[str]
) -> frozenset[str]:
    """The files that are called after a side; verbs name what is done there and no place."""
    verbs = {word for family in language().families for word in family.words}
    wanted = frozenset(stems) - verbs
    aliases = wanted | {stem.removeprefix(_PREFIX) for stem in wanted} | {_PREFIX + stem for stem in wanted}
    return frozenset(
        path
        for path in paths
        if path in tree
        if any(not aliases.isdisjoint(pieces(part)) for part in tree.file(path).module.split("."))
        or (path in facts and not aliases.isdisjoint(_imported(facts[path])))
    )


def _imported(facts: FileFacts) -> Iterator[str]:
    """The stems of the outermost packages that a file imports."""
    for bound in facts.names.values():
        for meanings in bound.values():
            for meaning in meanings:
                if meaning[:2] in ("I:", "F:"):
                    yield from pieces(meaning[2:].partition("|")[0].partition(".")[0])
