"""`trace/tap_points.md`: each planned look at a value, what was expected there and what was seen."""

from __future__ import annotations

from collections.abc import Iterator

from callchain.evidence.entries import entries_of
from callchain.evidence.verdicts import CONFIRMED, OBSERVED_ONLY
from callchain.model.package import Evidence
from callchain.model.tap import ExpectationResult, Hit, TapResult
from callchain.report.checklist import answers
from callchain.report.counts import plural, times
from callchain.report.markdown import anchor, block, code, joined, listed, table, text
from callchain.report.names import Names, names_of
from callchain.report.reasons import why_nothing_ran
from callchain.report.stage_marks import UNTRACED
from callchain.taps.render import render as render_value

MOST_HITS = 5
"""Hits shown in full; all that were recorded are in evidence.json."""
_MOST_FRAMES = 8
_LOCATION = {"entry": "on entry of the function", "return": "on return of the function", "raise": "on raise"}

_WIDEST = 400
"""Characters of one value; longer ones are in `evidence.json`."""


def render(evidence: Evidence) -> str:
    """The table, a section for each tap, and the cross-reference."""
    lines = ["# Tap points", ""]
    if not evidence.taps:
        return joined([*lines, "No tap file was given, so no value was looked at."])
    if not evidence.runs:
        lines += [f"Nothing was run: {text(why_nothing_ran(evidence))}", ""]
    names = names_of(evidence)
    header = ("Key", "Purpose", "Owning function", "Expected units", "Hits", "Expectations")
    lines += [*table(header, (_row(tap) for tap in evidence.taps)), ""]
    for number, tap in enumerate(evidence.taps, 1):
        lines += [f"## Tap {number}: {code(tap.key)}", "", *_tap(tap, evidence, names), ""]
    lines += ["## Cross-reference to the call chain", "", *_cross_reference(evidence, names)]
    return joined(lines)


def _row(tap: TapResult) -> tuple[str, ...]:
    counts: dict[str, int] = {}
    for found in tap.expectations:
        counts[found.verdict] = counts.get(found.verdict, 0) + 1
    verdicts = ", ".join(f"{counts[word]} {word}" for word in sorted(counts))
    owner = code(f"{tap.symbol}:{tap.line}")
    return code(tap.key), text(tap.purpose), owner, code(tap.units), str(tap.hits), verdicts or "none declared"


def _tap(tap: TapResult, evidence: Evidence, names: Names) -> Iterator[str]:
    yield f"- **Purpose:** {text(tap.purpose)}"
    yield f"- **Owning function:** {code(f'{tap.symbol}:{tap.line}')}"
    yield f"- **Location:** {_location(tap)} {anchor(tap.path, tap.line, tap.end_line)}"
    if tap.stage:
        yield f"- **Stage:** {text(tap.stage)}"
    yield f"- **Units:** {code(tap.units) or 'none declared'}"
    yield from _expected(tap)
    yield from _seen(tap, evidence)
    yield from ("", "### Verdict of each expectation", "")
    yield from _verdicts(tap)
    yield from ("", "### Entered through", "")
    yield from _entered(tap, evidence, names)
    yield from ("", "### Validation checklist", "")
    for answer in answers(tap, evidence):
        yield f"- [{'x' if answer.holds else ' '}] {text(answer.item)}: {text(answer.fact)}"


def _location(tap: TapResult) -> str:
    if tap.where in _LOCATION:
        return _LOCATION[tap.where]
    first = next((line.strip() for line in tap.code.splitlines() if line.strip()), "")
    return f"{tap.where} {code(first)}"


def _expected(tap: TapResult) -> Iterator[str]:
    if not tap.expected.strip():
        yield "- **Expected:** nothing stated beyond the expectations below"
    elif "\n" in tap.expected.strip():
        yield from ("- **Expected:**", "")
        yield from block(tap.expected.strip("\n"))
        yield ""
    else:
        yield f"- **Expected:** {text(tap.expected.strip())}"


