"""A small code base with two directions of persistence, a script that joins them, and another back end."""

from dataclasses import dataclass
from pathlib import Path

from callchain.callgraph.build import build
from callchain.callgraph.graph import CallGraph
from callchain.chain.answer import answer
from callchain.facts.records import FileFacts
from callchain.facts.store import read_facts
from callchain.model.chain import Chain
from callchain.model.question import Candidate, EntryPoint, Question, Ranked
from callchain.question.entry import choose
from callchain.question.rank import rank
from callchain.question.understand import understand
from callchain.source.namespace import select
from callchain.source.tree import SourceTree, read_tree

SAMPLE = Path(__file__).parent.parent / "assets" / "archive_sample"


@dataclass(frozen=True)
class Asked:
    """A question with everything that was made of it."""

    tree: SourceTree
    facts: dict[str, FileFacts]
    graph: CallGraph
    question: Question
    ranking: tuple[Ranked, ...]
    candidates: tuple[Candidate, ...]
    entries: tuple[EntryPoint, ...]
    chain: Chain


def ask(root: Path, text: str, namespaces: tuple[str, ...] = (), **more: str) -> Asked:
    """Read `root` and answer, as the command does."""
    tree = read_tree(root)
    facts = read_facts(tree, cache=False, jobs=1)
    graph = build(tree, facts)
    question = understand(text, namespaces=namespaces, **more)
    paths = select(tree, namespaces)
    ranking = rank(question, graph, facts, tree, paths)
    candidates, entries = choose(question, ranking, graph, facts, tree, paths)
    chain = answer(question, ranking, candidates, entries, graph, facts, tree, paths)
    return Asked(tree, facts, graph, question, ranking, candidates, entries, chain)


QUESTION = (
    "How does the workflow produce and consume `weights.zip` bundles (train → `Keeper.save_all` → "
    "`load_bundle`)? Contrast with the checkpoint in `other.train`."
)
