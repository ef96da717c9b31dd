"""The flows that a question asks for: one for each direction it names, one for the contrast."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Sequence

import msgspec

from callchain.callgraph.graph import CallGraph
from callchain.model.question import Question, Ranked
from callchain.model.symbol import MODULE, split
from callchain.question.effect_rules import rule_for
from callchain.question.language import Family, both_ways, families_of, pieces, stem
from callchain.question.mentions import NAMED, named_symbols
from callchain.question.overview import all_effects, is_overview, main_starts, subject_files
from callchain.question.phrasing import families_asked
from callchain.question.steps import steps_from
from callchain.source.tree import SourceTree

_FAR = 8
_STEP_CANDIDATES = 40


class Pin(msgspec.Struct, frozen=True):
    """A step that a flow must pass: one of some symbols, the best first."""

    name: str
    symbols: tuple[str, ...]
    exact: bool
    """Named by an identifier; else found by a word of the question."""


class FlowPlan(msgspec.Struct, frozen=True):
    """One flow to look for."""

    name: str
    role: str
    pins: tuple[Pin, ...]
    effects: frozenset[str]
    """`kind:action` of the sinks that would answer."""
    within: frozenset[str]
    """The files it may run through."""
    opposite: frozenset[str] = frozenset()
    """Verbs (stems) that name the other direction, where the question asks for both."""


def plan(
    question: Question, ranking: Sequence[Ranked], graph: CallGraph, tree: SourceTree, paths: Collection[str]
) -> tuple[FlowPlan, ...]:
    """The flows in the order of the question, the contrast last; tests are not part of any."""
    subject = frozenset(path for path in paths if path not in tree or tree.file(path).kind != "test") or frozenset(
        paths
    )
    other = contrast_files(question, graph, subject)
    ours = subject - other
    if is_overview(question):
        return _main_flows(ranking, graph, subject_files(tree, ours))
    families = families_asked(question)
    pins = _pins(question, ranking, graph, ours)
    asked = both_ways(families)
    flows = (
        _both_ways(asked, pins, graph, ours)
        if asked
        else _one_way(families, pins, ours, families_of(question.words))
    )
    if not other:
        return tuple(flows)
    effects = frozenset(
        effect for family in families_of([*question.words, *question.contrast_words]) for effect in family.effects
    )
    return (*flows, FlowPlan("contrast", "contrast", _contrast_pins(question, graph, other), effects, other))


def _main_flows(ranking: Sequence[Ranked], graph: CallGraph, within: frozenset[str]) -> tuple[FlowPlan, ...]:
    """The flows of a question about the whole, called after where they begin."""
    starts = main_starts(ranking, graph, within)
    names = [split(start)[1] for start in starts]
    return tuple(
        FlowPlan(
            name if names.count(name) == 1 else start,
            "answer",
            (Pin(start, (start,), exact=True),),
            all_effects(),
            within | {split(start)[0]},
        )
        for name, start in zip(names, starts, strict=True)
    )


def _one_way(
    families: Sequence[Family], pins: tuple[Pin, ...], within: frozenset[str], asked: Sequence[Family]
) -> list[FlowPlan]:
    """One flow to all effects; it is called after what the question's own words ask for, not after names in it."""
    effects = frozenset(effect for family in families for effect in family.effects)
    name = families[0].name if len(families) == 1 and asked else "answer"
    return [FlowPlan(name, "answer", pins, effects, within)]


def _both_ways(
    families: Sequence[Family], pins: tuple[Pin, ...], graph: CallGraph, within: frozenset[str]
) -> list[FlowPlan]:
    """Each pin goes to the direction whose effects it reaches first; a first step in words goes with the next."""
    homes = [_direction(pin, families, graph) if pin.exact else "" for pin in pins]
    for number in range(len(homes) - 1, -1, -1):
        if not homes[number]:
            later = next((home for home in homes[number + 1 :] if home), "")
            homes[number] = later if number == 0 else ""
    return [
        FlowPlan(
            family.name,
            "answer",
            tuple(pin for pin, home in zip(pins, homes, strict=True) if home == family.name),
            frozenset(family.effects),
            within,
            frozenset(word for other in families if other.name != family.name for word in other.words),
        )
        for family in families
    ]


def is_opposite(symbol: str, flow: FlowPlan) -> bool:
    """Whether the first verb in a function's name is one of the other direction."""
    named = pieces(split(symbol)[1].rpartition(".")[2])
    return bool(named) and named[0] in flow.opposite


