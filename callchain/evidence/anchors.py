"""The proof of each anchor against the source, in the records and in rendered documents."""

from __future__ import annotations

import ast
import html
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from callchain.evidence.claims import CALL, DEFINITION, HOLDS, INSIDE, MENTION, PASSAGE, PLACE, Claim, claims_of
from callchain.evidence.sources import SourceLines, Sources
from callchain.model.package import Evidence
from callchain.model.symbol import digest_of
from callchain.source.decoding import split_lines

_PRINTED = re.compile(
    r"(?P<path>[^\s`'\"()<>|:\[\],;]+\.[A-Za-z0-9]{1,5})(?:::(?P<symbol>[^\s:`|]+))?:(?P<line>\d+)(?:-(?P<end>\d+))?"
)
_TAG = re.compile(r"<[^>]*>")
_CALLING = (
    ast.Call | ast.Attribute | ast.Subscript | ast.BinOp | ast.UnaryOp | ast.Compare | ast.BoolOp | ast.AugAssign
    | ast.With | ast.AsyncWith | ast.withitem | ast.For | ast.AsyncFor | ast.comprehension | ast.Await | ast.Yield
    | ast.YieldFrom | ast.Import | ast.ImportFrom | ast.Delete | ast.FormattedValue | ast.Starred | ast.Raise
    | ast.If | ast.While | ast.IfExp | ast.Assert | ast.Name
)  # fmt: skip
"""Forms that can enter a function; a bare name is a decorator, an iterable or a truth value."""


@dataclass(frozen=True, order=True)
class FalseAnchor:
    """An anchor that the source does not bear out."""

    path: str
    line: int
    symbol: str
    what: str
    why: str

    def __str__(self) -> str:
        holder = f" ({self.symbol})" if self.symbol else ""
        return f"{self.path}:{self.line}{holder}: {self.what}: {self.why}"


@dataclass(frozen=True)
class AnchorReport:
    """How many claims were checked, the false ones, and the places that were proved."""

    checked: int
    false: tuple[FalseAnchor, ...]
    proved: frozenset[tuple[str, int, int]]
    """Path, line and end line, the latter 0 where a claim names one line."""


def check(evidence: Evidence, tree: SourceLines | Sources) -> AnchorReport:
    """Prove every anchor of the evidence against the source."""
    sources = tree if isinstance(tree, Sources) else Sources(tree)
    claims = claims_of(evidence)
    false = []
    proved = set()
    for claim in claims:
        why = refute(claim, sources)
        if why:
            false.append(FalseAnchor(claim.path, claim.line, claim.symbol, claim.what, why))
        else:
            proved |= {(claim.path, claim.line, 0), (claim.path, claim.line, claim.end_line)}
    return AnchorReport(len(claims), tuple(sorted(set(false))), frozenset(proved))


def refute(claim: Claim, sources: Sources) -> str:
    """Why the claim is false; empty when it holds."""
    lines = sources.lines(claim.path)
    if lines is None:
        return "no such file in the tree"
    if not 1 <= claim.line <= max(len(lines), 1):
        return f"the file has {len(lines)} lines"
    if claim.end_line and not claim.line <= claim.end_line <= max(len(lines), 1):
        return f"it ends at line {claim.end_line} of {len(lines)}"
    if claim.digest and digest_of(list(lines[claim.line - 1 : claim.end_line or claim.line])) != claim.digest:
        return "the digest of its lines is another"
    if claim.proof == PASSAGE:
        return _refute_passage(claim, lines)
    if claim.proof == PLACE:
        # An empty module is named by its line 1, which holds nothing.
        return "" if not lines or lines[claim.line - 1].strip() else "the line is blank"
    return (
        _refute_definition(claim, sources) if claim.proof == DEFINITION else _refute_inside(claim, sources, lines)
    )


def _refute_definition(claim: Claim, sources: Sources) -> str:
    extents = sources.extents(claim.symbol)
    if not extents:
        return "the file defines no such name"
    for extent in extents:
        if extent.first_line <= claim.line <= extent.line and claim.end_line in (0, extent.end_line):
            return ""
    known = ", ".join(f"{extent.line}-{extent.end_line}" for extent in extents)
    return f"the definition stands at {known}"


def _refute_inside(claim: Claim, sources: Sources, lines: tuple[str, ...]) -> str:
    if claim.symbol:
        extents = sources.extents(claim.symbol)
        if not extents:
            return "the file defines no such name"
        if not any(extent.holds(claim.line) for extent in extents):
            return "the line lies outside the symbol's definition"
    if claim.proof == CALL:
        return _refute_call(claim, sources, lines)
    if claim.proof == MENTION:
        return _refute_mention(claim, sources, lines)
    if claim.proof == HOLDS:
        return _refute_holds(claim, sources, lines)
    return ""


