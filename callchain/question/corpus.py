"""The searchable text of each function: its names, words and strings as weighted stems."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping

import msgspec

from callchain.facts.records import FileFacts
from callchain.model.symbol import MODULE, Definition
from callchain.question.language import pieces, stem
from callchain.source.tree import SourceTree

_WORDS = re.compile(r"[A-Za-z_][A-Za-z0-9_]*|[0-9]+")
_NAME_WEIGHT = 5
_OWNER_WEIGHT = 2
_SUMMARY_WEIGHT = 2


class Document(msgspec.Struct, frozen=True):
    """A function, method or module body as a bag of stems; a stem appears as often as its fields weigh."""

    symbol: str
    line: int
    stems: tuple[str, ...]


def documents(facts: Mapping[str, FileFacts], tree: SourceTree, paths: Collection[str]) -> Iterator[Document]:
    """All documents of the files in `paths`, in order of path and line."""
    for path in sorted(paths):
        if path in facts:
            yield from _of_file(facts[path], tree.file(path).module)


def _of_file(facts: FileFacts, module: str) -> Iterator[Document]:
    words: dict[str, list[str]] = {}
    for fact in facts.texts:
        if fact.kind != "callback":
            words.setdefault(fact.qualname, []).append(fact.text)
    classes = {item.qualname: item for item in facts.definitions if item.kind == "class"}
    place = _stems(module.replace(".", " "))[-6:]
    for definition in facts.definitions:
        if definition.kind in ("function", "method", "module"):
            own = words.get(definition.qualname, [])
            yield Document(definition.symbol, definition.line, _stems_of(definition, classes, own, place))


def _stems_of(
    definition: Definition, classes: Mapping[str, Definition], words: list[str], place: tuple[str, ...]
) -> tuple[str, ...]:
    name = () if definition.qualname == MODULE else pieces(definition.name)
    owner = definition.qualname.rpartition(".")[0]
    summary = definition.docstring.strip().partition("\n")[0]
    stems = [*name * _NAME_WEIGHT, *place, *_stems(summary) * (_SUMMARY_WEIGHT - 1), *_stems(definition.docstring)]
    if owner:
        stems += _stems(owner.rpartition(".")[2]) * _OWNER_WEIGHT
        stems += _stems(classes[owner].docstring.strip().partition("\n")[0]) if owner in classes else ()
    stems += _stems(" ".join(definition.parameters))
    for text in words:
        stems += _stems(text)
    return tuple(stems)


def _stems(text: str) -> tuple[str, ...]:
    found: list[str] = []
    for word in _WORDS.findall(text):
        if word.islower() and "_" not in word:
            found.append(stem(word))
        else:
            found.extend(pieces(word))
    return tuple(found)
