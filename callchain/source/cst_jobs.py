"""What the parent asks of the LibCST worker, and what the worker answers."""

from __future__ import annotations

import msgspec


class Span(msgspec.Struct, frozen=True, order=True):
    """The extent of a statement: lines from 1, both ends included; `col` counts characters from 0."""

    line: int
    end_line: int
    col: int


class Place(msgspec.Struct, frozen=True, order=True):
    """A statement that resembles or equals what was searched, with the function it stands in."""

    line: int
    qualname: str
    code: str


class Found(msgspec.Struct, frozen=True):
    """The answer to one query."""

    spans: tuple[Span, ...] = ()
    near: tuple[Place, ...] = ()
    """When nothing matched: statements of the same symbol that resemble the code, best first."""
    elsewhere: tuple[Place, ...] = ()
    """When nothing matched: the same code in other symbols of the file."""
    error: str = ""
    """Why the code itself cannot be searched."""


class SearchJob(msgspec.Struct, frozen=True, tag="search"):
    """Find statements; each query is a qualname and the code of a statement inside it."""

    text: str
    queries: tuple[tuple[str, str], ...]


class CallsJob(msgspec.Struct, frozen=True, tag="calls"):
    """Read the names called on some lines."""

    text: str
    lines: tuple[int, ...]


class Reply(msgspec.Struct, frozen=True, omit_defaults=True):
    """The answer to a job: one of the two results, or what went wrong with the text as a whole."""

    found: tuple[Found, ...] = ()
    calls: dict[int, tuple[str, ...]] = {}
    error: str = ""
