"""What the grammar of a question tells: the act that its sentence is about."""

from __future__ import annotations

import re
from collections.abc import Iterable

from callchain.model.question import Question
from callchain.question.language import Family, families_of, is_stop, language, pieces, stem

_ACT = re.compile(r"\b(?:does|do|is|are|can|will|would|should)\s+([a-z]+ing)\b(?:\s+`?([A-Za-z_][\w.]*))?")
_ATTRIBUTE = re.compile(
    r"\b(?:an?|the|its|their|this|that|these|those|each|every|any|my|our|your)\s+(?:(?:already|previously|newly|just)\s+)?"
    r"([a-z]+)\s+(?!(?:and|or|as|at|by|for|from|if|in|into|is|are|on|onto|out|to|when|where|while|with)\b)[\w`]"
)
_ASKER = r"(?:i|we|you|users?|the user|a user|the caller)"
_RELATIVE = re.compile(
    rf"\b(?:the|an?|each|every|any)\s+((?:[a-z]+\s+){{1,3}})(?:that\s+|which\s+)?{_ASKER}\s+(?:have\s+|has\s+|had\s+)?([a-z]+)"
)
_OWN = re.compile(r"\b(?:my|our|your|(?:the\s+)?users?'s?)\s+(?:own\s+)?((?:[a-z]+\s*){1,3})")
_CALLING = frozenset({"call", "invok"})


def act_of(text: str) -> str:
    """The stem of the verb that is the subject of a question, empty where there is none.

    "How does saving a model write the weights?" is about saving: what users call has that verb for a name,
    whatever happens then. Of "calling compute" it is what is called.
    """
    found = _ACT.search(text)
    if found is None:
        return ""
    verb, following = stem(found[1]), found[2] or ""
    if verb not in _CALLING:
        return verb
    named = pieces(following.rstrip(".").rpartition(".")[2])
    return named[0] if named and not is_stop(following) else ""


def attributes(text: str) -> frozenset[str]:
    """The participles that only tell which thing is meant: of "a saved model" nobody asks how it is saved."""
    return _past(found[1] for found in _ATTRIBUTE.finditer(text.lower()))


def done_before(text: str) -> frozenset[str]:
    """The verbs of what the asker did to begin with: of "the layer I wrote" nobody asks how it is written."""
    return _past(found[2] for found in _RELATIVE.finditer(text.lower()))


def _past(words: Iterable[str]) -> frozenset[str]:
    irregular = {word for word, plain in language().irregular.items() if word != plain}
    return frozenset(word for word in words if word.endswith("ed") or word in irregular)


def handed_over(text: str) -> frozenset[str]:
    """The stems of what the asker brings along: the words of "my own converter", of "the handler I registered"."""
    said = text.lower()
    phrases = [found[1].split() for found in _RELATIVE.finditer(said)]
    named = [next(word for word in reversed(words) if word not in ("that", "which")) for words in phrases]
    named += [words[-1] for found in _OWN.finditer(said) if (words := _noun(found[1]))]
    return frozenset(map(stem, named)) - language().values


def _noun(phrase: str) -> list[str]:
    """The words of a phrase up to the first that says nothing, or that tells of the rest."""
    found: list[str] = []
    for word in phrase.split():
        if is_stop(word) or _past([word]):
            break
        found.append(word)
    return found


def families_asked(question: Question) -> tuple[Family, ...]:
    """What the question's verbs ask for, its names' too; a participle counts where there is nothing else."""
    names = [piece for name in question.identifiers for piece in pieces(name)]
    before, told = done_before(question.text), attributes(question.text)
    words = [word for word in question.words if word not in before]
    return families_of([*(word for word in words if word not in told), *names]) or families_of(words)


def does(name: str, act: str) -> bool:
    """Whether a function's name begins with the verb."""
    return bool(act) and pieces(name)[:1] == (act,)
