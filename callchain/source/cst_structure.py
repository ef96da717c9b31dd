"""The structure of code without its looks: two statements are alike when their forms are equal."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

import libcst as cst

_LOOKS = (
    cst.BaseParenthesizableWhitespace,
    cst.AssignEqual,
    cst.Colon,
    cst.Comma,
    cst.Comment,
    cst.EmptyLine,
    cst.LeftCurlyBrace,
    cst.LeftParen,
    cst.LeftSquareBracket,
    cst.Newline,
    cst.RightCurlyBrace,
    cst.RightParen,
    cst.RightSquareBracket,
    cst.Semicolon,
    cst.TrailingWhitespace,
)
_BODIES = frozenset({"body", "orelse", "finalbody", "handlers", "cases"})
_COMPOUND = (cst.BaseCompoundStatement, cst.ExceptHandler, cst.ExceptStarHandler, cst.MatchCase)


def form(node: Any) -> Any:
    """Nested tuples that say what the code means and not how it is set: no blanks, comments, quotes, brackets."""
    if isinstance(node, cst.SimpleString | cst.ConcatenatedString) and node.evaluated_value is not None:
        return ("text", type(node.evaluated_value).__name__, node.evaluated_value)
    if isinstance(node, cst.Integer | cst.Float | cst.Imaginary):
        return ("number", repr(node.evaluated_value))
    if isinstance(node, cst.FormattedString):
        return ("format", "r" in node.prefix.lower(), form(node.parts))
    if isinstance(node, cst.FormattedStringText):
        return node.value.replace("\\'", "'").replace('\\"', '"')
    if isinstance(node, cst.FormattedStringExpression):
        shows = isinstance(node.equal, cst.AssignEqual)
        return ("hole", shows, form(node.expression), node.conversion, form(node.format_spec))
    if isinstance(node, list | tuple):
        return tuple(form(item) for item in node if not isinstance(item, _LOOKS))
    if isinstance(node, cst.BaseSuite):
        return ("block", *(form(statement) for statement in statements(node.body)))
    if isinstance(node, cst.CSTNode):
        return (type(node).__name__, *_parts(node, frozenset()))
    return None if isinstance(node, cst.MaybeSentinel) else node


def kind(node: cst.CSTNode) -> str:
    """What `form` begins with: a cheap test before the forms are made."""
    if isinstance(node, cst.SimpleString | cst.ConcatenatedString) and node.evaluated_value is not None:
        return "text"
    if isinstance(node, cst.Integer | cst.Float | cst.Imaginary):
        return "number"
    return "format" if isinstance(node, cst.FormattedString) else type(node).__name__


def statements(body: Sequence[cst.CSTNode]) -> list[cst.CSTNode]:
    """The statements of a body; several on one line are several."""
    return [
        statement
        for line in body
        for statement in (line.body if isinstance(line, cst.SimpleStatementLine) else [line])
    ]


def header_form(node: cst.CSTNode) -> Any:
    """The form of a compound statement without what it holds; the form of a simple one as it is."""
    if isinstance(node, _COMPOUND):
        return (type(node).__name__, *_parts(node, _BODIES))
    return form(node)


def header_parts(node: cst.CSTNode) -> list[cst.CSTNode]:
    """The sub-expressions that run as part of the statement itself; of a compound one those of its header."""
    held = _BODIES if isinstance(node, _COMPOUND) else frozenset()
    values = [getattr(node, field.name) for field in dataclasses.fields(node) if field.name not in held]
    flat = [item for value in values for item in (value if isinstance(value, list | tuple) else [value])]
    return [item for item in flat if isinstance(item, cst.CSTNode) and not isinstance(item, _LOOKS)]


def _parts(node: cst.CSTNode, without: frozenset[str]) -> list[Any]:
    found = []
    for field in dataclasses.fields(node):
        value = getattr(node, field.name)
        if field.name in without or isinstance(value, _LOOKS) or field.name in ("lpar", "rpar"):
            continue
        found.append((field.name, form(value)))
    return [(name, value) for name, value in found if value not in (None, ())]
