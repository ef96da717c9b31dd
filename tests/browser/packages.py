"""Packages to look at: the committed one of the demo, a hostile one, a large one."""

from __future__ import annotations

from pathlib import Path

import msgspec

from callchain.evidence.excerpts import excerpts_of
from callchain.evidence.package import load
from callchain.evidence.sources import Sources
from callchain.model.chain import Flow, FlowEdge, Stage
from callchain.model.package import Evidence, Excerpt, ProcessTree
from callchain.model.recording import CallNode, ThreadTree
from callchain.source.tree import read_tree

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "reports" / "INTEGRATE-PYTORCH-001" / "sample"
SUBJECT = ROOT / "callchain" / "demo"
HOSTILE = (
    "<img src=x onerror=alert(1)>",
    "</script><script>alert(2)</script>",
    "\"'`${alert(3)}`'\"",
    "\u202egnp.\u2066\u200b \u05d0\u05d1\u05d2 \u0627\u0644\u0639",
    "javascript:alert(4)",
    "{{7*7}}{% raw %}<!--",
    "x" * 300,
)
WORDS = frozenset(
    {"verdict", "role", "stage", "confidence", "kind", "action", "where", "schema", "sink", "outcome", "ended"}
)

replace = msgspec.structs.replace


def demo() -> Evidence:
    """The committed package, with the subject's source beside it."""
    evidence = load(SAMPLE)
    return replace(evidence, excerpts=excerpts_of(evidence, Sources(read_tree(SUBJECT))))


def hostile(evidence: Evidence) -> Evidence:
    """Every name and text of a package turned against the page; copies of a text alike, so that it stays whole."""
    seen: dict[str, str] = {}

    def turn(text: str) -> str:
        if text and text not in seen:
            path, double, name = text.partition("::")
            evil = HOSTILE[len(seen) % len(HOSTILE)]
            seen[text] = f"{path}{evil}{double}{name}{evil}" if double else f"{text}{evil}"
        return seen.get(text, "")

    def walk(value: object) -> object:
        if isinstance(value, dict):
            return {key: inner if key in WORDS else walk(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [walk(inner) for inner in value]
        return turn(value) if isinstance(value, str) else value

    return msgspec.convert(walk(msgspec.json.decode(msgspec.json.encode(evidence))), Evidence)


def names(count: int) -> list[str]:
    return [f"pkg/part_{number % 40}.py::Thing{number // 40}.method_{number}" for number in range(count)]


def large(evidence: Evidence, *, functions: int = 2_000, lines: int = 20_000) -> Evidence:
    """A package whose flow has so many functions, and whose call tree so many lines."""
    symbols = names(functions)
    chain = tuple(
        Stage(
            symbol, symbol.partition("::")[0], number + 1, number + 5, "core" if number else "entry", "in the way"
        )
        for number, symbol in enumerate(symbols[:200])
    )
    edges = tuple(_edge(symbols, number) for number in range(1, functions + functions // 2))
    run = replace(evidence.runs[0], processes=(ProcessTree("main", (_thread(symbols, lines),)),), edges=())
    excerpts = tuple(Excerpt(f"pkg/part_{number}.py", 1, ("pass",) * 20) for number in range(40))
    return replace(
        evidence, flows=(Flow("all", "a long way", chain, edges),), runs=(run,), taps=(), excerpts=excerpts
    )


def all_of(evidence: Evidence, verdict: str) -> Evidence:
    """The package with every edge of its flow of one verdict."""
    flow = evidence.flows[0]
    return replace(evidence, flows=(replace(flow, edges=tuple(replace(e, verdict=verdict) for e in flow.edges)),))


def _edge(symbols: list[str], number: int) -> FlowEdge:
    """A tree of three callees each, and across it as many again by half."""
    count = len(symbols)
    callee = number % count
    caller = (callee - 1) // 3 if number < count else (number * 7) % count
    verdict = ("confirmed", "observed-only", "static-only: not reached", "static-only: line ran")[number % 4]
    path = symbols[caller].partition("::")[0]
    return FlowEdge(
        symbols[caller],
        symbols[callee],
        path,
        number,
        "" if verdict == "observed-only" else "direct",
        0.0 if verdict == "observed-only" else (number % 10) / 10,
        "",
        verdict,
        number % 3,
        callee_path=symbols[callee].partition("::")[0],
        callee_line=callee + 1,
    )


def _thread(symbols: list[str], lines: int) -> ThreadTree:
    """A tree of `lines` calls, ten below each until there are enough."""
    nodes: list[list[int]] = [[] for _ in range(lines)]
    for number in range(1, lines):
        nodes[(number - 1) // 10].append(number)
    built: dict[int, CallNode] = {}
    for number in reversed(range(lines)):
        symbol = symbols[number % len(symbols)]
        children = tuple(built.pop(child) for child in nodes[number])
        path = symbol.partition("::")[0]
        built[number] = CallNode(symbol, path, number % len(symbols) + 1, 3, number % 5 + 1, children=children)
    return ThreadTree("MainThread", (built[0],))
