"""Two packages compared; lines are left out of every comparison, so that code that only moved is the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from callchain.model.package import Evidence
from callchain.review.compare_runs import artefacts, mutations, taps
from callchain.review.compare_source import code, constants, edges, effects, order, state
from callchain.review.difference import ASPECTS, Comparison, Difference
from callchain.review.execution import Entered, Execution, execution_of, parting, short
from callchain.review.tolerance import Tolerance


def compare(
    a: Evidence,
    b: Evidence,
    *,
    names: tuple[str, str] = ("A", "B"),
    tolerance: Tolerance | None = None,
    mapping: Mapping[str, str] | None = None,
) -> Comparison:
    """Everything in which two packages differ, and the first divergence in execution order.

    Args:
        a: the first package.
        b: the second one.
        names: how they are called in the result.
        tolerance: for the values of taps.
        mapping: key of a tap of A → key of the tap of B that looks at the same thing; others are matched by key.
    """
    one, other = execution_of(a), execution_of(b)
    found = [
        *edges(a, b, one, other),
        *order(one, other),
        *constants(a, b, one),
        *state(a, b, one),
        *effects(a, b, one),
        *artefacts(a, b),
        *taps(a, b, tolerance or Tolerance(), mapping or {}, one),
        *mutations(a, b, one),
    ]
    found += code(a, b, found, one)
    listed = sorted(found, key=lambda each: (ASPECTS.index(each.aspect), each.what, each.a, each.b))
    unique = tuple(dict.fromkeys(listed))
    tap = _first_tap(found, a)
    first = tap if tap is not None and _two_programs(a, b, mapping or {}) else _first(unique, one, other)
    return Comparison(*names, unique, first, tap)


def _first(found: Sequence[Difference], one: Execution, other: Execution) -> Difference | None:
    """The difference that shows earliest; where the calls themselves part first, that call."""
    seen = {"tap", "mutation", "count"}
    placed = [each for each in found if each.position >= 0 and (each.level == "source" or each.aspect in seen)]
    earliest = min(placed, key=lambda each: each.position, default=None)
    position = parting(one.calls, other.calls)
    if position < 0 or (earliest is not None and earliest.position < position):
        return earliest or (found[0] if found else None)
    texts, anchors = [], []
    for execution in (one, other):
        call = execution.calls[position] if position < len(execution.calls) else None
        texts.append(_called(call) if call else "(ended)")
        anchors.append(call.anchor if call else "")
    what = f"call {position + 1} of the run"
    return Difference("order", what, texts[0], texts[1], anchors[0], anchors[1], "follows", position)


def _two_programs(a: Evidence, b: Evidence, mapping: Mapping[str, str]) -> bool:
    """Whether every tap of both looks at another function in each: their calls cannot be held together then."""
    theirs = {tap.key: tap.symbol for tap in b.taps}
    pairs = [(tap.symbol, theirs.get(mapping.get(tap.key, tap.key), "")) for tap in a.taps]
    matched = [(mine, yours) for mine, yours in pairs if yours]
    return bool(matched) and all(mine != yours for mine, yours in matched)


def _first_tap(found: Sequence[Difference], a: Evidence) -> Difference | None:
    """Of the taps that both packages have and whose values differ, the one that is reached first.

    Inside one function the line of the statement decides, and within a tap the order of hits and captures.
    """
    lines = {f"{tap.path}:{tap.line}": (tap.line, tap.where == "return") for tap in a.taps}
    of_both = [each for each in found if each.aspect == "tap" and each.a_anchor and each.b_anchor]
    taps = [each for each in of_both if each.position >= 0]
    return min(taps, key=lambda each: (each.position, *_late(lines[each.a_anchor])), default=None)


def _late(place: tuple[int, bool]) -> tuple[bool, int]:
    """A tap on the return stands at its `def` and fires last."""
    line, on_return = place
    return on_return, line


def _called(call: Entered) -> str:
    return f"{short(call.caller)} \u2192 {short(call.symbol)}" if call.caller else short(call.symbol)
