"""What the other side of a contrast has beside its chain: functions of its own that handle the same files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from callchain.callgraph.graph import CallGraph
from callchain.chain.effects import effects_of
from callchain.chain.syntax import Syntax
from callchain.facts.records import FileFacts
from callchain.model.chain import Artefact, Effect, Flow


def beside(
    flows: Sequence[Flow],
    artefacts: Iterable[Artefact],
    facts: Mapping[str, FileFacts],
    graph: CallGraph,
    syntax: Syntax,
) -> tuple[Effect, ...]:
    """The effects of functions off the chain that lie where the contrast lies and name a file of the answer.

    The contrast lies in the packages (top folders) of its flows that hold nothing of the answer's, and in
    the files of its flows. What is there is no part of the contrast's chain, and yet not missing from the code.
    """
    ours = {stage.symbol for flow in flows if flow.role == "answer" for stage in flow.chain}
    theirs = {stage.symbol for flow in flows if flow.role == "contrast" for stage in flow.chain}
    names = tuple(sorted({item.name for item in artefacts if "." in item.name and "{" not in item.name}))
    if not ours or not theirs or not names:
        return ()
    tops = {_top(symbol) for symbol in theirs} - {_top(symbol) for symbol in ours}
    homes = {symbol.partition("::")[0] for symbol in theirs} - {symbol.partition("::")[0] for symbol in ours}
    near = [path for path in sorted(facts) if path in homes or _top(path) in tops]
    found = dict.fromkeys(_naming(near, facts, names))
    return effects_of([symbol for symbol in found if symbol not in ours | theirs], graph, syntax)


def _naming(paths: Iterable[str], facts: Mapping[str, FileFacts], names: tuple[str, ...]) -> Iterator[str]:
    for path in paths:
        for fact in facts[path].texts:
            if fact.kind == "string" and fact.text.endswith(names):
                yield f"{path}::{fact.qualname}"


def _top(path: str) -> str:
    return path.partition("/")[0]
