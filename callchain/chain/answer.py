"""The answer to a question: its flows and all that was read about them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from callchain.callgraph.graph import CallGraph
from callchain.chain.absent import absent_sections
from callchain.chain.artefacts import Touch, artefacts, touches
from callchain.chain.assumptions import assumptions_of, respellings
from callchain.chain.beside import beside
from callchain.chain.carried import with_cargo
from callchain.chain.config_flow import state_effects, state_keys
from callchain.chain.constants import constants_of
from callchain.chain.contrast import contrast_of, side
from callchain.chain.effects import effects_of
from callchain.chain.flows import Draft, breaks_of, draft, finish
from callchain.chain.growth import DEPTH
from callchain.chain.mentions import document_mentions, ledger_summary, vocabulary
from callchain.chain.references import held_by_reference
from callchain.chain.scaling import names_a_factor, scale_steps
from callchain.chain.stores import Stores
from callchain.chain.syntax import Syntax
from callchain.chain.unknowns import blind_spots_of
from callchain.chain.values import Values
from callchain.facts.records import FileFacts
from callchain.model.chain import Artefact, Chain, Contrast, Effect, Flow, StateAccess, StateKey
from callchain.model.question import Candidate, EntryPoint, Question, Ranked
from callchain.model.symbol import split
from callchain.question.found_flows import SIZE, FoundFlow, find_flows
from callchain.question.nearest import respelled
from callchain.question.steps import reach
from callchain.source.tree import SourceTree

LEDGER = "docs/findings.md"
_SCALE_REACH = 4
_SCALE_MOST = 400
T = TypeVar("T", Effect, StateAccess)


def answer(
    question: Question,
    ranking: Sequence[Ranked],
    candidates: Sequence[Candidate],  # noqa: ARG001 - part of what an answer rests on; flows are found from the ranking
    entries: Sequence[EntryPoint],  # noqa: ARG001 - as above: entries and flows come from the same trunks
    graph: CallGraph,
    facts: Mapping[str, FileFacts],
    tree: SourceTree,
    paths: Collection[str],
    *,
    size: int = SIZE,
    depth: int = DEPTH,
    ledger: str = LEDGER,
    flows: Sequence[FoundFlow] | None = None,
) -> Chain:
    """All that reading says for a question.

    Args:
        question: what was asked.
        ranking: the functions that match, best first.
        candidates: the entry candidates.
        entries: the chosen entry points.
        graph: the call graph of the whole tree.
        facts: the facts of all files.
        tree: the source.
        paths: the files of the subject.
        size: about how many functions a flow shows.
        depth: how many calls a branch may go away from the way from entry to sink.
        ledger: the path of the findings ledger.
        flows: the ways of each flow; found here unless given.
    """
    syntax = Syntax(tree)
    stores = Stores(graph, facts, syntax)
    changing = {item.symbol for item in stores.accesses if item.kind in ("write", "update") and "::" in item.store}
    changing -= stores.accessors
    if flows is None:
        flows = find_flows(question, ranking, graph, facts, tree, paths, size)
    drafts = [
        draft(flow.plan, flow.trunks[0], flow.worth, graph, size, changing, depth) for flow in flows if flow.trunks
    ]
    symbols = tuple(dict.fromkeys(symbol for made in drafts for symbol in made.symbols))
    effects = tuple(sorted({*effects_of(symbols, graph, syntax), *state_effects(stores.accesses, set(symbols))}))
    files = {
        file.path for file in tree.files if file.kind != "test" and (file.path in paths or file.kind == "script")
    }
    scripts = {file.path for file in tree.files if file.kind == "script"}
    state = state_keys(stores.accesses, set(symbols), files, scripts)
    scaled = {path for path in paths if path in tree and tree.file(path).kind != "test"}
    scaling = scale_steps(_scaling_symbols(drafts, graph, facts, scaled), syntax)
    owners = {step.symbol for step in scaling}
    finished = tuple(
        with_cargo(finish(made, graph, _by_symbol(effects), _by_symbol(stores.accesses), owners), syntax)
        for made in drafts
        if made.symbols
    )
    things = _artefacts(drafts, effects, stores.accesses, graph, facts, syntax)
    known = [name for name in question.identifiers if graph.find(name)]
    names = vocabulary(symbols, things, (*question.files, *known), _named_stores(state))
    mentions = document_mentions(tree, names, ledger)
    chain = Chain(
        flows=finished,
        state=state,
        effects=effects,
        artefacts=things,
        scaling=scaling,
        constants=constants_of(symbols, syntax),
        contrast=_contrast(finished, effects, things, state, beside(finished, things, facts, graph, syntax)),
        documents=mentions,
        ledger=ledger_summary(tree, ledger, mentions),
        blind_spots=tuple(
            sorted(
                {
                    *blind_spots_of(symbols, graph, tree, question.namespaces),
                    *(spot for made in drafts for spot in breaks_of(made, graph)),
                }
            )
        ),
        assumptions=(
            *respellings(respelled(question, graph, facts, paths), graph),
            *assumptions_of(finished, graph, syntax),
        ),
    )
    return absent_sections(chain, question, len(paths), len(tree.documents))


def _by_symbol(items: Iterable[T]) -> dict[str, list[T]]:
    found: dict[str, list[T]] = {}
    for item in items:
        found.setdefault(item.symbol, []).append(item)
    return found


def _scaling_symbols(
    drafts: Sequence[Draft], graph: CallGraph, facts: Mapping[str, FileFacts], paths: Collection[str]
) -> list[str]:
    """Functions on the answer's flows or a few calls below that use a name of scaling, in order of distance."""
    near: dict[str, None] = {}
    for made in drafts:
        if made.plan.role == "answer":
            for start in made.symbols:
                near.update(dict.fromkeys(reach(graph, start, paths, _SCALE_REACH)))
    speaking = {
        symbol
        for path in {split(symbol)[0] for symbol in near}
        if path in paths and path in facts
        for fact in facts[path].texts
        if (symbol := f"{path}::{fact.qualname}") in near
        and any(names_a_factor(word) for word in fact.text.split()[:400])
    }
    return [symbol for symbol in near if symbol in speaking][:_SCALE_MOST]


