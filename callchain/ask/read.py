"""The reading half: from the root and the question to the chain that answers it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from callchain.ask.request import AskRequest
from callchain.callgraph.build import build
from callchain.callgraph.graph import CallGraph
from callchain.callgraph.rule_files import own_rules
from callchain.chain.answer import LEDGER, answer
from callchain.chain.growth import DEPTH
from callchain.facts.collection import no_collection
from callchain.facts.records import FileFacts
from callchain.facts.store import Extractor, read_facts
from callchain.model.chain import Chain
from callchain.model.question import Candidate, EntryPoint, Question, Ranked
from callchain.question.entry import choose
from callchain.question.found_flows import SIZE, find_flows
from callchain.question.rank import rank
from callchain.question.understand import understand
from callchain.source.namespace import select
from callchain.source.tree import SourceTree, read_tree

Phase = Callable[[str], None]


class TimedPhase(str):
    """The name of a phase that runs against a clock.

    Args:
        name: what is done.
        budget_s: seconds until it is ended.
    """

    budget_s: float

    def __new__(cls, name: str, budget_s: float) -> Self:
        """Keep the budget beside the name."""
        phase = super().__new__(cls, name)
        phase.budget_s = budget_s
        return phase


@dataclass(frozen=True)
class Codebase:
    """A tree read as a whole."""

    tree: SourceTree
    facts: Mapping[str, FileFacts]
    graph: CallGraph


@dataclass(frozen=True)
class Answer:
    """What reading alone says; `paths` are the files of the subject."""

    codebase: Codebase
    paths: frozenset[str]
    question: Question
    ranking: tuple[Ranked, ...]
    candidates: tuple[Candidate, ...]
    entry_points: tuple[EntryPoint, ...]
    chain: Chain


def read_codebase(root: Path, phase: Phase, *, words: bool = True, extractor: Extractor | None = None) -> Codebase:
    """Discover, parse and link all of `root`; without the words of the files where only calls are asked for."""
    phase("looking for files")
    tree = read_tree(root)
    phase(f"reading {len(tree.files)} files")
    with no_collection():
        facts = read_facts(tree, words=words, extractor=extractor)
        phase("linking the call graph")
        return Codebase(tree, facts, build(tree, facts, rules=own_rules(root)))


def subject_paths(codebase: Codebase, question: Question) -> frozenset[str]:
    """The files of the namespaces, and of the packages that the question contrasts or compares them with."""
    paths = select(codebase.tree, question.namespaces)
    if question.namespaces:
        for name in (question.contrast, *(question.identifiers if question.sides else ())):
            for symbol in codebase.graph.find(name)[:1] if name else ():
                module = codebase.tree.file(symbol.partition("::")[0]).module
                paths |= select(codebase.tree, (module.partition(".")[0],))
    return paths


def read_answer(request: AskRequest, phase: Phase) -> Answer:
    """Everything that can be said without running the program.

    Raises:
        CallchainError: the root, a namespace or the question is of no use; the line says why.
    """
    return answer_question(read_codebase(request.root, phase), request, phase)


def answer_question(codebase: Codebase, request: AskRequest, phase: Phase) -> Answer:
    """The same of a code base that was read before.

    Raises:
        CallchainError: a namespace or the question is of no use; the line says why.
    """
    with no_collection():
        return _answered(codebase, request, phase)


def _answered(codebase: Codebase, request: AskRequest, phase: Phase) -> Answer:
    question = understand(
        request.question,
        hints=request.scope_hints,
        namespaces=request.namespaces,
        contrast=request.contrast,
        roi_hint=request.roi_hint,
        initiative_id=request.initiative_id,
    )
    paths = subject_paths(codebase, question)
    phase("ranking symbols")
    tree, graph, facts = codebase.tree, codebase.graph, codebase.facts
    ranking = rank(question, graph, facts, tree, paths)
    size = request.breadth or SIZE
    flows = find_flows(question, ranking, graph, facts, tree, paths, size)
    candidates, entries = choose(question, ranking, graph, facts, tree, paths, flows)
    phase("following the chain")
    ledger = request.ledger or LEDGER
    chain = answer(
        question,
        ranking,
        candidates,
        entries,
        graph,
        facts,
        tree,
        paths,
        ledger=ledger,
        size=size,
        depth=request.depth or DEPTH,
        flows=flows,
    )
    return Answer(codebase, paths, question, ranking, candidates, entries, chain)
