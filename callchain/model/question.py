"""What was asked, and how the code base's symbols stand to it."""

from __future__ import annotations

import msgspec


class Compared(msgspec.Struct, frozen=True, omit_defaults=True):
    """One of two things that a question compares."""

    label: str
    """What is said of it alone, in the question's words."""
    text: str
    """The same with the words that both sides share: what is asked of this one."""


class Question(msgspec.Struct, frozen=True, omit_defaults=True):
    """A question as it was asked, with the parameters that came along."""

    text: str
    initiative_id: str = ""
    namespaces: tuple[str, ...] = ()
    scope_hints: tuple[str, ...] = ()
    roi_hint: str = ""
    contrast: str = ""
    """The symbol or dotted name of the other side of a contrast, as given or as read from the text."""
    identifiers: tuple[str, ...] = ()
    """Names of code found in the text, in order: backticked, dotted, snake or camel case."""
    arrows: tuple[tuple[str, ...], ...] = ()
    """Chains written with arrows in the text, each as its steps."""
    files: tuple[str, ...] = ()
    """File names quoted in the text (`wts.h5.zip`)."""
    words: tuple[str, ...] = ()
    """The remaining content words, lower case, in order of first use."""
    contrast_words: tuple[str, ...] = ()
    """The content words of the contrast clause, kept apart from `words`."""
    sides: tuple[Compared, ...] = ()
    """The two things that the question compares, in its order; empty where it compares none."""


class Ranked(msgspec.Struct, frozen=True, omit_defaults=True):
    """A symbol with its score for the question and the words or facts that earned it."""

    symbol: str
    path: str
    line: int
    score: float
    why: tuple[str, ...] = ()
    place: float = 0.5
    """Where in the question the words that it matches stand: 0 at the first word, 1 at the last."""


class Caller(msgspec.Struct, frozen=True, omit_defaults=True):
    """Who calls a symbol, from which line; `kind` is `subject`, `script`, `test` or `outside`."""

    symbol: str
    path: str
    line: int
    kind: str


class Candidate(msgspec.Struct, frozen=True, omit_defaults=True):
    """A possible entry point: which words and hits speak for it, and who really calls it."""

    symbol: str
    path: str
    line: int
    end_line: int
    score: float
    confidence: str
    """`High`, `Medium` or `Low`."""
    words: tuple[str, ...] = ()
    reaches: tuple[str, ...] = ()
    """The ranked hits (symbols) that can be reached from it in the graph."""
    callers: tuple[Caller, ...] = ()


class EntryPoint(msgspec.Struct, frozen=True, omit_defaults=True):
    """A candidate that was chosen; `role` is `primary`, `fallback` or `contrast`."""

    symbol: str
    path: str
    line: int
    role: str
    confidence: str
    why: str
    flow: str = ""
