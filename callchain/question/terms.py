"""The search terms of a question: stems with a weight, and the place in the question they come from."""

from __future__ import annotations

import re

import msgspec

from callchain.model.question import Question
from callchain.question.language import both_ways, is_stop, language, pieces, stem
from callchain.question.phrasing import done_before, families_asked

WORD = 1.0
NAME = 0.6
HINT = 0.5
SYNONYM = 0.3
_ACT_OF_ASKER = re.compile(
    r"\b(?:when|whenever|if|once|after|as soon as) (?:i|we|you|one|someone|users?|a user) ", re.IGNORECASE
)


class Term(msgspec.Struct, frozen=True):
    """A stem to look for.

    `word` is how the question writes it; `place` runs from 0 (the question's first word) to 1 (its last).
    """

    stem: str
    word: str
    weight: float
    place: float
    contrast: bool = False
    """Whether only the contrast clause has it."""


def terms(question: Question) -> tuple[Term, ...]:
    """Each stem once, with the highest weight that it was given, in order of first appearance."""
    found: dict[str, Term] = {}
    before = done_before(question.text)
    for word in (word for word in question.words if word not in before):
        for part in re.split(r"[-']", word):
            if len(part) > 1:
                _add(found, question, stem(part), part, WORD)
    for known in tuple(found.values()):
        for other in language().synonyms.get(known.stem, ()):
            _add(found, question, other, known.word, SYNONYM)
    for family in both_ways(families_asked(question)):
        asked = next((word for word in question.words if stem(word) in family.words), "")
        for other in family.words if asked else ():
            _add(found, question, other, asked, SYNONYM)
    for name in (*question.identifiers, *question.files):
        if name == question.contrast:
            continue
        for piece in pieces(name):
            _add(found, question, piece, name, NAME)
    for hint in question.scope_hints:
        for piece in pieces(hint):
            _add(found, question, piece, hint, HINT)
    for word in question.contrast_words:
        if stem(word) not in found:
            _add(found, question, stem(word), word, WORD, contrast=True)
    return tuple(found.values())


def _add(
    found: dict[str, Term], question: Question, part: str, word: str, weight: float, *, contrast: bool = False
) -> None:
    if len(part) < 2 or part.isdigit() or (is_stop(part) and weight not in (WORD, SYNONYM)):
        return
    known = found.get(part)
    if known is None or known.weight < weight:
        found[part] = Term(part, word, weight, _place(question.text, word), contrast)


def _place(text: str, word: str) -> float:
    """Where the word stands in the text, from 0 to 1; 0.5 where it comes from a hint.

    What the asker does comes first, wherever a question says it: "how is a file parsed when I open it".
    """
    at = text.lower().find(word.lower())
    if at < 0:
        return 0.5
    act = _ACT_OF_ASKER.search(text)
    if act is not None and act.start():
        at = at - act.start() if at >= act.start() else at + len(text) - act.start()
    return min(1.0, at / max(1, len(text) - len(word)))
