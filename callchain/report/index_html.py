"""`index.html`: the package on one self-contained page; without scripts it is still whole, only less handy."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from itertools import islice
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from callchain.evidence.verdicts import CONFIRMED, LINE_RAN, NOT_REACHED, OBSERVED_ONLY
from callchain.model.chain import Artefact
from callchain.model.package import Evidence
from callchain.report import dynamic_txt
from callchain.report.grouping import fold_effects
from callchain.report.names import flow_label, names_of
from callchain.report.page import assets
from callchain.report.page.captured import captured
from callchain.report.page.files import file_tree, size
from callchain.report.page.findings import findings_of
from callchain.report.page.payload import embedded
from callchain.report.page.plots import plots_of
from callchain.report.page.shares import shares_of
from callchain.report.page.symbols import Symbols
from callchain.report.page.times import PLACE
from callchain.report.reasons import why_nothing_ran
from callchain.report.sections.state import DENIED_NOTE, SILENT_NOTE
from callchain.report.stage_marks import StageMarks, in_plain_text
from callchain.report.visible import visible

MOST_EDGES = 120
MOST_ROWS = 200
MOST_FINDINGS = 8
MOST_STAGES = 40
MOST_TREE_LINES = 300
_MARKS = (CONFIRMED, OBSERVED_ONLY, LINE_RAN, NOT_REACHED)


def render(evidence: Evidence, svg: str) -> str:
    """The page; `svg` is the drawing made from the same evidence.

    Raises:
        CallchainError: the layout program of the graph is missing.
    """
    names = names_of(evidence)
    symbols = Symbols(names)
    data = embedded(evidence, names, symbols)
    numbers = {id(artefact): number for number, artefact in enumerate(evidence.artefacts, 1)}

    def artefact_number(artefact: Artefact) -> int:
        return numbers[id(artefact)]

    return (
        _environment()
        .get_template("index.html.j2")
        .render(
            evidence=evidence,
            question=segments(evidence.question.text),
            style=assets.style(),
            script=assets.script(),
            policy=assets.policy(),
            data=data,
            times=PLACE,
            drawing=inline(svg),
            short=names.short,
            number=symbols.known,
            label=flow_label,
            link=lambda path, line: address(evidence.provenance.forge, path, line),
            marks=StageMarks(evidence, names, in_plain_text).of,
            mark=mark,
            findings=findings_of(evidence, names),
            shares=shares_of(evidence.quality),
            fold_effects=fold_effects,
            notes=(SILENT_NOTE, DENIED_NOTE),
            nothing_ran=why_nothing_ran(evidence),
            captured=captured,
            plots=plots_of,
            file_tree=file_tree,
            artefact_number=artefact_number,
            first_tree_lines=list(islice(dynamic_txt.render(evidence).splitlines(), MOST_TREE_LINES)),
            most_edges=MOST_EDGES,
            most_rows=MOST_ROWS,
            most_findings=MOST_FINDINGS,
            most_stages=MOST_STAGES,
        )
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
    environment.filters["size"] = size
    environment.filters["groupby_in_order"] = grouped
    return environment


def _shown(value: object) -> object:
    """Every printed text with its hidden characters made visible; markup of our own is left alone."""
    return visible(value) if type(value) is str else value


def segments(question: str) -> list[tuple[str, bool]]:
    """The question's text in pieces, those in backticks marked as code."""
    parts = " ".join(question.split()).split("`")
    if len(parts) % 2 == 0:
        return [("`".join(parts), False)]
    return [(part, number % 2 == 1) for number, part in enumerate(parts) if part]


def address(forge: str, path: str, line: int) -> str:
    """The web address of a line; empty where the forge is not known."""
    if not forge.startswith("https://"):
        return ""
    return forge.replace("{line}", str(line)).replace("{path}", quote(path, safe="/~", errors="replace"))


def mark(words: str) -> Markup:
    """What the runs say of a stage, with its verdict as a badge where it begins with one."""
    for verdict in _MARKS:
        if words.startswith(verdict):
            return Markup('<span class="badge {}">{}</span>').format(slug(verdict), visible(words))
    return Markup('<span class="dim">{}</span>').format(visible(words))


def grouped(records: Iterable[Any], attribute: str) -> list[tuple[object, Sequence[Any]]]:
    """The records by an attribute, in the order of the first of each."""
    groups: dict[object, list[Any]] = {}
    for record in records:
        groups.setdefault(getattr(record, attribute), []).append(record)
    return list(groups.items())


def inline(svg: str) -> str:
    """The drawing without its XML prologue, to stand inside HTML."""
    return svg[svg.index("<svg") :] if "<svg" in svg else ""


def slug(text: str) -> str:
    """A verdict or stage as the name of a class in the style sheet."""
    return "-".join("".join(c if c.isascii() and c.isalnum() else " " for c in text.lower()).split())
