"""Small pictures for notebooks: plain tables, everything escaped, no script and no request."""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from callchain.model.package import Evidence
from callchain.model.recording import RunRecord
from callchain.model.tap import TapResult
from callchain.report.visible import visible
from callchain.taps.render import render

_MOST_HITS = 3
_WIDEST = 120
_COLOURS = {"confirmed": "#1a7f37", "pass": "#1a7f37", "fail": "#cf222e", "error": "#cf222e"}
_REFUTED = "static-only: line ran"
_CELL = "text-align:left;vertical-align:top"


def package_html(evidence: Evidence, folder: Path) -> str:
    """The question, the flows, the verdicts and the failing expectations of a package."""
    rows = [(flow.name, [" → ".join(_qualname(stage.symbol) for stage in flow.chain)]) for flow in evidence.flows]
    rows.append(("edges", _counted(evidence.quality.edges)))
    if evidence.taps:
        rows.append(("taps", _counted(evidence.quality.taps)))
        rows.append(("expectations", _counted(evidence.quality.expectations)))
    rows += [("fail", [text]) for text in _failing(evidence.taps)]
    quality = evidence.quality
    rows.append(("anchors", [f"{quality.anchors_checked} proved, {quality.anchors_false} false"]))
    rows.append(("package", [str(folder)]))
    return _boxed(evidence.question.text, _table((_head(name), _list(texts)) for name, texts in rows))


def tap_html(tap: TapResult) -> str:
    """What a tap was expected to see and what it saw."""
    head = f"{tap.key} at {tap.path}:{tap.line}, {tap.hits} hit{'' if tap.hits == 1 else 's'}"
    rows = [
        (_verdict(each.verdict), f"<code>{_text(each.expression)}</code>", _text(each.value))
        for each in tap.expectations
    ]
    for hit in tap.snapshots[-_MOST_HITS:]:
        rows += [
            (_text(f"hit {hit.sequence}"), f"<code>{_text(name)}</code>", _text(render(value, _WIDEST)))
            for name, value in hit.values.items()
        ]
    note = f"<p>{_text(tap.note)}</p>" if tap.note else ""
    return _boxed(head, f"<p>{_text(tap.purpose)}</p>{_table(rows)}{note}")


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


def _counted(counts: Mapping[str, int]) -> list[str]:
    return [f"{count} {name}" for name, count in sorted(counts.items()) if count] or ["none"]


def _text(text: str) -> str:
    return html.escape(visible(text), quote=True)


def _head(name: str) -> str:
    return f"<b>{_text(name)}</b>"


def _list(texts: Iterable[str]) -> str:
    return "<br>".join(_coloured(text) for text in texts)


def _coloured(text: str) -> str:
    name = text.partition(" ")[2]
    colour = _COLOURS["fail"] if name == _REFUTED else _COLOURS.get(name, "")
    return f'<span style="color:{colour}">{_text(text)}</span>' if colour else _text(text)


def _verdict(verdict: str) -> str:
    return f'<b style="color:{_COLOURS.get(verdict, "inherit")}">{_text(verdict)}</b>'


def _table(rows: Iterable[Sequence[str]]) -> str:
    lines = ("".join(f'<td style="{_CELL}">{cell}</td>' for cell in row) for row in rows)
    return f"<table>{''.join(f'<tr>{line}</tr>' for line in lines)}</table>"


def _boxed(title: str, body: str) -> str:
    return f"<div><b>{_text(title)}</b>{body}</div>"
