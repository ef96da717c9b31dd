"""Ranking: which functions speak of what was asked, by BM25 over their text and by names."""

from __future__ import annotations

import heapq
from collections.abc import Collection, Mapping

import numpy as np

from callchain.callgraph.graph import CallGraph
from callchain.facts.records import FileFacts
from callchain.model.question import Question, Ranked
from callchain.question.language import families_of, pieces
from callchain.question.mentions import Mention, mentions
from callchain.question.overview import is_overview, overview_ranking
from callchain.question.plan import contrast_files
from callchain.question.search_index import Corpus, search_index
from callchain.question.terms import Term, terms
from callchain.source.tree import SourceTree

_OTHER_SIDE = 0.5
_TESTS_COUNT = 0.3
"""A test repeats the question's words more often than the code it tests."""


_TESTING_COUNTS = 0.6
"""So do the tools for tests that a package ships."""
CALLS_GIVEN = "calls what it is given"
_TAKER = 0.1


def rank(
    question: Question,
    graph: CallGraph,
    facts: Mapping[str, FileFacts],
    tree: SourceTree,
    paths: Collection[str],
    *,
    limit: int = 2000,
) -> tuple[Ranked, ...]:
    """The functions that match best, highest score first; equal scores in order of symbol.

    The score is BM25 over names, docstrings, strings and identifiers in the body, in the unit of the best match
    (1.0), and on top of it what a named identifier or a quoted file is worth. Of a question about the whole it is
    how well functions are known to users.
    """
    if is_overview(question):
        return overview_ranking(graph, tree, paths)
    corpus = Corpus(search_index(graph, facts, tree), paths)
    asked = terms(question)
    matched = _match(corpus, asked) * _sides(corpus, asked, contrast_files(question, graph, paths))
    by_path = {path: _factor(path, tree) for path in dict.fromkeys(corpus.paths)}
    factors = np.array([by_path[path] for path in corpus.paths])
    text = (matched.sum(axis=0) * factors) if len(asked) and len(corpus) else np.zeros(len(corpus))
    best = float(text.max()) if len(text) else 0.0
    shares = (text / best if best else text).tolist()
    named = mentions(question, graph, facts, paths)
    takers = (
        _takers(facts, paths) if any(family.name == "call" for family in families_of(question.words)) else set()
    )
    scores: dict[int, float] = {}
    for index, symbol in enumerate(corpus.symbols):
        if shares[index] > 0 or symbol in named or symbol in takers:
            mentioned = named[symbol].weight if symbol in named else 0.0
            scores[index] = round(shares[index] + mentioned + (_TAKER if symbol in takers else 0.0), 4)
    best_first = heapq.nsmallest(limit, scores, key=lambda index: (-scores[index], corpus.symbols[index]))
    return tuple(
        _ranked(corpus, index, scores[index], matched[:, index], asked, named, takers) for index in best_first
    )


def _sides(corpus: Corpus, asked: tuple[Term, ...], other: Collection[str]) -> np.ndarray:
    """How much each term counts in each document: the contrast's words on its side only, the others there half."""
    there = np.array([path in other for path in corpus.paths], dtype=float)
    rows = [there if term.contrast else 1.0 - _OTHER_SIDE * there for term in asked]
    return np.array(rows) if rows and len(corpus) else np.zeros((len(asked), len(corpus)))


def _factor(path: str, tree: SourceTree) -> float:
    if tree.file(path).kind == "test":
        return _TESTS_COUNT
    return _TESTING_COUNTS if "test" in pieces(path) else 1.0


def _takers(facts: Mapping[str, FileFacts], paths: Collection[str]) -> set[str]:
    """Functions that call something that they were given or looked up."""
    return {
        f"{path}::{fact.qualname}"
        for path in paths
        if path in facts
        for fact in facts[path].texts
        if fact.kind == "callback"
    }


def _match(corpus: Corpus, asked: tuple[Term, ...]) -> np.ndarray:
    """The BM25 score of each term (rows) in each function (columns), times the term's weight."""
    if not len(corpus) or not asked:
        return np.zeros((len(asked), len(corpus)))
    scores: np.ndarray = np.array([corpus.scores(term.stem) * term.weight for term in asked])
    return scores


def _ranked(
    corpus: Corpus,
    index: int,
    score: float,
    matched: np.ndarray,
    asked: tuple[Term, ...],
    named: Mapping[str, Mention],
    takers: Collection[str],
) -> Ranked:
    symbol = corpus.symbols[index]
    order = sorted((number for number in range(len(asked)) if matched[number] > 0), key=lambda n: (-matched[n], n))
    words = dict.fromkeys(asked[number].word for number in order)
    given = (CALLS_GIVEN,) if symbol in takers else ()
    why = (*(named[symbol].why if symbol in named else ()), *given, *list(words)[:6])
    return Ranked(
        symbol,
        corpus.paths[index],
        corpus.lines[index],
        score,
        tuple(dict.fromkeys(why)),
        _place(matched, asked),
    )


def _place(matched: np.ndarray, asked: tuple[Term, ...]) -> float:
    """The mean place of the terms that match, each weighing what it earned."""
    total = float(matched.sum())
    if not total:
        return 0.5
    return round(sum(float(matched[number]) * term.place for number, term in enumerate(asked)) / total, 3)
