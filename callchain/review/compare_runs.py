"""What two packages saw differently when they ran: artefacts, taps and changes of state."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from callchain.model.package import Evidence
from callchain.model.tap import TapResult
from callchain.review.difference import Difference
from callchain.review.execution import Execution, short
from callchain.review.tolerance import Tolerance, disagreements


def artefacts(a: Evidence, b: Evidence) -> Iterator[Difference]:
    """Artefacts, their members and the members' keys; sizes are left out."""
    ours, theirs = ({each.name: each for each in package.artefacts} for package in (a, b))
    for name in sorted({*ours, *theirs}):
        mine, yours = ours.get(name), theirs.get(name)
        if mine is None or yours is None:
            yield Difference("artefact", name, "there" if mine else "", "there" if yours else "", level="follows")
            continue
        members = [{member.name: member for member in each.members} for each in (mine, yours)]
        for member in sorted({*members[0], *members[1]}):
            pair = [each.get(member) for each in members]
            keys = [", ".join(each.keys) if each else None for each in pair]
            if keys[0] != keys[1]:
                said = ["" if key is None else key or "there" for key in keys]
                yield Difference("artefact", f"{name}: {member}", said[0], said[1], level="follows")


def taps(
    a: Evidence, b: Evidence, tolerance: Tolerance, mapping: Mapping[str, str], one: Execution
) -> Iterator[Difference]:
    """Taps by key or by the mapping: their hits and every captured value."""
    theirs = {tap.key: tap for tap in b.taps}
    met = set()
    for tap in a.taps:
        twin = theirs.get(mapping.get(tap.key, tap.key))
        if twin is None:
            yield Difference(
                "tap", tap.key, f"{tap.hits} hits", "", _tap_at(tap), "", "follows", one.position(tap.symbol)
            )
            continue
        met.add(twin.key)
        yield from _tap(tap, twin, tolerance, one.position(tap.symbol))
    for key in sorted({*theirs} - met):
        yield Difference("tap", key, "", f"{theirs[key].hits} hits", "", _tap_at(theirs[key]), "follows")


def _tap(tap: TapResult, twin: TapResult, tolerance: Tolerance, position: int) -> Iterator[Difference]:
    places = _tap_at(tap), _tap_at(twin)
    if tap.hits != twin.hits:
        yield Difference("tap", f"{tap.key}: hits", str(tap.hits), str(twin.hits), *places, "follows", position)
    for number, (one, other) in enumerate(zip(tap.snapshots, twin.snapshots, strict=False), 1):
        for name in [*one.values, *(name for name in other.values if name not in one.values)]:
            mine, yours = one.values.get(name), other.values.get(name)
            if mine is None or yours is None:
                said = ("captured" if mine else "", "captured" if yours else "")
                yield Difference("tap", f"{tap.key} hit {number}: {name}", *said, *places, "follows", position)
                continue
            for where, x, y in disagreements(mine, yours, tolerance, name):
                yield Difference("tap", f"{tap.key} hit {number}: {where}", x, y, *places, "follows", position)


def _tap_at(tap: TapResult) -> str:
    return f"{tap.path}:{tap.line}"


def mutations(a: Evidence, b: Evidence, one: Execution) -> Iterator[Difference]:
    """The changes of watched state, run by run and key by key, in order."""
    ours, theirs = _changes(a), _changes(b)
    for key in sorted({*ours, *theirs}):
        mine, yours = ours.get(key, []), theirs.get(key, [])
        for number in range(max(len(mine), len(yours))):
            pair = [each[number] if number < len(each) else ("", "", "") for each in (mine, yours)]
            if pair[0][:2] != pair[1][:2]:
                what = f"{short(key[1])}[{key[2]}] in run {key[0]}"
                symbol = pair[0][1] or pair[1][1]
                anchors = pair[0][2], pair[1][2]
                yield Difference(
                    "mutation", what, pair[0][0], pair[1][0], *anchors, "follows", one.position(symbol)
                )


def _changes(evidence: Evidence) -> dict[tuple[str, str, str], list[tuple[str, str, str]]]:
    found: dict[tuple[str, str, str], list[tuple[str, str, str]]] = {}
    for change in evidence.mutations:
        text = f"{change.before} \u2192 {change.after}"
        each = (text, change.symbol, f"{change.path}:{change.line}")
        found.setdefault((change.run, change.store, change.key), []).append(each)
    return found
