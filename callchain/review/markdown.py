"""Markdown as units in which names and anchors belong together: paragraphs, items, table rows, code blocks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.token import Token

_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")


@dataclass(frozen=True)
class Unit:
    """A piece of a document whose parts speak of one thing."""

    kind: str
    """`prose`, `item`, `row`, `code` or `heading`."""
    text: str
    """Its text; line breaks are those of the document, and the cells of a row are joined by ` | `."""
    line: int
    """The document's line of the first character, from 1."""
    section: str = ""
    cells: tuple[str, ...] = ()
    language: str = ""
    """Of a code block: the first word after the fence."""

    def line_at(self, offset: int) -> int:
        """The document's line at an offset of the text."""
        return self.line + self.text.count("\n", 0, offset)


def units_of(text: str) -> tuple[Unit, ...]:
    """The units of a Markdown document, in order."""
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    return tuple(_units(tokens))


def _units(tokens: list[Token]) -> Iterator[Unit]:
    section, row_line, depth = "", 0, 0
    cells: list[str] | None = None
    heading = False
    for token in tokens:
        if token.type == "heading_open":
            heading = True
        elif token.type == "heading_close":
            heading = False
        elif token.type in {"list_item_open", "list_item_close"}:
            depth += token.nesting
        elif token.type == "tr_open":
            cells, row_line = [], _line(token)
        elif token.type == "tr_close" and cells is not None:
            yield Unit("row", " | ".join(cells), row_line, section, tuple(cells))
            cells = None
        elif token.type in {"fence", "code_block"}:
            yield _code(token, section)
        elif token.type == "html_block":
            yield Unit("prose", token.content, _line(token), section)
        elif token.type == "inline" and cells is not None:
            cells.append(_plain(_BREAK.sub(" ", token.content)))
        elif token.type == "inline":
            section = token.content if heading else section
            kind = "heading" if heading else "item" if depth else "prose"
            yield Unit(kind, _plain(token.content), _line(token), section)


def _code(token: Token, section: str) -> Unit:
    fenced = token.type == "fence"
    language = (token.info.split() or [""])[0].lower()
    return Unit("code", token.content, _line(token) + int(fenced), section, language=language)


def _line(token: Token) -> int:
    return token.map[0] + 1 if token.map else 1


def _plain(text: str) -> str:
    """The text without backslash escapes before punctuation, but for those that are part of a path."""
    return _ESCAPE.sub(lambda match: match[1] if match[1] in "_*[]#<>|`~" else match[0], text)
