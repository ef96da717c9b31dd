"""What the scripts of the page read: one JSON document inside it, every text made visible and safe to embed."""

from __future__ import annotations

from collections.abc import Iterator

from callchain.model.chain import Flow
from callchain.model.package import Evidence
from callchain.report.names import Names, flow_label
from callchain.report.page.calls import arrows_of, call_rows, calls_of
from callchain.report.page.embedding import embeddable
from callchain.report.page.layout import box_width
from callchain.report.page.symbols import STAGES, VERDICTS, Symbols, number_stages
from callchain.report.page.trees import trees_of
from callchain.report.page.views import views_of
from callchain.report.stage_marks import StageMarks, in_plain_text
from callchain.report.visible import visible


def embedded(evidence: Evidence, names: Names, symbols: Symbols) -> str:
    """The document as text that can stand inside a `script` element: it holds no `<`, `>` or `&`."""
    return embeddable(payload(evidence, names, symbols))


def payload(evidence: Evidence, names: Names, symbols: Symbols) -> dict[str, object]:
    """The data of the page; functions and calls are named by their numbers, which `symbols` knows afterwards."""
    number_stages(evidence, symbols)
    calls = calls_of(evidence)
    arrows = arrows_of(calls, symbols)
    trees = trees_of(evidence, symbols)
    views = views_of(evidence, calls, arrows, symbols)
    taps = [[visible(tap.key), symbols.number(tap.symbol), tap.line, tap.hits] for tap in evidence.taps]
    marks = StageMarks(evidence, names, in_plain_text)
    flows = [_flow(flow, symbols, marks) for flow in evidence.flows]
    for effect in evidence.effects:
        symbols.number(effect.symbol)
    return {
        "verdicts": VERDICTS,
        "stages": STAGES,
        "symbols": symbols.rows(),
        "labels": [[label, box_width(label)] for label in symbols.labels()],
        "flows": flows,
        "calls": call_rows(calls),
        "arrows": [(arrow.tail, arrow.head, arrow.verdict, arrow.calls) for arrow in arrows],
        "views": [{"name": visible(view.name), **view.row()} for view in views],
        "runs": [_run(run.name, run.command) for run in evidence.runs],
        **trees,
        "taps": taps,
        "sources": _sources(evidence),
        "forge": evidence.provenance.forge,
        "finds": list(_finds(evidence, names)),
    }


def _flow(flow: Flow, symbols: Symbols, marks: StageMarks) -> dict[str, object]:
    words = marks.of(flow)
    return {
        "name": visible(flow_label(flow)),
        "stages": [
            (symbols.number(stage.symbol), visible(stage.why), visible(words.get(stage.symbol, "")))
            for stage in flow.chain
        ],
    }


def _run(name: str, command: tuple[str, ...]) -> tuple[str, str]:
    return visible(name), visible(" ".join(command))


def _sources(evidence: Evidence) -> dict[str, list[tuple[int, list[str]]]]:
    found: dict[str, list[tuple[int, list[str]]]] = {}
    for excerpt in evidence.excerpts:
        lines = [visible(line.expandtabs(4)) for line in excerpt.lines]
        found.setdefault(visible(excerpt.path), []).append((excerpt.line, lines))
    return found


def _finds(evidence: Evidence, names: Names) -> Iterator[tuple[str, str, str, str]]:
    """What the search finds beside functions: kind, name, hint, the place on the page."""
    for number, tap in enumerate(evidence.taps, 1):
        yield "tap", visible(tap.key), visible(tap.purpose), f"tap-{number}"
    for number, key in enumerate(evidence.state, 1):
        yield "state", visible(f"{names.short(key.store)}[{key.key}]"), visible(key.hazard), f"state-{number}"
    for number, artefact in enumerate(evidence.artefacts, 1):
        yield "artefact", visible(artefact.name), visible(artefact.kind), f"artefact-{number}"
    for number, spot in enumerate(evidence.blind_spots, 1):
        where = f"{spot.path}:{spot.line}" if spot.line and spot.kind != "file" else spot.path
        yield "blind spot", visible(spot.expression or where), visible(spot.reason), f"blind-{number}"