def _seen(tap: TapResult, evidence: Evidence) -> Iterator[str]:
    note = f" ({text(tap.note)})" if tap.note not in {"", "not reached"} else ""
    if not tap.hits and tap.note.startswith("not reached ("):
        yield f"- **Seen:** nothing: {text(tap.note)}"
        return
    if not tap.hits:
        yield f"- **Seen:** nothing: {'not reached' if evidence.runs else 'nothing was run'}{note}"
        return
    shown = tap.snapshots[:MOST_HITS]
    more = f", {len(shown)} of them below" if len(shown) < tap.hits else ""
    yield f"- **Seen:** {plural(tap.hits, 'hit')}{more}{note}"
    for number, hit in enumerate(shown, 1):
        yield ""
        yield from _hit(number, hit)


def _hit(number: int, hit: Hit) -> Iterator[str]:
    run = f" in run {code(hit.run)}" if hit.run else ""
    yield f"Hit {number}{run}, thread {code(hit.thread)}:"
    yield ""
    rows = [
        (code(name), code(value.type), code(render_value(value, _WIDEST))) for name, value in hit.values.items()
    ]
    yield from table(("Captured", "Type", "Value"), rows) if rows else ["Nothing was captured."]
    if hit.stack:
        frames = [code(frame) for frame in hit.stack[-_MOST_FRAMES:]]
        cut = "… → " if len(hit.stack) > _MOST_FRAMES else ""
        yield ""
        yield f"Stack: {cut}{' → '.join(frames)}"


def _verdicts(tap: TapResult) -> list[str]:
    if not tap.expectations:
        return ["No expectation is declared."]
    return table(("Expectation", "Verdict", "Value", "Hit"), map(_verdict, tap.expectations))


def _verdict(found: ExpectationResult) -> tuple[str, ...]:
    word = found.verdict if found.verdict == "pass" else f"**{found.verdict}**"
    return code(found.expression), word, code(found.value), str(found.hit) if found.hit else ""


def _entered(tap: TapResult, evidence: Evidence, names: Names) -> list[str]:
    edges = _entering(tap, evidence, names)
    return [f"- {edge}" for edge in edges] or [
        "No edge of a flow, and no call of a run, enters the tap's function."
    ]


def _entering(tap: TapResult, evidence: Evidence, names: Names) -> list[str]:
    """The flows' edges into the tap's function; where none was taken, who entered it in the runs as well."""
    edges = [edge for flow in evidence.flows for edge in flow.edges if edge.callee == tap.symbol]
    found = [
        f"{code(names.arrow(edge.caller, edge.callee))} {anchor(edge.path, edge.line)}, {edge.verdict}"
        for edge in edges
    ]
    if not any(edge.verdict in (CONFIRMED, OBSERVED_ONLY) for edge in edges):
        found += _entering_in_runs(tap, evidence, names)
    return list(dict.fromkeys(found))


def _entering_in_runs(tap: TapResult, evidence: Evidence, names: Names) -> Iterator[str]:
    """Entries that a run saw, for a function that no edge of a flow was seen to enter."""
    for run in evidence.runs:
        for entry in entries_of((run,)).get(tap.symbol, ()):
            seen = f"seen {times(entry.count)} in run {code(run.name)}"
            if not entry.caller:
                yield f"entered from {UNTRACED}, {seen}"
                continue
            arrow = code(names.arrow(entry.caller, tap.symbol))
            yield f"{arrow} {anchor(entry.path, entry.line)}, {seen}"


def _cross_reference(evidence: Evidence, names: Names) -> list[str]:
    rows = [
        (
            f"{number} {code(tap.key)}",
            text(_stage(tap, evidence)),
            listed(_entering(tap, evidence, names), 3, "; "),
        )
        for number, tap in enumerate(evidence.taps, 1)
    ]
    return table(("Tap", "Stage of the chain", "Edges that enter its function"), rows)


def _stage(tap: TapResult, evidence: Evidence) -> str:
    places = [
        f"{flow.name} {number} ({stage.stage})"
        for flow in evidence.flows
        for number, stage in enumerate(flow.chain, 1)
        if stage.symbol == tap.symbol
    ]
    return "; ".join(places) or f"{tap.stage or 'no stage'}, not on a flow"
