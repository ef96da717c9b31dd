"""Small pictures for notebooks: tables, bars and curves, everything escaped, no script and no request.

Colours are few and of middle lightness, so that they can be read on a light and on a dark ground.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from callchain.model.package import Evidence
from callchain.model.recording import RunRecord
from callchain.model.tap import TapResult
from callchain.report.page.plots import HEIGHT, WIDTH, Plot, plots_of
from callchain.report.page.shares import Part, shares_of
from callchain.report.visible import visible
from callchain.taps.render import render

_MOST_HITS = 3
_WIDEST = 120
_GREEN, _RED, _GREY = "#2da44e", "#e5484d", "#8b949e"
_COLOURS = {
    "confirmed": _GREEN,
    "pass": _GREEN,
    "hit": _GREEN,
    "observed-only": "#a371f7",
    "static-only: line ran": "#d9730d",
    "fail": _RED,
    "error": _RED,
}
_CELL = "text-align:left;vertical-align:top;padding:2px 10px 2px 0"
_BAR = "display:inline-block;width:180px;height:8px;margin-right:10px"
_PART = "display:inline-block;height:100%"
_LINE = 'fill="none" stroke="#4c8dff" stroke-width="1.8"'
_DIM = "opacity:.65"


def package_html(evidence: Evidence, folder: Path) -> str:
    """The question, the flows, verdicts as bars and failing expectations of a package; its taps to unfold."""
    rows = [
        (_head(flow.name), _text(" → ".join(_qualname(stage.symbol) for stage in flow.chain)))
        for flow in evidence.flows
    ]
    rows += [(_head(title.lower()), _bar(parts)) for title, total, parts in shares_of(evidence.quality) if total]
    rows += [
        (_head("fail"), f'<span style="color:{_RED}">{_text(text)}</span>') for text in _failing(evidence.taps)
    ]
    quality = evidence.quality
    rows.append((_head("anchors"), f"{quality.anchors_checked} proved, {quality.anchors_false} false"))
    rows.append((_head("package"), f"<code>{_text(str(folder))}</code>"))
    taps = "".join(_folded(f"{tap.key}, {_hits(tap)}", tap_html(tap)) for tap in evidence.taps)
    return _boxed(evidence.question.text, _table(rows) + taps)


def tap_html(tap: TapResult) -> str:
    """What a tap was expected to see and what it saw, numbers over its hits as curves."""
    head = f"{tap.key} at {tap.path}:{tap.line}, {_hits(tap)}"
    judged = [
        (_verdict(each.verdict), f"<code>{_text(each.expression)}</code>", _text(each.value))
        for each in tap.expectations
    ]
    seen = [
        (f"hit&nbsp;{hit.sequence}", f"<code>{_text(name)}</code>", _text(render(value, _WIDEST)))
        for hit in tap.snapshots[-_MOST_HITS:]
        for name, value in hit.values.items()
    ]
    note = f"<p>{_text(tap.note)}</p>" if tap.note else ""
    curves = "".join(map(_plot, plots_of(tap)))
    return _boxed(head, f"<div>{_text(tap.purpose)}</div>{_table(judged)}{curves}{_table(seen)}{note}")


def _hits(tap: TapResult) -> str:
    return f"{tap.hits} hit{'' if tap.hits == 1 else 's'}"


def trace_html(record: RunRecord, text: str, taps: Sequence[TapResult]) -> str:
    """The call tree of a recording, and its taps."""
    tree = f"<pre>{''.join(html.escape(visible(line)) + chr(10) for line in text.splitlines())}</pre>"
    title = f"{sum(edge.count for edge in record.edges)} calls recorded by {record.engine}"
    return _boxed(title, tree + "".join(map(tap_html, taps)))


def _failing(taps: Iterable[TapResult]) -> Iterator[str]:
    for tap in taps:
        for each in tap.expectations:
            if each.verdict in ("fail", "error"):
                yield f"{tap.key}: {each.expression} [{each.value}]"


def _qualname(symbol: str) -> str:
    return symbol.partition("::")[2]


def _bar(parts: Sequence[Part]) -> str:
    """Counts as a bar, with words beside it, so that colour is not the only sign."""
    blocks = "".join(
        f'<span style="{_PART};width:{width}%;background:{_COLOURS.get(word, _GREY)}"></span>'
        for word, _, _, width in parts
    )
    words = " · ".join(
        f'<span style="color:{_COLOURS.get(word, "inherit")}">{count} {_text(word)}</span>'
        for word, count, _, _ in parts
        if count
    )
    return f'<span style="{_BAR}">{blocks}</span>{words}'


def _plot(plot: Plot) -> str:
    bars = "".join(
        f'<rect x="{x}" y="{y}" width="{width}" height="{height}" fill="#4c8dff" opacity=".4"/>'
        for x, y, width, height in plot.bars
    )
    line = f'<polyline points="{plot.line}" {_LINE}/>' if plot.points else ""
    name = f"{plot.name}, {plot.caption}"
    ends = f"{plot.first} to {plot.last}: {plot.low} … {plot.high}"
    return (
        '<span style="display:inline-block;margin:6px 14px 6px 0">'
        f'<code>{_text(plot.name)}</code> <span style="{_DIM}">{_text(plot.caption)}</span><br>'
        f'<svg width="{WIDTH}" height="{HEIGHT}" role="img" aria-label="{_text(name)}">{bars}{line}</svg><br>'
        f'<small style="{_DIM}">{_text(ends)}</small></span>'
    )


def _folded(title: str, body: str) -> str:
    return f"<details><summary>{_text(title)}</summary>{body}</details>"


def _text(text: str) -> str:
    return html.escape(visible(text), quote=True)


def _head(name: str) -> str:
    return f"<b>{_text(name)}</b>"


def _verdict(verdict: str) -> str:
    return f'<b style="color:{_COLOURS.get(verdict, "inherit")}">{_text(verdict)}</b>'


def _table(rows: Iterable[Sequence[str]]) -> str:
    lines = ("".join(f'<td style="{_CELL}">{cell}</td>' for cell in row) for row in rows)
    return f"<table>{''.join(f'<tr>{line}</tr>' for line in lines)}</table>"


def _boxed(title: str, body: str) -> str:
    return f"<div><b>{_text(title)}</b>{body}</div>"