def _text_at(claim: Claim, sources: Sources, lines: tuple[str, ...]) -> str:
    first, last = sources.statement(claim.path, claim.line)
    return "\n".join(lines[first - 1 : max(last, claim.end_line)])


def _refute_call(claim: Claim, sources: Sources, lines: tuple[str, ...]) -> str:
    if _mentions(_text_at(claim, sources, lines), claim.words):
        return ""
    statements = sources.structure(claim.path).statements.get(claim.line, ())
    if any(isinstance(node, _CALLING) for statement in statements for node in statement.walk()):
        return ""
    return f"the line neither names {claim.words[0]!r} nor calls anything"


def _refute_mention(claim: Claim, sources: Sources, lines: tuple[str, ...]) -> str:
    if not claim.words or _mentions(_text_at(claim, sources, lines), claim.words):
        return ""
    return f"the line mentions none of {', '.join(claim.words[:4])}"


def _refute_holds(claim: Claim, sources: Sources, lines: tuple[str, ...]) -> str:
    there = set(re.findall(r"\w+", _text_at(claim, sources, lines)))
    lacking = [word for word in claim.words if word not in there]
    return f"the line lacks {', '.join(lacking[:4])}" if lacking else ""


def _mentions(text: str, words: Iterable[str]) -> bool:
    found = set(re.findall(r"\w+", text))
    return any(word in found or word.replace("_", "-") in text for word in words if word)


def _refute_passage(claim: Claim, lines: tuple[str, ...]) -> str:
    wanted = _letters(claim.words[0])[:24] if claim.words else ""
    there = _letters(" ".join(lines[claim.line - 1 : claim.line + 60]))
    return "" if wanted in there else "the passage does not stand there"


def _letters(text: str) -> str:
    return "".join(character for character in text if character.isalnum()).lower()


@dataclass(frozen=True)
class Printed:
    """An anchor as a document prints it."""

    document: str
    document_line: int
    path: str
    line: int
    end_line: int
    symbol: str = ""
    """The qualname, where the anchor names one."""


def printed_anchors(document: str, text: str) -> tuple[Printed, ...]:
    """Every `path:line`, `path:line-line` and `path::symbol:line` of a document, in order."""
    found = []
    for number, row in enumerate(split_lines(text), 1):
        plain = _plain(document, row)
        for match in _PRINTED.finditer(plain):
            place = match["path"], int(match["line"]), int(match["end"] or 0), match["symbol"] or ""
            found.append(Printed(document, number, *place))
    return tuple(found)


def _plain(document: str, row: str) -> str:
    """A line as a reader sees it."""
    if document.endswith((".html", ".svg")):
        return html.unescape(_TAG.sub(" ", row))
    breaks = {".dot": "\\n", ".mmd": "<br/>"}
    return row.replace(breaks.get(document[-4:], "\n"), " ")


def check_printed(
    document: str,
    text: str,
    tree: SourceLines | Sources,
    *,
    proved: Collection[tuple[str, int, int]] | None = None,
) -> AnchorReport:
    """Prove each anchor that a document prints.

    Args:
        document: the document's name, for the report.
        text: the document.
        tree: the source.
        proved: the places proved among the records (`AnchorReport.proved`); a printed anchor must be one of them.
            Without it the line must exist, hold something, and lie inside the symbol where one is printed.
    """
    sources = tree if isinstance(tree, Sources) else Sources(tree)
    false = []
    places = set()
    for printed in printed_anchors(document, text):
        if not printed.path.endswith((".py", ".pyi")) and sources.lines(printed.path) is None:
            continue
        place = (printed.path, printed.line, printed.end_line)
        places.add(place)
        why = _refute_printed(printed, sources)
        if not why and proved is not None and place not in proved:
            why = "printed, but never proved among the records"
        if why:
            where = f"{document}:{printed.document_line}"
            false.append(FalseAnchor(printed.path, printed.line, printed.symbol, where, why))
    refuted = {(anchor.path, anchor.line) for anchor in false}
    return AnchorReport(len(places), tuple(false), frozenset(p for p in places if p[:2] not in refuted))


def _refute_printed(printed: Printed, sources: Sources) -> str:
    symbol = f"{printed.path}::{printed.symbol}" if printed.symbol else ""
    proof = INSIDE if symbol else PLACE
    return refute(Claim(printed.path, printed.line, printed.end_line, symbol, proof, "printed"), sources)
