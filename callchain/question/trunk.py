"""The trunk of a flow: from its entry through the steps that the question names to a sink, joined where no call joins."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Sequence

import msgspec

from callchain.callgraph.graph import CallGraph
from callchain.callgraph.routes import cost
from callchain.model.graph import Edge
from callchain.model.symbol import split
from callchain.question.pathways import Way, Worth, best_ways
from callchain.question.plan import FlowPlan, Pin, kind_of
from callchain.question.worth import is_public
from callchain.source.tree import SourceTree

_CLIMBS = 5
_NEAR = 5
_KIND_COST = {"subject": 0.0, "script": 1.0, "stub": 9.0, "test": 4.0}
_LIKELY = 0.5
_WORD_COST = 0.12


class Trunk(msgspec.Struct, frozen=True):
    """The calls of a flow's main way, in order; `roots` are where it starts, more than one where a break is left."""

    roots: tuple[str, ...]
    edges: tuple[Edge, ...]
    joints: tuple[str, ...] = ()
    """Functions outside the steps that call both of two steps which no call joins."""
    breaks: tuple[tuple[str, str], ...] = ()
    """Steps that nothing in the code base joins."""

    @property
    def symbols(self) -> tuple[str, ...]:
        """All functions, each after the first that calls it."""
        found = dict.fromkeys(self.roots[:1])
        for edge in self.edges:
            found[edge.caller] = None
            found[edge.callee] = None
        found.update(dict.fromkeys(self.roots))
        return tuple(found)


def trunks(flow: FlowPlan, worth: Worth, graph: CallGraph, tree: SourceTree, count: int = 3) -> tuple[Trunk, ...]:
    """The best trunks, the first one to be shown; the others are what else could have been meant."""
    exact = [pin for pin in flow.pins if pin.exact]
    if exact:
        return (_through_pins(flow, worth, graph, tree),)
    starts = _starts(flow, worth, graph)
    ways = best_ways(graph, worth, starts, flow.within, count * 4)
    found: dict[str, Trunk] = {}
    for way in ways:
        head = climb(way.symbols[0], worth, graph, flow.within, tree)
        roots = (head[0].caller,) if head else way.symbols[:1]
        found.setdefault(roots[0], Trunk(roots, (*head, *way.edges)))
    return tuple(found.values())[:count]


def _starts(flow: FlowPlan, worth: Worth, graph: CallGraph) -> tuple[str, ...]:
    """Functions that match, their callers and the callers of those; for a pinned module only what it holds."""
    pinned = [symbol for pin in flow.pins for symbol in pin.symbols if split(symbol)[0] in flow.within]
    if pinned:
        return tuple(pinned)
    found = dict.fromkeys(sorted(worth.prize))
    border = list(found)
    for _ in range(2):
        border = [
            edge.caller
            for symbol in border
            for edge in graph.calls_to(symbol)
            if edge.path in flow.within and edge.caller not in found
        ]
        found.update(dict.fromkeys(border))
    return tuple(found)


def climb(
    symbol: str, worth: Worth, graph: CallGraph, within: Collection[str], tree: SourceTree
) -> tuple[Edge, ...]:
    """The calls that lead to `symbol` from further out, outermost first.

    A caller is followed when it matches the question or is the only one; a function with many callers is an entry.
    """
    found: list[Edge] = []
    seen = {symbol}
    here = symbol
    for _ in range(_CLIMBS):
        edge = _best_caller(here, worth, graph, within, seen, tree)
        if edge is None:
            break
        found.append(edge)
        here = edge.caller
        seen.add(here)
    return tuple(reversed(found))


def _best_caller(
    symbol: str, worth: Worth, graph: CallGraph, within: Collection[str], seen: set[str], tree: SourceTree
) -> Edge | None:
    surest: dict[str, Edge] = {}
    for edge in graph.calls_to(symbol):
        inside = edge.path in within and kind_of(edge.caller, tree) != "test"
        if inside and edge.caller not in seen and edge.confidence >= _LIKELY:
            surest.setdefault(edge.caller, edge)
    if not surest:
        return None
    best = max(surest.values(), key=lambda edge: (_pull(edge, worth), edge.caller))
    alone = len(surest) == 1
    return best if alone or worth.prize.get(best.caller, 0.0) > 0 else None


def _pull(edge: Edge, worth: Worth) -> float:
    public = 0.1 if is_public(edge.caller) else 0.0
    return (
        worth.prize.get(edge.caller, 0.0)
        + 0.5 * worth.first.get(edge.caller, 0.0)
        + 0.2 * edge.confidence
        + public
    )


