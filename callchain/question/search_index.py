"""An inverted index over the functions of a code base: in which of them each stem stands, and how often."""

from __future__ import annotations

import math
from array import array
from collections import Counter
from collections.abc import Collection, Mapping
from pathlib import Path

import msgspec
import numpy as np

from callchain.callgraph.derived import derived
from callchain.callgraph.graph import CallGraph
from callchain.facts.records import FileFacts
from callchain.model.symbol import split
from callchain.question.corpus import documents
from callchain.source.tree import SourceTree

_K1 = 1.5
_B = 0.75


class SearchIndex(msgspec.Struct, frozen=True, array_like=True):
    """All functions in order of path and line; byte fields are arrays of little-endian 32-bit integers."""

    symbols: list[str]
    lines: list[int]
    lengths: bytes
    """How many stems each function has."""
    stems: list[str]
    ends: bytes
    """Where the postings of each stem end."""
    functions: bytes
    """Of each posting the number of the function, ascending for a stem."""
    counts: bytes
    """Of each posting how often the stem stands there."""


def search_index(graph: CallGraph, facts: Mapping[str, FileFacts], tree: SourceTree) -> SearchIndex:
    """The index of all files, from the cache where nothing changed."""
    return derived(graph, "search index", SearchIndex, Path(__file__).parent, lambda: indexed(facts, tree))


def indexed(facts: Mapping[str, FileFacts], tree: SourceTree) -> SearchIndex:
    """The index of all files."""
    symbols: list[str] = []
    lines: list[int] = []
    lengths = array("i")
    postings: dict[str, tuple[array[int], array[int]]] = {}
    for document in documents(facts, tree, facts):
        for stem, count in Counter(document.stems).items():
            where, often = postings.setdefault(stem, (array("i"), array("i")))
            where.append(len(symbols))
            often.append(count)
        symbols.append(document.symbol)
        lines.append(document.line)
        lengths.append(len(document.stems) or 1)  # one without words has an empty one
    stems = sorted(postings)
    ends = np.cumsum([len(postings[stem][0]) for stem in stems], dtype="<i4")
    return SearchIndex(
        symbols,
        lines,
        np.asarray(lengths, dtype="<i4").tobytes(),
        stems,
        ends.tobytes(),
        _joined([postings[stem][0] for stem in stems]),
        _joined([postings[stem][1] for stem in stems]),
    )


def _joined(parts: list[array[int]]) -> bytes:
    return b"".join(np.asarray(part, dtype="<i4").tobytes() for part in parts)


class Corpus:
    """The functions of some files, for scoring."""

    def __init__(self, index: SearchIndex, paths: Collection[str]) -> None:
        files = [split(symbol)[0] for symbol in index.symbols]
        wanted = np.array([path in paths for path in files], dtype=bool)
        chosen = np.flatnonzero(wanted)
        self.symbols = [index.symbols[number] for number in chosen]
        self.lines = [index.lines[number] for number in chosen]
        self.paths = [files[number] for number in chosen]
        self._number = np.cumsum(wanted) - 1
        self._wanted = wanted
        self._lengths = np.frombuffer(index.lengths, dtype="<i4")[chosen].astype(np.float64)
        self._stems = {stem: number for number, stem in enumerate(index.stems)}
        self._ends = np.frombuffer(index.ends, dtype="<i4")
        self._functions = np.frombuffer(index.functions, dtype="<i4")
        self._counts = np.frombuffer(index.counts, dtype="<i4")

    def __len__(self) -> int:
        return len(self.symbols)

    def scores(self, stem: str) -> np.ndarray:
        """The BM25 score of a stem in each function (float32).

        In the form that Lucene uses (Kamphuis et al., "Which BM25 do you mean?", ECIR 2020), k1 1.5 and b 0.75.
        """
        found: np.ndarray = np.zeros(len(self), dtype=np.float32)
        place = self._stems.get(stem)
        if place is None or not len(self):
            return found
        postings = slice(self._ends[place - 1] if place else 0, self._ends[place])
        functions, counts = self._functions[postings], self._counts[postings]
        inside = self._wanted[functions]
        functions, counts = self._number[functions[inside]], counts[inside].astype(np.float64)
        rarity = np.float32(math.log(1 + (len(self) - len(functions) + 0.5) / (len(functions) + 0.5)))
        length = _K1 * ((1 - _B) + _B * self._lengths[functions] / self._lengths.mean())
        found[functions] = np.float64(rarity) * (counts / (length + counts))
        return found
