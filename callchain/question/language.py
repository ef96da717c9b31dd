"""Words: splitting names, stemming, stop words, and verbs that tell the kind of effect."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import cache, lru_cache
from importlib.resources import files

import msgspec

_PIECES = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|[0-9]+")
_BOTH_WAYS = ("produce", "consume")
_VOWELS = frozenset("aeiouy")


class Family(msgspec.Struct, frozen=True):
    """Verbs of one meaning and the effects (`kind:action`) that answer them."""

    name: str
    words: tuple[str, ...]
    effects: tuple[str, ...]


class Language(msgspec.Struct, frozen=True):
    """The data file, with all words as stems."""

    stop: frozenset[str]
    irregular: dict[str, str]
    families: tuple[Family, ...]
    kinds: dict[str, frozenset[str]]
    """Kind of effect → stems that name it."""
    synonyms: dict[str, tuple[str, ...]]
    """Stem → the other stems of its groups."""
    askers: frozenset[str] = frozenset()
    """Stems that tell of the asker's own code."""
    given: frozenset[str] = frozenset()
    """Stems of nouns for code that is handed over to be called."""
    values: frozenset[str] = frozenset()
    """Stems of nouns for values, which nobody calls."""
    preparing: frozenset[str] = frozenset()
    """Stems that begin the names of functions which prepare something."""
    whole: frozenset[str] = frozenset()
    """Stems of nouns for a code base as a whole and what is asked of one."""
    special: dict[str, frozenset[str]] = {}
    """Special method → stems of a question that ask for it."""
    methods: tuple[tuple[frozenset[str], frozenset[str]], ...] = ()
    """Stems of a question with the names of methods that do such a thing."""


@cache
def language() -> Language:
    """The words this tool knows of."""
    data = tomllib.loads(files("callchain.question").joinpath("language.toml").read_text("utf-8"))
    families = tuple(
        Family(
            item["name"], tuple(dict.fromkeys(_suffixless(word) for word in item["words"])), tuple(item["effects"])
        )
        for item in data["family"]
    )
    synonyms: dict[str, dict[str, None]] = {}
    for group in data["synonyms"]["groups"]:
        stems = [_suffixless(word) for word in group.split()]
        for one in stems:
            synonyms.setdefault(one, {}).update(dict.fromkeys(other for other in stems if other != one))
    listed = {one: tuple(others) for one, others in synonyms.items()}
    kinds = {kind: _stems_of(text) for kind, text in data["kinds"].items()}
    return Language(
        stop=frozenset(data["stop"].split()),
        irregular=data["irregular"],
        families=families,
        kinds=kinds,
        synonyms=listed,
        askers=_stems_of(data["askers"]),
        given=_stems_of(data["given"]),
        values=_stems_of(data["values"]),
        whole=_stems_of(data["whole"]),
        preparing=_stems_of(data["preparing"]),
        special={name: _stems_of(words) for name, words in data["special"].items()},
        methods=tuple((_stems_of(words), frozenset(names.split())) for words, names in data["methods"].items()),
    )


def _stems_of(words: str) -> frozenset[str]:
    return frozenset(_suffixless(word) for word in words.split())


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """A light stem: plural, tense and a final `e` taken off, irregular forms looked up."""
    word = word.lower()
    return _suffixless(language().irregular.get(word, word))


def _suffixless(word: str) -> str:
    if len(word) > 4 and word.endswith("ies"):
        word = word[:-3] + "y"
    elif len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-2] if word.endswith(("ses", "xes", "zes", "ches", "shes")) else word[:-1]
    for suffix in ("ing", "ed"):
        if word.endswith(suffix) and len(word) - len(suffix) >= 3 and _VOWELS & set(word[: -len(suffix)]):
            word = word[: -len(suffix)]
            if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "ls":
                word = word[:-1]
            break
    return word[:-1] if len(word) > 3 and word.endswith("e") else word


@lru_cache(maxsize=200_000)
def pieces(name: str) -> tuple[str, ...]:
    """The stems of a name's parts: `save_multipleModels2` gives `sav`, `multipl`, `model`, `2`."""
    return tuple(stem(piece) for piece in _PIECES.findall(name))


def is_stop(word: str) -> bool:
    """Whether a word says nothing of the code."""
    return word.lower() in language().stop


def families_of(words: Iterable[str]) -> tuple[Family, ...]:
    """The families that the words of a question name, in the order of the data file."""
    stems = {stem(word) for word in words}
    return tuple(family for family in language().families if stems & set(family.words))


def both_ways(families: Iterable[Family]) -> list[Family]:
    """The families of writing and of reading where both are among some; else none."""
    found = [family for family in families if family.name in _BOTH_WAYS]
    return found if len(found) == len(_BOTH_WAYS) else []
