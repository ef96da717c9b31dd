"""The small language of the rule files: where a value comes from at a call site.

source  = term { "|" term } { "[]" | "." name | "(" [ source { "," source } ] ")" }
term    = position | position ".." | keyword | "self" | "=" dotted | kind
kind    = "list" | "tuple" | "set" | "dict" | "generator"   (with the elements in brackets)
"""

from __future__ import annotations

import re

import msgspec

from callchain.callgraph import calls
from callchain.callgraph import values as v
from callchain.callgraph.contents import KEYS, content, new
from callchain.callgraph.solver import CallSite, Solver

_TOKEN = re.compile(r"\s*(=[\w.]+(?:\(\))?|\d+\.\.|\d+|\*?\w+|\[\]|[|.(),])")
_KINDS = frozenset({"list", "tuple", "set", "dict", "generator"})


class Source(msgspec.Struct, frozen=True):
    """A parsed source."""

    terms: tuple[str, ...]
    steps: tuple[tuple[str, str, tuple[Source, ...]], ...] = ()
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
    terms = [tokens[0]]
    tokens = tokens[1:]
    while tokens and tokens[0] == "|":
        terms.append(tokens[1])
        tokens = tokens[2:]
    steps: list[tuple[str, str, tuple[Source, ...]]] = []
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


def _given(tokens: list[str]) -> tuple[tuple[Source, ...], list[str]]:
    given: list[Source] = []
    while tokens[0] != ")":
        if tokens[0] == ",":
            tokens = tokens[1:]
            continue
        source, tokens = _source(tokens)
        given.append(source)
    return tuple(given), tokens[1:]


def evaluate(s: Solver, source: Source, site: CallSite, receiver: int, rule: str, confidence: float) -> int:
    """The node of what a source stands for at a call site; calls in it become edges."""
    first = source.terms[0]
    steps = source.steps
    if first in _KINDS and steps and steps[0][0] == "()":
        node = _container(s, first, steps[0][2], site, receiver, rule, confidence)
        steps = steps[1:]
    else:
        node = _given_nodes(s, source.terms, site, receiver)
    for step, name, given in steps:
        if not node:
            return 0
        target = s.node()
        if step == "[]":
            from callchain.callgraph.protocols import iterate

            s.on(node, iterate, site.instance, target, site.line, False)
        elif step == ".":
            from callchain.callgraph.attributes import read

            s.on(node, read, site.instance, target, name, site.line)
        else:
            _called(s, node, target, given, site, receiver, rule, confidence)
        node = target
    return node


def _given_nodes(s: Solver, terms: tuple[str, ...], site: CallSite, receiver: int) -> int:
    found: list[int] = []
    for term in terms:
        if term.isdigit():
            if int(term) < len(site.arguments) and site.arguments[int(term)]:
                found.append(site.arguments[int(term)])
        elif term == "self":
            if receiver >= 0:
                found.append(s.node())
                s.add(found[-1], receiver)
        elif term.startswith("="):
            found.append(s.node())
            s.add(found[-1], s.of(v.INSTANCE, term[1:]))
        else:
            found.extend(node for name, node in site.keywords if name == term)
    if len(found) < 2:
        return found[0] if found else 0
    node = s.node()
    for each in found:
        s.flow(each, node)
    return node


def _container(
    s: Solver, kind: str, given: tuple[Source, ...], site: CallSite, receiver: int, rule: str, confidence: float
) -> int:
    value = new(s, kind, ("rule", site.number))
    for index, source in enumerate(given):
        node = evaluate(s, source, site, receiver, rule, confidence)
        key = index if kind == "tuple" else KEYS if kind == "dict" and index == 0 else None
        s.flow(node, content(s, value, key))
    target = s.node()
    s.add(target, value)
    return target


def _called(
    s: Solver,
    node: int,
    target: int,
    given: tuple[Source, ...],
    site: CallSite,
    receiver: int,
    rule: str,
    confidence: float,
) -> None:
    arguments: list[int] = []
    stars: list[tuple[int, int]] = []
    keywords: list[tuple[str, int]] = []
    doubles: list[int] = []
    for source in given:
        first = source.terms[0]
        if first.endswith(".."):
            arguments.extend(site.arguments[int(first[:-2]) :])
            keywords.extend(site.keywords)
            stars.extend(site.stars)
            doubles.extend(site.doubles)
        elif first.startswith("*"):
            star = evaluate(s, Source((first[1:],), source.steps), site, receiver, rule, confidence)
            stars.append((len(arguments), star))
        else:
            arguments.append(evaluate(s, source, site, receiver, rule, confidence))
    inner = s.site(
        site.instance,
        target,
        arguments,
        keywords=keywords,
        stars=[(index, star) for index, star in stars if star],
        doubles=doubles,
        line=site.line,
        column=site.column,
        manner=rule,
    )
    s.on(node, calls.call_by, inner, rule, confidence)
