"""The small language of the rule files: where a value comes from at a call site.

source  = term { "|" term } { "[]" | "." name | "(" [ source { "," source } ] ")" }
term    = position | position ".." | keyword | "self" | "held" | "=" dotted | "@" ["@"] module.name |
          "{" dotted "}" | "<" prefix "*>" | kind
name    = identifier | prefix "*" | "*"
kind    = "list" | "tuple" | "set" | "dict" | "generator" | "awaitable"   (with the elements in brackets)
"""

from __future__ import annotations

import re

import msgspec

_TOKEN = re.compile(r"\s*(=[\w.]+(?:\(\))?|@@?\w+\.\w+|\{[\w.]+\}|<\w+\*>|\d+\.\.|\d+|\*?\w+\*?|\*|\[\]|[|.(),])")
_PUNCTUATION = frozenset({"|", ".", "(", ")", ",", "[]"})


Step = tuple[str, str, tuple["Source", ...]]


class Source(msgspec.Struct, frozen=True):
    """A parsed source."""

    terms: tuple[str, ...]
    steps: tuple[Step, ...] = ()
    """(`[]`, "", ()), (`.`, name, ()) or (`()`, "", arguments)."""


def parse(text: str) -> Source:
    """The source that `text` says.

    Raises:
        ValueError: `text` is not of the language.
    """
    tokens = _TOKEN.findall(text)
    if "".join(tokens) != re.sub(r"\s", "", text):
        raise ValueError(f"not a source: {text}")
    source, rest = _source(tokens)
    if rest:
        raise ValueError(f"not a source: {text}")
    return source


def _source(tokens: list[str]) -> tuple[Source, list[str]]:
    terms = [_term(tokens[0])]
    tokens = tokens[1:]
    while tokens and tokens[0] == "|":
        terms.append(_term(tokens[1]))
        tokens = tokens[2:]
    steps: list[Step] = []
    while tokens and tokens[0] in ("[]", ".", "("):
        if tokens[0] == "[]":
            steps.append(("[]", "", ()))
            tokens = tokens[1:]
        elif tokens[0] == ".":
            steps.append((".", tokens[1], ()))
            tokens = tokens[2:]
        else:
            given, tokens = _given(tokens[1:])
            steps.append(("()", "", given))
    return Source(tuple(terms), tuple(steps)), tokens


def _term(word: str) -> str:
    if word in _PUNCTUATION or word == "*":
        raise ValueError(f"no term: {word}")
    return word


def _given(tokens: list[str]) -> tuple[tuple[Source, ...], list[str]]:
    given: list[Source] = []
    while tokens[0] != ")":
        if tokens[0] == ",":
            tokens = tokens[1:]
            continue
        source, tokens = _source(tokens)
        given.append(source)
    return tuple(given), tokens[1:]
