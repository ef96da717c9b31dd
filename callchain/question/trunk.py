"""The trunk of a flow: from its entry through the named steps to a sink, joined where no call joins."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import msgspec

from callchain.callgraph.graph import CallGraph
from callchain.callgraph.routes import cost
from callchain.facts.records import FileFacts
from callchain.model.graph import Edge
from callchain.model.question import Question, Ranked
from callchain.model.symbol import split
from callchain.question.branches import Branches
from callchain.question.climbing import climb, is_lambda, outward
from callchain.question.ends import Ends, ends
from callchain.question.matching import Matches, matches
from callchain.question.mentions import Mention, mentions
from callchain.question.pairs import gathered, ways_between
from callchain.question.pathways import Way, Worth, best_ways
from callchain.question.plan import FlowPlan, Pin, is_opposite, kind_of
from callchain.question.standing import is_exported, is_in_front, is_public
from callchain.question.steps import above, steps_to, way
from callchain.source.tree import SourceTree

_NEAR = 5
_KIND_COST = {"subject": 0.0, "script": 1.0, "stub": 9.0, "test": 4.0}
_WORD_COST = 0.12
_HEADS = 2
_OUTSIDE = 3.0
_NAMED = 1.0
"""What passing a function that the question names is worth to a way."""
_NAMES_FILE = 0.4
"""The same for one that names a file of the question."""
_ROOM = 2
"""Functions beyond the flow's size, where its ends are found by words: what else may be meant takes room."""


class Seen(msgspec.Struct, frozen=True):
    """What was read and what of it matches: all that ways are chosen by."""

    question: Question
    matched: Matches
    mentions: Mapping[str, Mention]
    graph: CallGraph
    facts: Mapping[str, FileFacts]
    tree: SourceTree
    size: int = 12
    """About how many functions a flow shows."""


def look(
    question: Question,
    ranking: Sequence[Ranked],
    graph: CallGraph,
    facts: Mapping[str, FileFacts],
    tree: SourceTree,
    paths: Collection[str],
    size: int = 12,
) -> Seen:
    """What the ranked functions say, and what the question names."""
    matched = matches(question, ranking, graph, facts, tree)
    return Seen(question, matched, mentions(question, graph, facts, paths), graph, facts, tree, size)


class Trunk(msgspec.Struct, frozen=True):
    """The calls of a flow's main way, in order; `roots` are where it starts, several where parts stay apart."""

    roots: tuple[str, ...]
    edges: tuple[Edge, ...]
    joints: tuple[str, ...] = ()
    """Functions outside the steps that call both of two steps which no call joins."""
    breaks: tuple[tuple[str, str], ...] = ()
    """Steps that nothing in the code base joins."""
    others: tuple[Edge, ...] = ()
    """The calls of the next best ways: what the question may mean as well."""
    other_roots: tuple[str, ...] = ()

    @property
    def symbols(self) -> tuple[str, ...]:
        """All functions, each after the first that calls it."""
        found = dict.fromkeys(self.roots[:1])
        for edge in self.edges:
            found[edge.caller] = None
            found[edge.callee] = None
        found.update(dict.fromkeys(self.roots))
        return tuple(found)


def trunks(flow: FlowPlan, worth: Worth, seen: Seen, count: int = 3) -> tuple[Trunk, ...]:
    """The best trunks, the first one to be shown; the others are what else could have been meant."""
    graph, tree = seen.graph, seen.tree
    exact = [pin for pin in flow.pins if pin.exact]
    # Where both directions are asked for, a named step says which way its own is.
    if flow.role == "answer" and len(flow.pins) <= 1 and not (exact and flow.opposite):
        found = _by_ends(flow, seen, count)
        if found:
            return found
    if exact:
        return (_through_pins(flow, worth, graph, tree),)
    starts = _starts(flow, worth, graph)
    ways = best_ways(graph, worth, starts, flow.within, count * 4)
    offers: dict[str, Trunk] = {}
    for best in ways:
        head = climb(best.symbols[0], worth, graph, flow.within, tree)
        roots = (head[0].caller,) if head else best.symbols[:1]
        offers.setdefault(roots[0], Trunk(roots, (*head, *best.edges)))
    return tuple(offers.values())[:count]


