"""What was read joined with what ran: the evidence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from callchain.evidence.absences import with_absences
from callchain.evidence.anchors import check
from callchain.evidence.artefacts import join_artefacts
from callchain.evidence.clauses import judge_clauses
from callchain.evidence.effects import join_effects
from callchain.evidence.excerpts import excerpts_of
from callchain.evidence.flows import index_edges, join_flow
from callchain.evidence.quality import measure
from callchain.evidence.runs import summarise
from callchain.evidence.sources import SourceLines, Sources
from callchain.evidence.state import join_mutations, join_state
from callchain.evidence.verdicts import Observation, observe
from callchain.model.chain import Artefact, Chain, Flow
from callchain.model.graph import BlindSpot, Edge
from callchain.model.package import SCHEMA, Evidence, Provenance, Quality
from callchain.model.question import Candidate, EntryPoint, Question, Ranked
from callchain.model.recording import RunRecord
from callchain.model.tap import TapResult


def join(
    question: Question,
    ranking: Sequence[Ranked],
    candidates: Sequence[Candidate],
    entries: Sequence[EntryPoint],
    chain: Chain,
    *,
    tree: SourceLines,
    provenance: Provenance,
    graph_edges: Iterable[Edge] = (),
    runs: Sequence[RunRecord] = (),
    taps: Sequence[TapResult] = (),
    artefacts: Sequence[Artefact] = (),
    traced: Iterable[str] | None = None,
    files_read: int = 0,
) -> Evidence:
    """The package's record.

    Args:
        question: what was asked.
        ranking: the symbols that match best.
        candidates: the possible entry points.
        entries: those that were chosen.
        chain: what reading alone says of the answer.
        tree: gives the lines of the source, against which every anchor is proved.
        provenance: how the package came about; its hashes are filled in when it is written.
        graph_edges: the edges of the whole call graph; an observed call among them is not `observed-only`.
        runs: the recordings, in the order of the commands; none when nothing was run.
        taps: the taps with their verdicts.
        artefacts: what the runs really left behind.
        traced: the files that were under the tracer; None when every file of the chain was.
        files_read: how many files the reading took in.
    """
    sources = Sources(tree)
    seen = observe(runs, traced)
    callers = {caller for caller, _ in seen.edges}
    read = index_edges(edge for edge in graph_edges if edge.caller in callers)
    joined = [join_flow(flow, seen, sources, read) for flow in chain.flows]
    flows = tuple(part.flow for part in joined)
    on_chain = {stage.symbol for flow in flows for stage in flow.chain}
    mutations = join_mutations(runs)
    effects = join_effects(chain.effects, seen, sources, on_chain, mutations)
    spots = (*chain.blind_spots, *(spot for part in joined for spot in part.left_out), *effects.left_out)
    results = tuple(cross_reference(tap, flows, seen) for tap in taps)
    things = join_artefacts(chain.artefacts, artefacts, seen.effects)
    state = join_state(chain.state, mutations, results)
    evidence = Evidence(
        schema=SCHEMA,
        initiative_id=question.initiative_id,
        question=question,
        ranking=tuple(ranking),
        candidates=tuple(candidates),
        entry_points=tuple(entries),
        flows=flows,
        state=state,
        mutations=mutations,
        effects=effects.effects,
        artefacts=things,
        scaling=chain.scaling,
        constants=chain.constants,
        contrast=chain.contrast,
        documents=judge_clauses(chain.documents, flows, things, state, effects.effects),
        ledger=chain.ledger,
        taps=results,
        runs=tuple(summarise(run, question.namespaces) for run in runs),
        blind_spots=_distinct(spots),
        assumptions=chain.assumptions,
        absent=dict(chain.absent),
        quality=Quality(),
        provenance=provenance,
    )
    return _measured(evidence, sources, files_read)


def _measured(evidence: Evidence, sources: Sources, files_read: int) -> Evidence:
    anchors = check(evidence, sources)
    skipped = len(evidence.provenance.skipped)
    quality = measure(evidence.flows, evidence.taps, evidence.blind_spots, anchors, files_read, skipped)
    told = with_absences(msgspec.structs.replace(evidence, quality=quality))
    return msgspec.structs.replace(told, excerpts=excerpts_of(told, sources))


def _distinct(spots: Iterable[BlindSpot]) -> tuple[BlindSpot, ...]:
    return tuple(dict.fromkeys(spots))


def cross_reference(tap: TapResult, flows: Sequence[Flow], seen: Observation) -> TapResult:
    """The tap with the edges that enter its function, and the stage of that function where it names none."""
    on_flows = [(e.caller, e.line) for flow in flows for e in flow.edges if e.callee == tap.symbol]
    known = {caller for caller, _ in on_flows}
    groups = [
        group for (caller, callee), group in seen.edges.items() if callee == tap.symbol and caller not in known
    ]
    observed = sorted((e.caller, e.line) for group in groups for e in group)
    edges = dict.fromkeys(f"{caller}:{line} → {tap.symbol}" for caller, line in (*on_flows, *observed))
    stages = [stage.stage for flow in flows for stage in flow.chain if stage.symbol == tap.symbol]
    stage = tap.stage or (stages[0] if stages else "")
    return msgspec.structs.replace(tap, edges=tap.edges or tuple(edges), stage=stage)
