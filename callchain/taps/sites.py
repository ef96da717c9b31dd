"""Places of a chain that are worth a look: configuration, sinks, loads, reconstruction, normalisation, stages."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from callchain.chain.syntax import Syntax
from callchain.model.chain import Chain, Effect, Flow, FlowEdge
from callchain.model.symbol import last_name, split
from callchain.taps.statement import innermost_statement

CONFIG, SINK, LOAD, RECONSTRUCTION, NORMALISATION, STAGE = (
    "config",
    "sink",
    "load",
    "reconstruction",
    "normalisation",
    "stage",
)
ROLES = (CONFIG, SINK, LOAD, RECONSTRUCTION, NORMALISATION, STAGE)
_SINKS = ("archive", "model", "checkpoint", "pickle", "hdf5", "file", "json", "network", "tracking", "subprocess")
_LOADS = ("pickle", "model", "checkpoint", "archive", "hdf5", "json", "file", "network")
_MAKERS = re.compile(r"(?:^|_)(?:create|build|make|construct|restore|rebuild|init|from|new)(?:_|$)")


@dataclass(frozen=True)
class Site:
    """A place and why it is looked at; `line` is that of the call or access, `rank` orders sites of one role."""

    role: str
    symbol: str
    line: int
    what: str
    """The last name of what is called or accessed there, which becomes part of the key."""
    why: str
    where: str
    rank: tuple[int, ...]
    stage: str = ""
    store: str = ""
    """The symbol of the store, where configuration is taken from one."""


def sites_of(chain: Chain, syntax: Syntax) -> tuple[Site, ...]:
    """Every site of the answer's flows, those of a contrast last; of each role the best first."""
    found: list[Site] = []
    for order, flow in enumerate(sorted(chain.flows, key=lambda flow: flow.role == "contrast")):
        stages = {stage.symbol: number for number, stage in enumerate(flow.chain)}
        of_flow = _of_flow(flow, chain, stages, syntax)
        found += (replace(site, rank=(order, *site.rank), stage=f"{flow.name}: {site.role}") for site in of_flow)
    found += _normalisations(chain)
    unique = {(site.symbol, site.line, site.where): site for site in reversed(found)}
    return tuple(sorted(unique.values(), key=lambda site: (ROLES.index(site.role), site.rank, site.line)))


def _of_flow(flow: Flow, chain: Chain, stages: dict[str, int], syntax: Syntax) -> Iterator[Site]:
    yield from _configs(flow, chain, stages)
    effects = [effect for effect in chain.effects if effect.symbol in stages]
    for effect in effects:
        if effect.sink and effect.action in ("write", "send", "start", "delete") and effect.kind in _SINKS:
            yield _of_effect(effect, SINK, "before", _SINKS, -stages[effect.symbol])
        if effect.action == "read" and effect.kind in _LOADS:
            yield _of_effect(effect, LOAD, _after(effect, syntax), _LOADS, stages[effect.symbol])
    reading = {effect.symbol for effect in effects if effect.action == "read"}
    for edge in flow.edges:
        if edge.caller in reading and _makes(edge):
            what = last_name(edge.callee)
            why = f"what is rebuilt from what was read: before {split(edge.callee)[1]} is called"
            yield Site(RECONSTRUCTION, edge.caller, edge.line, what, why, "before", (stages.get(edge.caller, 99),))
    for number, stage in enumerate(flow.chain):
        rank = (0 if stage.stage == "sink" else 1, -number)
        yield Site(STAGE, stage.symbol, stage.line, "result", "what the stage gives back", "return", rank)


def _configs(flow: Flow, chain: Chain, stages: dict[str, int]) -> Iterator[Site]:
    """Where a flow takes up configuration: copies of a whole store, then single reads; else the flow's entry."""
    grades = {"copy": 0, "read": 1, "pop": 2}
    accesses = [a for key in chain.state for a in key.accesses if a.symbol in stages and a.kind in grades]
    for access in accesses:
        what = access.store.rpartition("::")[2].rpartition(".")[2] or access.store
        why = f"configuration is complete where {access.expression or access.store} takes it"
        rank = (grades[access.kind], stages[access.symbol])
        yield Site(CONFIG, access.symbol, access.line, what, why, "before", rank, store=access.store)
    if flow.chain:
        entry = flow.chain[0]
        yield Site(CONFIG, entry.symbol, entry.line, "entry", "what the flow is given", "entry", (3, 0))


def _of_effect(effect: Effect, role: str, where: str, kinds: tuple[str, ...], stage: int) -> Site:
    verb = "written" if role == SINK else "read"
    callee = effect.callee.rpartition(".")[2] or effect.kind
    why = f"what is {verb} by {effect.callee or effect.kind} ({effect.kind})"
    return Site(role, effect.symbol, effect.line, callee, why, where, (kinds.index(effect.kind), stage))


def _after(effect: Effect, syntax: Syntax) -> str:
    """A block that opens something is looked at before; what it gave is seen after the statement inside it."""
    statement = innermost_statement(syntax, effect.symbol, effect.line)
    return "before" if isinstance(statement, ast.With | ast.AsyncWith | ast.For | ast.If | ast.Return) else "after"


def _makes(edge: FlowEdge) -> bool:
    name = last_name(edge.callee)
    return name == "__init__" or name[:1].isupper() or bool(_MAKERS.search(name))


def _normalisations(chain: Chain) -> Iterator[Site]:
    """Scaling inside a flow first, then by a factor that is kept in the state, then any."""
    inside = {stage.symbol for flow in chain.flows for stage in flow.chain}
    kept = {key.key for key in chain.state}
    for step in chain.scaling:
        grade = 0 if step.symbol in inside and step.factor in kept else 1 if step.factor in kept else 2
        grade = min(grade, 1) if step.symbol in inside else grade
        why = f"the values before they are scaled by {step.factor}: {step.expression}"
        rank = (grade, step.order)
        yield Site(NORMALISATION, step.symbol, step.line, step.factor, why, "before", rank, "normalisation")
