"""Every anchor that a package asserts, as claims that can be proved one by one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from callchain.model.chain import Artefact, Effect, FlowEdge, StateAccess
from callchain.model.package import Evidence, RunSummary
from callchain.model.recording import CallNode
from callchain.model.symbol import MODULE, last_name, split, symbol
from callchain.model.tap import TapResult

_PLACE = re.compile(r"^(?P<path>.+?):(?P<line>\d+)(?:-(?P<end>\d+))?$")
_SPAN = re.compile(r"`([^`\s]+:\d+(?:-\d+)?)`")
_RAISED = re.compile(r"^(?P<symbol>.+?::.+?):(?P<line>\d+)(?:\s|$)")
_WORD = re.compile(r"\w+")

DEFINITION = "definition"
INSIDE = "inside"
CALL = "call"
MENTION = "mention"
HOLDS = "holds"
PASSAGE = "passage"
PLACE = "place"


@dataclass(frozen=True, order=True)
class Claim:
    """An anchor with what it is said to hold.

    `proof` is one of: `definition` (the line is the symbol's `def`), `inside` (it lies in the symbol's extent),
    `call` (inside, and something there calls), `mention` (inside, and one of `words` is there), `holds` (inside,
    and all of `words` are there), `passage` (the text of a document is there), `place` (the line exists and is
    not blank).
    """

    path: str
    line: int
    end_line: int
    symbol: str
    proof: str
    what: str
    words: tuple[str, ...] = ()
    digest: str = ""


def claims_of(evidence: Evidence) -> tuple[Claim, ...]:
    """All claims, sorted, each once."""
    parts: tuple[Iterable[Claim], ...] = (
        _question(evidence),
        _flows(evidence),
        _chain(evidence),
        _places(evidence),
        (claim for tap in evidence.taps for claim in _tap(tap)),
        (claim for run in evidence.runs for claim in _run(run)),
    )
    return tuple(sorted({claim for part in parts for claim in part}))


def _definition(what: str, name: str, path: str, line: int, end_line: int = 0, digest: str = "") -> Claim:
    return Claim(path, line, end_line, name, DEFINITION, what, digest=digest)


def _question(evidence: Evidence) -> Iterator[Claim]:
    for ranked in evidence.ranking:
        yield _definition("ranked symbol", ranked.symbol, ranked.path, ranked.line)
    for entry in evidence.entry_points:
        yield _definition("entry point", entry.symbol, entry.path, entry.line)
    for candidate in evidence.candidates:
        yield _definition("candidate", candidate.symbol, candidate.path, candidate.line, candidate.end_line)
        for caller in candidate.callers:
            yield Claim(caller.path, caller.line, 0, caller.symbol, CALL, "caller", (last_name(candidate.symbol),))


def _flows(evidence: Evidence) -> Iterator[Claim]:
    for flow in evidence.flows:
        for stage in flow.chain:
            yield _definition("stage", stage.symbol, stage.path, stage.line, stage.end_line, stage.digest)
        for edge in flow.edges:
            yield from _edge(edge)


def _edge(edge: FlowEdge) -> Iterator[Claim]:
    yield Claim(edge.path, edge.line, 0, edge.caller, CALL, "edge", (_called_name(edge.callee),))
    if edge.callee_path and edge.callee_line:
        yield _definition("edge's callee", edge.callee, edge.callee_path, edge.callee_line)


def _called_name(callee: str) -> str:
    """The name that a call line is expected to show: a constructor's is its class's."""
    if "::" not in callee:
        return callee.rpartition(".")[2]
    owner, _, name = split(callee)[1].rpartition(".")
    return owner.rpartition(".")[2] if name in {"__init__", "__new__"} and owner else name


def _chain(evidence: Evidence) -> Iterator[Claim]:
    for key in evidence.state:
        for access in key.accesses:
            yield _access(access)
    for change in evidence.mutations:
        if change.path and change.line:
            yield Claim(change.path, change.line, 0, change.symbol, INSIDE, "mutation")
    for effect in evidence.effects:
        yield _effect(effect)
    for artefact in evidence.artefacts:
        yield from _artefact(artefact)
    for step in evidence.scaling:
        words = tuple(_WORD.findall(step.factor))
        yield Claim(step.path, step.line, 0, step.symbol, HOLDS, "scaling step", words)
    for constant in evidence.constants:
        words = tuple(_WORD.findall(f"{constant.name} {constant.value}"))
        yield Claim(constant.path, constant.line, 0, constant.symbol, MENTION, "constant", words)
    for mention in evidence.documents:
        yield Claim(mention.path, mention.line, 0, "", PASSAGE, "document", (mention.text,))


def _access(access: StateAccess) -> Claim:
    store = access.store.rpartition("::")[2].rpartition(".")[2]
    words = tuple(_WORD.findall(f"{access.key} {store} {access.expression}"))
    return Claim(access.path, access.line, 0, access.symbol, MENTION, "state access", words)


def _effect(effect: Effect) -> Claim:
    words = (effect.callee.rpartition(".")[2],) if effect.callee else ()
    return Claim(effect.path, effect.line, 0, effect.symbol, CALL if words else INSIDE, "effect", words)


def _artefact(artefact: Artefact) -> Iterator[Claim]:
    for anchor in (*artefact.writers, *artefact.readers):
        yield Claim(
            anchor.path, anchor.line, anchor.end_line, anchor.symbol, INSIDE, "artefact", (), anchor.digest
        )


def _places(evidence: Evidence) -> Iterator[Claim]:
    texts = [assumption.anchor for assumption in evidence.assumptions]
    if evidence.contrast is not None:
        texts += [text for row in evidence.contrast.rows for text in (row.a_anchor, row.b_anchor)]
        texts += [hook.anchor for hook in evidence.contrast.hooks]
    texts += [found for told in _told(evidence) for found in _SPAN.findall(told)]
    for text in texts:
        place = _PLACE.match(text.strip())
        if place:
            path, _, name = place["path"].partition("::")
            proof = INSIDE if name else PLACE
            holder = symbol(path, name) if name else ""
            yield Claim(path, int(place["line"]), int(place["end"] or 0), holder, proof, "place")
    for spot in evidence.blind_spots:
        if spot.path and spot.line and spot.kind != "file":
            yield Claim(spot.path, spot.line, 0, spot.symbol, INSIDE, "blind spot")


def _told(evidence: Evidence) -> Iterator[str]:
    """The sentences of the record that hold anchors in code spans."""
    yield evidence.ledger
    yield from (word for candidate in evidence.candidates for word in candidate.words)
    yield from (entry.why for entry in evidence.entry_points)
    yield from evidence.absent.values()
    yield from (key.hazard for key in evidence.state)
    yield from (artefact.note for artefact in evidence.artefacts)
    yield from (part for mention in evidence.documents for part in mention.rests_on)
    if evidence.contrast is not None:
        yield from (row.gap for row in evidence.contrast.rows)
        yield from (hook.why for hook in evidence.contrast.hooks)


def _tap(tap: TapResult) -> Iterator[Claim]:
    if tap.where in {"before", "after"}:
        first = next((line for line in tap.code.splitlines() if line.strip()), "")
        yield Claim(tap.path, tap.line, 0, tap.symbol, HOLDS, "tap", tuple(_WORD.findall(first)))
        yield Claim(tap.path, tap.line, tap.end_line, tap.symbol, INSIDE, "tap's extent")
    else:
        yield _definition("tap", tap.symbol, tap.path, tap.line)
        yield Claim(tap.path, tap.line, tap.end_line, tap.symbol, INSIDE, "tap's extent")
    for hit in tap.snapshots:
        for frame in hit.stack:
            yield from _symbol_line("tap's stack", frame)


def _symbol_line(what: str, text: str) -> Iterator[Claim]:
    found = _RAISED.match(text)
    if found:
        name = found["symbol"]
        yield Claim(split(name)[0], int(found["line"]), 0, name, INSIDE, what)


def _run(run: RunSummary) -> Iterator[Claim]:
    for edge in run.edges:
        if edge.line:
            yield Claim(split(edge.caller)[0], edge.line, 0, edge.caller, INSIDE, "observed call")
    for text in run.exceptions:
        yield from _symbol_line("exception", text)
    waiting = [(root, "") for process in run.processes for thread in process.threads for root in thread.roots]
    while waiting:
        node, parent = waiting.pop()
        yield from _node(node, parent)
        waiting += [(child, node.symbol) for child in node.children]


def _node(node: CallNode, parent: str) -> Iterator[Claim]:
    if split(node.symbol)[1] == MODULE:
        yield Claim(node.path, max(node.line, 1), 0, node.symbol, INSIDE, "call tree")
    else:
        yield _definition("call tree", node.symbol, node.path, node.line)
    if parent and node.call_line:
        yield Claim(split(parent)[0], node.call_line, 0, parent, INSIDE, "call tree's call line")