def _through_pins(flow: FlowPlan, worth: Worth, graph: CallGraph, tree: SourceTree) -> Trunk:
    """From the entry above the first step, through all steps in order, to a sink below the last."""
    pins = list(flow.pins)
    anchor = next(number for number, pin in enumerate(pins) if pin.exact)
    here = pins[anchor].symbols[0]
    edges: list[Edge] = []
    joints: list[str] = []
    breaks: list[tuple[str, str]] = []
    roots = [here]
    for pin in pins[anchor + 1 :]:
        here = _continue(here, pin, flow, graph, tree, edges, joints, breaks, roots)
    before = [pin for pin in pins[:anchor] if not pin.exact]
    head = climb(roots[0], worth, graph, flow.within, tree)
    first = head[0].caller if head else roots[0]
    led = _led_by_words(before, first, worth, graph, tree, flow) if before else None
    edges[:0] = head
    roots[0] = first
    if led is not None:
        edges[:0] = led.edges
        joints.extend(led.joints)
        roots[0] = led.roots[0]
    edges.extend(_down(here, worth, graph, flow))
    return Trunk(tuple(dict.fromkeys(roots)), tuple(dict.fromkeys(edges)), tuple(joints), tuple(breaks))


def _continue(
    here: str,
    pin: Pin,
    flow: FlowPlan,
    graph: CallGraph,
    tree: SourceTree,
    edges: list[Edge],
    joints: list[str],
    breaks: list[tuple[str, str]],
    roots: list[str],
) -> str:
    """Go on from one step to the next: by calls, by a function that calls both, or with a break."""
    options = [(way, symbol) for symbol in pin.symbols for way in graph.paths(here, symbol, 1, flow.within) if way]
    if options:
        way, symbol = min(options, key=lambda item: (sum(cost(edge) for edge in item[0]), item[1]))
        edges.extend(way)
        return symbol
    if pin.symbols[0] == here or not pin.exact:
        return here
    joined = joint(here, pin.symbols[0], graph, tree)
    if joined is None:
        breaks.append((here, pin.symbols[0]))
        roots.append(pin.symbols[0])
    else:
        joints.append(joined.roots[0])
        edges.extend(joined.edges)
        roots.insert(0, joined.roots[0])
    return pin.symbols[0]


def _down(here: str, worth: Worth, graph: CallGraph, flow: FlowPlan) -> tuple[Edge, ...]:
    """The best way on from the last step."""
    ways = best_ways(graph, worth, [here], flow.within, 1)
    return ways[0].edges if ways else ()


def _led_by_words(
    pins: Sequence[Pin], target: str, worth: Worth, graph: CallGraph, tree: SourceTree, flow: FlowPlan
) -> Trunk | None:
    """How the step in words before the first named one comes to it: by a call, or by a common caller."""
    best: tuple[float, Trunk] | None = None
    for symbol in pins[-1].symbols:
        ways = graph.paths(symbol, target, 1, flow.within)
        if ways and ways[0]:
            offer = Trunk((symbol,), ways[0])
        else:
            found = joint(symbol, target, graph, tree)
            if found is None:
                continue
            offer = found
        price = worth.prize.get(symbol, 0.0) - _WORD_COST * sum(cost(edge) for edge in offer.edges)
        price -= sum(_KIND_COST[kind_of(symbol, tree)] for symbol in offer.joints) * _WORD_COST
        if best is None or price > best[0]:
            best = (price, offer)
    return best[1] if best else None


def joint(left: str, right: str, graph: CallGraph, tree: SourceTree) -> Trunk | None:
    """The nearest function that reaches both, first `left`: the subject before scripts, scripts before tests."""
    above_left, above_right = _above(left, graph), _above(right, graph)
    shared = [symbol for symbol in above_left if symbol in above_right]
    if not shared:
        return None

    def price(symbol: str) -> tuple[float, str]:
        return (above_left[symbol] + above_right[symbol] + _KIND_COST[kind_of(symbol, tree)], symbol)

    for symbol in sorted(shared, key=price):
        to_left, to_right = graph.paths(symbol, left, 1), graph.paths(symbol, right, 1)
        if to_left and to_right:
            return Trunk((symbol,), (*to_left[0], *to_right[0]), (symbol,))
    return None


def _above(symbol: str, graph: CallGraph) -> dict[str, float]:
    """Who reaches a function within a few calls, and how far away they are."""
    distance: dict[str, float] = {symbol: 0.0}
    pending = deque([symbol])
    while pending:
        here = pending.popleft()
        if distance[here] >= _NEAR:
            continue
        for edge in graph.calls_to(here):
            if edge.caller not in distance and edge.confidence >= _LIKELY:
                distance[edge.caller] = distance[here] + 1
                pending.append(edge.caller)
    return distance


def as_way(trunk: Trunk, score: float = 0.0) -> Way:
    """A trunk as a way, for those who only want its functions in order."""
    return Way(score, trunk.symbols, trunk.edges)