def _artefacts(
    drafts: Sequence[Draft],
    effects: Sequence[Effect],
    accesses: Iterable[StateAccess],
    graph: CallGraph,
    facts: Mapping[str, FileFacts],
    syntax: Syntax,
) -> tuple[Artefact, ...]:
    defaults = _defaults(accesses)
    found: list[Touch] = []
    by_reference: dict[str, str] = {}
    for made in drafts:
        values = Values(graph, syntax, made.edges, defaults)
        own = [effect for effect in effects if effect.symbol in made.symbols]
        found.extend(touches(own, values, syntax))
        by_reference.update(held_by_reference(own, values, graph, syntax))
    chain = {symbol for made in drafts for symbol in made.symbols}

    def elsewhere(name: str) -> tuple[str, ...]:
        return tuple(
            f"{symbol} `{path}:{fact.line}`"
            for path in sorted(facts)
            for fact in facts[path].texts
            if fact.kind == "string" and fact.text.endswith(name)
            if (symbol := f"{path}::{fact.qualname}") not in chain
        )

    return artefacts(found, elsewhere, by_reference)


def _defaults(accesses: Iterable[StateAccess]) -> dict[tuple[str, int, str], str]:
    """Where a key is read → its literal default."""
    accesses = tuple(accesses)
    default = {
        (item.store, item.key): item.value for item in accesses if item.kind in ("default", "field", "flag")
    }
    return {
        (item.path, item.line, item.key): default[item.store, item.key]
        for item in accesses
        if item.kind == "read" and (item.store, item.key) in default
    }


def _named_stores(state: Iterable[StateKey]) -> Iterator[str]:
    """The stores as documents name them: `params.cfg`, or the class of a config object."""
    for store in sorted({key.store for key in state}):
        path, _, name = store.partition("::")
        if name[:1].isupper():
            yield name
        elif name:
            yield f"{path.rpartition('/')[2].removesuffix('.py')}.{name}"


def _contrast(
    flows: Sequence[Flow],
    effects: Sequence[Effect],
    things: Sequence[Artefact],
    state: Sequence[StateKey],
    off_chain: Sequence[Effect],
) -> Contrast | None:
    ours = [flow for flow in flows if flow.role == "answer"]
    theirs = [flow for flow in flows if flow.role == "contrast"]
    if not ours or not theirs:
        return None
    return contrast_of(side(ours, effects, things, state), side(theirs, effects, things, state), off_chain)


def functions_of(chain: Chain) -> tuple[str, ...]:
    """All functions of an answer in order, each once."""
    return tuple(dict.fromkeys(stage.symbol for flow in chain.flows for stage in flow.chain))