def _by_ends(flow: FlowPlan, seen: Seen, count: int) -> tuple[Trunk, ...]:
    """The ways between the best entries and sinks; the first trunk also holds what the next best ways add."""
    graph = seen.graph
    matched = seen.matched.without(flow.opposite)
    named = {symbol: item.weight for symbol, item in seen.mentions.items()}
    pinned = frozenset(symbol for pin in flow.pins if pin.exact for symbol in pin.symbols[:1])
    both = ends(seen.question, flow, matched, named, graph, seen.facts)
    ways = _ways(flow, seen, matched, both, pinned)
    if not ways:
        return ()
    found: dict[str, Trunk] = {}
    for best in ways:
        start = best.symbols[0]
        known = start in pinned or (is_public(start) and is_in_front(start, flow.within, graph))
        head = () if known else outward(start, graph, flow.within)
        roots = (head[0].caller,) if head else (start,)
        found.setdefault(roots[0], Trunk(roots, (*head, *best.edges)))
        if len(found) >= count:
            break
    first, *rest = found.values()
    taken = gathered(ways, seen.size + _ROOM - len(first.edges) + len(ways[0].edges), pinned)[1:]
    others = dict.fromkeys(edge for best in taken for edge in best.edges)
    starts = tuple(dict.fromkeys(best.symbols[0] for best in taken))
    return (msgspec.structs.replace(first, others=tuple(others), other_roots=starts), *rest)


def _ways(flow: FlowPlan, seen: Seen, matched: Matches, both: Ends, pinned: Collection[str]) -> list[Way]:
    """The ways between the ends that run through nothing which does the opposite, the best first."""
    through = dict.fromkeys(pinned, _NAMED)
    for symbol, item in seen.mentions.items():
        if item.file:
            through.setdefault(symbol, _NAMES_FILE)
    ways = ways_between(seen.graph, matched, both, flow.within, Branches(seen.graph, seen.tree), through)
    return [way for way in ways if not any(is_opposite(symbol, flow) for symbol in way.symbols)]


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
            for edge in steps_to(graph, symbol, flow.within)
            if edge.caller not in found and not is_lambda(edge.caller)
        ]
        found.update(dict.fromkeys(border))
    return tuple(found)


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
    head = () if is_exported(roots[0], graph) else climb(roots[0], worth, graph, flow.within, tree)
    first = head[0].caller if head else roots[0]
    led = _led_by_words(before, first, worth, graph, tree, flow) if before else ()
    edges[:0] = head
    roots[0] = first
    if led:
        edges[:0] = [edge for part in led for edge in part.edges]
        joints.extend(joint for part in led for joint in part.joints)
        roots[:1] = [part.roots[0] for part in led]
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
    options = [(found, symbol) for symbol in pin.symbols if (found := way(graph, here, symbol, flow.within))]
    if options:
        found, symbol = min(options, key=lambda item: (sum(cost(edge) for edge in item[0]), item[1]))
        edges.extend(found)
        return symbol
    if pin.symbols[0] == here or not pin.exact:
        return here
    joined = joint(here, pin.symbols[0], graph, tree, flow.within)
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
) -> tuple[Trunk, ...]:
    """How the step in words before the first named one comes to it: by a call, or by a common caller.

    Of the ways that begin at different functions the best two.
    """
    offers: dict[str, tuple[float, Trunk]] = {}
    for symbol in pins[-1].symbols:
        direct = way(graph, symbol, target, flow.within)
        offer = Trunk((symbol,), direct) if direct else joint(symbol, target, graph, tree, flow.within)
        if offer is None:
            continue
        price = worth.prize.get(symbol, 0.0) - _WORD_COST * sum(cost(edge) for edge in offer.edges)
        price -= sum(_KIND_COST[kind_of(symbol, tree)] for symbol in offer.joints) * _WORD_COST
        known = offers.get(offer.roots[0])
        if known is None or price > known[0]:
            offers[offer.roots[0]] = (price, offer)
    ranked = sorted(offers.values(), key=lambda item: (-item[0], item[1].roots))
    return tuple(offer for _, offer in ranked[:_HEADS])


def joint(left: str, right: str, graph: CallGraph, tree: SourceTree, within: Collection[str]) -> Trunk | None:
    """The nearest function that reaches both, first `left`: the subject before scripts, scripts before tests."""
    above_left, above_right = above(graph, left, _NEAR), above(graph, right, _NEAR)
    shared = [symbol for symbol in above_left if symbol in above_right]
    if not shared:
        return None

    def price(symbol: str) -> tuple[float, str]:
        kind = kind_of(symbol, tree)
        outside = _OUTSIDE if kind == "subject" and split(symbol)[0] not in within else 0.0
        return (above_left[symbol] + above_right[symbol] + _KIND_COST[kind] + outside, symbol)

    for symbol in sorted(shared, key=price):
        to_left, to_right = way(graph, symbol, left), way(graph, symbol, right)
        if to_left and to_right:
            return Trunk((symbol,), (*to_left, *to_right), (symbol,))
    return None
