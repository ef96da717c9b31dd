"""Finding a statement by its code inside a symbol of one file."""

from __future__ import annotations

import difflib
import functools
import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import libcst as cst
import msgspec
from libcst.metadata import CodeRange, MetadataWrapper, PositionProvider

from callchain.source.cst_jobs import Found, Place, Span
from callchain.source.cst_structure import form, header_form, header_parts, kind, statements

_MODULE = "<module>"
_NEAR = 5
_LIKE = 0.4
_CLAUSES = (cst.If, cst.ExceptHandler, cst.ExceptStarHandler, cst.MatchCase)


class _Site:
    """A statement (or `elif`, `except`, `case` clause) and the qualname of the frame it runs in."""

    def __init__(self, qualname: str, node: Any) -> None:
        self.qualname = qualname
        self.node = node

    @functools.cached_property
    def form(self) -> Any:
        """The statement in comparable form."""
        return form(self.node)

    @functools.cached_property
    def header(self) -> Any:
        """The same without what a compound statement holds."""
        return header_form(self.node)


class _Wanted(msgspec.Struct, frozen=True):
    """The code that is searched, in comparable form."""

    text: str
    whole: Any
    """The form of the statement with all it holds; None when only a header was given."""
    header: Any
    expression: Any
    """The form of a lone expression, which may stand inside a larger statement; else None."""


class CodeError(ValueError):
    """Code that names no statement; the message says why."""


def search(wrapper: MetadataWrapper, queries: tuple[tuple[str, str], ...]) -> tuple[Found, ...]:
    """Answer each query on a parsed file."""
    positions = wrapper.resolve(PositionProvider)
    sites = list(_sites(wrapper.module.body, _MODULE))
    answers = []
    for qualname, code in queries:
        try:
            wanted = _read(code)
        except CodeError as error:
            answers.append(Found(error=str(error)))
            continue
        inside = [site for site in sites if site.qualname == qualname]
        matches = _matches(inside, wanted)
        if matches:
            spans = sorted({_span(site.node, positions) for site in matches})
            answers.append(Found(spans=tuple(spans)))
        else:
            elsewhere = _matches([site for site in sites if site.qualname != qualname], wanted)
            places = tuple(_place(site, positions, wrapper.module) for site in elsewhere[:_NEAR])
            answers.append(Found(near=_near(inside, wanted, positions, wrapper.module), elsewhere=places))
    return tuple(answers)


def _matches(sites: list[_Site], wanted: _Wanted) -> list[_Site]:
    """Whole statements that are alike, else headers, else statements that contain the expression once."""
    if wanted.whole is not None:
        whole = [site for site in sites if kind(site.node) == wanted.whole[0] and site.form == wanted.whole]
        if whole or wanted.expression is None:
            return whole
        return [site for site in sites if _count(site.node, wanted.expression) == 1]
    return [site for site in sites if kind(site.node) == wanted.header[0] and site.header == wanted.header]


def _count(node: cst.CSTNode, expression: Any) -> int:
    """How often the expression stands in the part of a statement that runs with it."""
    pending = header_parts(node)
    count = 0
    while pending:
        part = pending.pop()
        if isinstance(part, cst.BaseExpression) and kind(part) == expression[0] and form(part) == expression:
            count += 1
        elif not isinstance(part, cst.Lambda | cst.BaseSuite):
            pending.extend(part.children)
    return count


def _read(code: str) -> _Wanted:
    """Parse the code of a tap: a statement, or the header of a compound one."""
    if not code.strip():
        raise CodeError("it is empty")
    try:
        node, header_only = _parse_one(code.strip())
    except CodeError:
        # Only now, for it would change the inside of a text that goes over several lines.
        node, header_only = _parse_one(textwrap.dedent(code).strip())
    if header_only:
        return _Wanted(code, None, header_form(node), None)
    return _Wanted(code, form(node), None, form(node.value) if isinstance(node, cst.Expr) else None)


