"""`index.html`: the package on one self-contained page without scripts, under a strict content policy."""

from __future__ import annotations

import base64
import hashlib
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from callchain.evidence.artefacts import not_foretold, not_written
from callchain.evidence.verdicts import OBSERVED_ONLY
from callchain.model.package import Evidence
from callchain.model.recording import CallNode
from callchain.model.tap import Snapshot
from callchain.report.counts import totals
from callchain.report.grouping import fold_effects
from callchain.report.names import flow_label, names_of
from callchain.report.reasons import why_nothing_ran
from callchain.report.sections.state import DENIED_NOTE, SILENT_NOTE
from callchain.report.stage_marks import StageMarks, in_plain_text
from callchain.report.visible import visible
from callchain.taps.render import render as render_value

DEEPEST = 24
MOST_HITS = 5

_WIDEST = 400
"""Characters of one value; longer ones are in `evidence.json`."""


def render(evidence: Evidence, svg: str) -> str:
    """The page; `svg` is the drawing made from the same evidence."""
    environment = _environment()
    style = environment.loader.get_source(environment, "index.css")[0] if environment.loader else ""
    names = names_of(evidence)
    page = environment.get_template("index.html.j2")
    return page.render(
        evidence=evidence,
        question=" ".join(evidence.question.text.split()),
        style=style,
        policy=_policy(style),
        drawing=inline(svg),
        short=names.short,
        arrow=names.arrow,
        label=flow_label,
        marks=StageMarks(evidence, names, in_plain_text).of,
        fold_effects=fold_effects,
        notes=(SILENT_NOTE, DENIED_NOTE),
        observed_only=OBSERVED_ONLY,
        nothing_ran=why_nothing_ran(evidence),
        not_written=not_written,
        not_foretold=not_foretold,
        deepest=DEEPEST,
        most_hits=MOST_HITS,
    )


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("callchain.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=_shown,
    )
    environment.filters["slug"] = slug
    environment.filters["brief"] = _brief
    environment.filters["nodes"] = count_nodes
    environment.filters["counts"] = totals
    return environment


def _shown(value: object) -> object:
    """Every printed text with its hidden characters made visible; markup of our own is left alone."""
    return visible(value) if type(value) is str else value


def _policy(style: str) -> str:
    """No script, no request, no frame: only this very style sheet."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def inline(svg: str) -> str:
    """The drawing without its XML prologue, to stand inside HTML."""
    return svg[svg.index("<svg") :] if "<svg" in svg else ""


def slug(text: str) -> str:
    """A verdict or stage as the name of a class in the style sheet."""
    return "-".join("".join(c if c.isascii() and c.isalnum() else " " for c in text.lower()).split())


def _brief(snapshot: Snapshot) -> str:
    return render_value(snapshot, _WIDEST)


def count_nodes(node: CallNode) -> int:
    """How many nodes stand below one, itself left out."""
    waiting, count = list(node.children), 0
    while waiting:
        current = waiting.pop()
        count += 1
        waiting += current.children
    return count