def _direction(pin: Pin, families: Sequence[Family], graph: CallGraph) -> str:
    for piece in pieces(split(pin.symbols[0])[1].rpartition(".")[2]):
        named = [family.name for family in families if piece in family.words]
        if named:
            return named[0]
    near = {family.name: distance_to_effect(pin.symbols[0], family.effects, graph) for family in families}
    return min(near, key=lambda name: (near[name], name != families[0].name))


def distance_to_effect(symbol: str, effects: Iterable[str], graph: CallGraph) -> int:
    """How many calls lead from a function to the nearest effect of some kinds; 99 where none is near."""
    wanted = frozenset(effects)
    distance = {symbol: 0}
    pending = deque([symbol])
    while pending:
        here = pending.popleft()
        if has_effect(here, wanted, graph):
            return distance[here]
        if distance[here] < _FAR:
            for edge in steps_from(graph, here):
                if edge.callee not in distance:
                    distance[edge.callee] = distance[here] + 1
                    pending.append(edge.callee)
    return 99


def has_effect(symbol: str, wanted: Collection[str], graph: CallGraph) -> bool:
    """Whether a function has one of the effects itself; a mode not known yet counts for both directions."""
    for edge in graph.external_from(symbol):
        rule = rule_for(edge.callee)
        if rule is not None:
            actions = ("read", "write") if rule.mode_default else (rule.action,)
            if any(f"{rule.kind}:{action}" in wanted for action in actions):
                return True
    return False


def _pins(
    question: Question, ranking: Sequence[Ranked], graph: CallGraph, within: frozenset[str]
) -> tuple[Pin, ...]:
    """Identifiers and steps of arrows, the arrows' order first; names of the contrast are left out."""
    names = [step for chain in question.arrows for step in chain]
    names += [name for name in question.identifiers if name not in names]
    found: list[Pin] = []
    taken: set[str] = set()
    for name in names:
        if name == question.contrast:
            continue
        pin = _exact_pin(name, graph, within) or _word_pin(name, question, ranking, within)
        if pin is not None and pin.symbols[0] not in taken:
            taken.add(pin.symbols[0])
            found.append(pin)
    return tuple(found)


def _exact_pin(name: str, graph: CallGraph, within: Collection[str]) -> Pin | None:
    if " " in name or not ("_" in name or "." in name or any(letter.isupper() for letter in name)):
        return None
    symbols = [symbol for symbol, weight in named_symbols(name, graph, within) if weight >= NAMED * 0.6]
    return Pin(name, tuple(symbols[:_STEP_CANDIDATES]), exact=True) if symbols else None


def _word_pin(step: str, question: Question, ranking: Sequence[Ranked], within: Collection[str]) -> Pin | None:
    """Functions whose name holds a word of an arrow's step, in order of rank."""
    if not any(step in chain for chain in question.arrows):
        return None
    stems = {stem(word) for word in step.split()}
    fitting = [
        item.symbol
        for item in ranking
        if item.path in within
        and split(item.symbol)[1] != MODULE
        and stems <= set(pieces(split(item.symbol)[1].rpartition(".")[2]))
    ]
    return Pin(step, tuple(fitting[:_STEP_CANDIDATES]), exact=False) if fitting else None


def contrast_files(question: Question, graph: CallGraph, paths: Collection[str]) -> frozenset[str]:
    """The files of the package that the contrast lies in, unless that is the whole subject."""
    if not question.contrast:
        return frozenset()
    for symbol in graph.find(question.contrast):
        path = split(symbol)[0]
        if path in paths:
            top = path.partition("/")[0]
            files = frozenset(item for item in paths if item.startswith(f"{top}/"))
            return files if files and files != frozenset(paths) else frozenset({path})
    return frozenset()


def _contrast_pins(question: Question, graph: CallGraph, other: frozenset[str]) -> tuple[Pin, ...]:
    """A function that the contrast names; for a module there is nothing to pass but any of its functions."""
    for symbol in graph.find(question.contrast):
        definition = graph.definitions.get(symbol)
        if definition is None or definition.path not in other:
            continue
        if definition.kind in ("function", "method"):
            return (Pin(question.contrast, (symbol,), exact=True),)
        owner = f"{definition.path}::" if definition.kind == "module" else f"{symbol}."
        members = tuple(
            key
            for key, item in graph.definitions.items()
            if key.startswith(owner) and item.kind in ("function", "method")
        )
        return (Pin(question.contrast, members, exact=False),) if members else ()
    return ()


def kind_of(symbol: str, tree: SourceTree) -> str:
    """`subject`, `script` or `test`, by the file of a symbol."""
    path = split(symbol)[0]
    return tree.file(path).kind if path in tree else "subject"
