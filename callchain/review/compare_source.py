"""What two packages read differently: calls, their order, constants, state and effects."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from callchain.model.chain import Constant, Effect
from callchain.model.package import Evidence
from callchain.model.symbol import split
from callchain.review.difference import Difference
from callchain.review.execution import Execution, short, spoken_of


def _calls(evidence: Evidence) -> dict[tuple[str, str], tuple[str, int]]:
    """Caller and callee → anchor and how often it ran."""
    found: dict[tuple[str, str], tuple[str, int]] = {}
    for flow in evidence.flows:
        for edge in flow.edges:
            found.setdefault((edge.caller, edge.callee), (f"{edge.path}:{edge.line}", edge.count))
    counts = Counter[tuple[str, str]]()
    for run in evidence.runs:
        for seen in run.edges:
            counts[seen.caller, seen.callee] += seen.count
            found.setdefault((seen.caller, seen.callee), (f"{split(seen.caller)[0]}:{seen.line}", 0))
    return {key: (anchor, counts[key]) for key, (anchor, _) in found.items()}


def edges(a: Evidence, b: Evidence, one: Execution, other: Execution) -> Iterator[Difference]:
    """Calls that one package knows and the other does not, and calls that ran another number of times."""
    ours, theirs = _calls(a), _calls(b)
    for key in sorted({*ours, *theirs}):
        caller, callee = key
        what = f"{short(caller)} \u2192 {short(callee)}"
        if key in ours and key in theirs:
            if bool(a.runs) == bool(b.runs) and ours[key][1] != theirs[key][1]:
                counts = f"\u00d7{ours[key][1]}", f"\u00d7{theirs[key][1]}"
                yield Difference(
                    "count", what, *counts, ours[key][0], theirs[key][0], "follows", one.position(caller)
                )
            continue
        there = key in ours
        lacking = other if there else one
        ran = bool(b.runs if there else a.runs)
        follows = ran and caller not in lacking.first and not _is_module(caller)
        level = "follows" if follows or (not _is_read(key, a if there else b) and not ran) else "source"
        anchor = (ours if there else theirs)[key][0]
        said = ("called", "") if there else ("", "called")
        anchors = (anchor, "") if there else ("", anchor)
        yield Difference("edge", what, *said, *anchors, level, one.position(caller))


def _is_read(key: tuple[str, str], evidence: Evidence) -> bool:
    return any((edge.caller, edge.callee) == key for flow in evidence.flows for edge in flow.edges)


def _is_module(symbol: str) -> bool:
    return split(symbol)[1] == "<module>"


def order(one: Execution, other: Execution) -> Iterator[Difference]:
    """Functions that entered the same others in another order, by the first call that shows it."""
    theirs = {call.symbol: call for call in reversed(other.calls)}
    told = set()
    for position, call in enumerate(one.calls):
        twin = theirs.get(call.symbol)
        if twin is None or call.symbol in told or Counter(call.siblings) != Counter(twin.siblings):
            continue
        if call.siblings != twin.siblings:
            told.add(call.symbol)
            first = next(i for i, (x, y) in enumerate(zip(call.siblings, twin.siblings, strict=True)) if x != y)
            texts = [" \u2192 ".join(short(s) for s in each.siblings[first : first + 4]) for each in (call, twin)]
            what = f"calls of {short(call.symbol)}"
            yield Difference("order", what, texts[0], texts[1], call.anchor, twin.anchor, "source", position)


def constants(a: Evidence, b: Evidence, one: Execution) -> Iterator[Difference]:
    """Constants, units, devices and dtypes with another value."""
    ours, theirs = _keyed_constants(a.constants), _keyed_constants(b.constants)
    for key in sorted({*ours, *theirs}):
        mine, yours = ours.get(key), theirs.get(key)
        if mine is None or yours is None or mine.value != yours.value:
            there = mine or yours
            position = one.position(there.symbol) if there else -1
            yield Difference("constant", f"{key[2]} in {short(key[0])}", *_values(mine, yours), "source", position)


def _keyed_constants(listed: Sequence[Constant]) -> dict[tuple[str, str, str, int], Constant]:
    """By place and name, and by number where a name stands several times in one place."""
    seen = Counter[tuple[str, str, str]]()
    found = {}
    for constant in sorted(listed, key=lambda each: (each.path, each.line)):
        key = (constant.symbol, constant.kind, constant.name)
        found[(*key, seen[key])] = constant
        seen[key] += 1
    return found


def _values(mine: Constant | None, yours: Constant | None) -> tuple[str, str, str, str]:
    return (
        mine.value if mine else "",
        yours.value if yours else "",
        f"{mine.path}:{mine.line}" if mine else "",
        f"{yours.path}:{yours.line}" if yours else "",
    )


def state(a: Evidence, b: Evidence, one: Execution) -> Iterator[Difference]:
    """Reads, writes and defaults of state that differ."""
    ours, theirs = _accesses(a), _accesses(b)
    known = spoken_of(a), spoken_of(b)
    keys = [{(store, name) for store, name, _, _ in each} for each in (ours, theirs)]
    for key in sorted({*ours, *theirs}):
        store, name, kind, symbol = key
        mine, yours = ours.get(key, ()), theirs.get(key, ())
        said = [tuple(value for value, _ in each) for each in (mine, yours)]
        if said[0] != said[1]:
            values = [_joined(each, kind) for each in said]
            anchors = [each[0][1] if each else "" for each in (mine, yours)]
            what = f"{kind} of {short(store)}[{name}] in {short(symbol)}"
            said_a, said_b = values
            position = one.position(symbol)
            lacks = (store, name) not in keys[bool(mine)] or symbol not in known[bool(mine)]
            level = "follows" if not (mine and yours) and lacks else "source"
            yield Difference("state", what, said_a, said_b, anchors[0], anchors[1], level, position)


def _joined(values: tuple[str, ...], kind: str) -> str:
    """The values of some accesses; how many there are where they carry none."""
    told = [value for value in values if value]
    return ", ".join(told) or (f"{kind} \u00d7{len(values)}" if values else "")


def _accesses(evidence: Evidence) -> dict[tuple[str, str, str, str], tuple[tuple[str, str], ...]]:
    """Store, key, kind and symbol → value and anchor of each access, in order of lines."""
    found: dict[tuple[str, str, str, str], list[tuple[int, str, str]]] = {}
    for key in evidence.state:
        for access in key.accesses:
            place = f"{access.path}:{access.line}"
            each = (access.line, access.value, place)
            found.setdefault((access.store, access.key, access.kind, access.symbol), []).append(each)
    return {key: tuple((value, place) for _, value, place in sorted(rows)) for key, rows in found.items()}


def effects(a: Evidence, b: Evidence, one: Execution) -> Iterator[Difference]:
    """Effects that one lacks, and the same effects of a function in another order."""
    ours, theirs = _by_symbol(a), _by_symbol(b)
    known = spoken_of(a), spoken_of(b)
    for symbol in sorted({*ours, *theirs}):
        mine, yours = ours.get(symbol, []), theirs.get(symbol, [])
        said = [Counter(_said(effect) for effect in each) for each in (mine, yours)]
        position = one.position(symbol)
        for text in sorted({*said[0], *said[1]}):
            if said[0][text] != said[1][text]:
                pair = [text if each[text] else "" for each in said]
                anchors = [next((_at(e) for e in each if _said(e) == text), "") for each in (mine, yours)]
                what = f"in {short(symbol)}"
                follows = not (mine and yours) and symbol not in known[bool(mine)]
                level = "follows" if follows else "source"
                yield Difference("effect", what, pair[0], pair[1], anchors[0], anchors[1], level, position)
        if said[0] == said[1] and [_said(e) for e in mine] != [_said(e) for e in yours]:
            pairs = [(x, y) for x, y in zip(mine, yours, strict=True) if _said(x) != _said(y)]
            x, y = pairs[0]
            what = f"effects of {short(symbol)}"
            yield Difference("order", what, _said(x), _said(y), _at(x), _at(y), "source", position)


def _by_symbol(evidence: Evidence) -> dict[str, list[Effect]]:
    """The effects that can be read, in order of lines; those seen alone may be named by temporary files."""
    found: dict[str, list[Effect]] = {}
    for effect in sorted(evidence.effects, key=lambda each: (each.path, each.line, each)):
        if effect.verdict != "observed-only":
            found.setdefault(effect.symbol, []).append(effect)
    return found


def _said(effect: Effect) -> str:
    target = effect.target.partition("; seen: ")[0].partition(" = ")[0]
    return " ".join(part for part in (effect.kind, effect.action, effect.callee, target) if part)


def _at(effect: Effect) -> str:
    return f"{effect.path}:{effect.line}"


def code(a: Evidence, b: Evidence, named: Sequence[Difference], one: Execution) -> Iterator[Difference]:
    """Stages whose code differs in a way that no other difference tells of."""
    told = " ".join(each.what for each in named if each.level == "source")
    theirs = {stage.symbol: stage for flow in b.flows for stage in flow.chain}
    for stage in {s.symbol: s for flow in a.flows for s in flow.chain}.values():
        twin = theirs.get(stage.symbol)
        if twin is None or not stage.digest or stage.digest == twin.digest or short(stage.symbol) in told:
            continue
        places = f"{stage.path}:{stage.line}", f"{twin.path}:{twin.line}"
        what = f"the code of {short(stage.symbol)}"
        yield Difference("code", what, stage.digest, twin.digest, *places, "source", one.position(stage.symbol))