def _parse_one(code: str) -> tuple[cst.CSTNode, bool]:
    """The one statement that the code is, and whether it is a header without what it holds."""
    if code in ("else:", "finally:", "try:"):
        raise CodeError(f"`{code}` does nothing by itself; name a statement inside it")
    module = _try_parse(code)
    if module is not None:
        found = statements(module.body)
        if len(found) != 1:
            raise CodeError(f"it holds {len(found)} statements; name one")
        return found[0], False
    for template, pick in _HEADERS:
        module = _try_parse(template.format(code)) if code.endswith(":") else None
        if module is not None:
            return pick(module.body[0]), True
    raise CodeError("it is no Python statement, nor the first line of one")


_HEADERS: tuple[tuple[str, Callable[[Any], cst.CSTNode]], ...] = (
    ("{} pass", lambda node: node),
    ("{}\n case _: pass", lambda node: node),
    ("if x: pass\n{} pass", lambda node: node.orelse),
    ("try: pass\n{} pass", lambda node: node.handlers[0]),
    ("match x:\n {} pass", lambda node: node.cases[0]),
)
"""How the first line of each kind of compound statement or clause becomes something that parses."""


def _try_parse(code: str) -> cst.Module | None:
    try:
        return cst.parse_module(code + "\n")
    except (cst.ParserSyntaxError, cst.CSTValidationError):
        return None


def _sites(body: Sequence[cst.CSTNode], qualname: str) -> Iterator[_Site]:
    """Statements and clauses in source order, those of nested functions and classes under their own qualname."""
    for statement in statements(body):
        yield from _site_and_held(statement, qualname)


def _site_and_held(node: Any, qualname: str) -> Iterator[_Site]:
    yield _Site(qualname, node)
    inner = qualname
    if isinstance(node, cst.FunctionDef | cst.ClassDef):
        inner = node.name.value if qualname == _MODULE else f"{qualname}.{node.name.value}"
    if isinstance(getattr(node, "body", None), cst.BaseSuite):
        yield from _sites(node.body.body, inner)
    for name in ("handlers", "cases", "orelse", "finalbody"):
        value = getattr(node, name, None)
        for clause in value if isinstance(value, list | tuple) else (value,):
            if isinstance(clause, cst.Else | cst.Finally):
                yield from _sites(clause.body.body, inner)
            elif isinstance(clause, _CLAUSES):
                yield from _site_and_held(clause, inner)


def _span(node: Any, positions: Mapping[cst.CSTNode, CodeRange]) -> Span:
    """The extent of a statement; a decorated definition begins to run at its first decorator."""
    decorators = getattr(node, "decorators", ())
    start = positions[decorators[0] if decorators else node].start
    return Span(start.line, positions[node].end.line, start.column)


def _place(site: _Site, positions: Mapping[cst.CSTNode, CodeRange], module: cst.Module) -> Place:
    return Place(positions[site.node].start.line, site.qualname, _first_line(site.node, module))


def _first_line(node: cst.CSTNode, module: cst.Module) -> str:
    """A statement's first line, without the comments and decorators above it."""
    bare = {name: () for name in ("leading_lines", "lines_after_decorators", "decorators") if hasattr(node, name)}
    return module.code_for_node(node.with_changes(**bare)).strip().partition("\n")[0].rstrip()


def _near(
    sites: list[_Site], wanted: _Wanted, positions: Mapping[cst.CSTNode, CodeRange], module: cst.Module
) -> tuple[Place, ...]:
    """Statements that look like the code, best first, ties in source order."""
    places = [_place(site, positions, module) for site in sites]
    first = wanted.text.partition("\n")[0]
    scores = {
        place: difflib.SequenceMatcher(None, first, place.code, autojunk=False).ratio()
        for place in dict.fromkeys(places)
    }
    ranked = sorted(
        (place for place in scores if scores[place] >= _LIKE), key=lambda place: (-scores[place], place)
    )
    return tuple(ranked[:_NEAR])
