"""The grammar of a clause: what it names before and after its MUST, what it asks for, and on what condition."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable

import msgspec

from callchain.question.language import stem

_QUOTED = re.compile(r"`([^`]+)`")
_MODAL = re.compile(r"\b(?:MUST|SHALL|SHOULD)(?P<never>\s+NOT)?\b")
_VERB = re.compile(r"\s*(?P<passive>be\s+)?(?:(?:also|always|explicitly)\s+)?(?P<verb>[a-z]+)")
_BY = re.compile(r"\bby\s+(?:the\s+)?$")
_KEY = re.compile(r"[\"']([\w.-]+)[\"']\s*:")
_CONDITION = re.compile(
    r"\b(?:if|when|whenever|unless|until|while|where|before|after|prior|first|every|each|all|any|only|exactly|never)\b",
    re.IGNORECASE,
)
_QUALIFIED = re.compile(r"\b(?:or|not|instead|rather|except|without|optional\w*|may|default)\b", re.IGNORECASE)
_END = r"(?=\s*(?:[.,;)]|$))"
_NUMBER = r"[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?"
_BOUND = re.compile(rf"\s*be\s+`?\s*(?P<sign>>=|<=|==|!=|>|<|≥|≤)\s*(?P<number>{_NUMBER})`?{_END}")
_EQUAL = re.compile(rf"\s*be\s+`?(?P<value>{_NUMBER}|True|False|None|\"[^\"]*\"|'[^']*')`?{_END}")
_CHOICE = re.compile(r"\s*be\s+(?:one\s+of|in)\s+`?\s*(?P<values>[\[{(][^\])}]*[\])}])`?" + _END)
_VERBS = {
    "call": "call invoke run execute use",
    "write": "write save store create produce emit dump persist record",
    "read": "read load open restore consume",
}
_ACTS = {stem(word): act for act, words in _VERBS.items() for word in words.split()}
_SIGNS: dict[str, Callable[[float, float], bool]] = {
    ">": lambda value, bound: value > bound,
    "<": lambda value, bound: value < bound,
    ">=": lambda value, bound: value >= bound,
    "≥": lambda value, bound: value >= bound,
    "<=": lambda value, bound: value <= bound,
    "≤": lambda value, bound: value <= bound,
    "==": lambda value, bound: value == bound,
    "!=": lambda value, bound: value != bound,
}


class Clause(msgspec.Struct, frozen=True):
    """A clause taken apart; names are what stands in backticks, of a dict its keys besides."""

    before: tuple[str, ...]
    """The names before the MUST."""
    after: tuple[str, ...]
    never: bool
    act: str
    """`call`, `write` or `read`, empty for all else."""
    passive: bool
    by: str
    """Who does it, where the clause says so with “by”."""
    rest: str
    """What follows the MUST."""
    conditional: bool
    """Whether it speaks of cases, an order or of all of something, which one run cannot show."""

    qualified: bool = False
    """Whether it leaves a choice or takes something out: then not all that it names is asked for."""

    @property
    def names(self) -> tuple[str, ...]:
        """All names in their order."""
        return (*self.before, *self.after)


def parse(text: str) -> Clause:
    """Take a clause apart at its first MUST, SHALL or SHOULD."""
    modal = _MODAL.search(text)
    head, rest = (text[: modal.start()], text[modal.end() :]) if modal else (text, "")
    verb = _VERB.match(rest)
    by = ""
    for found in _QUOTED.finditer(rest):
        if _BY.search(rest[: found.start()]):
            by = _bare(found[1])
    return Clause(
        before=tuple(_names(head)),
        after=tuple(_names(rest)),
        never=bool(modal and modal["never"]),
        act=_ACTS.get(stem(verb["verb"]), "") if verb else "",
        passive=bool(verb and verb["passive"]),
        by=by,
        rest=rest,
        conditional=bool(_CONDITION.search(_QUOTED.sub(" ", text))),
        qualified=bool(_QUALIFIED.search(_QUOTED.sub(" ", rest))),
    )


def _names(text: str) -> list[str]:
    found: list[str] = []
    for quoted in _QUOTED.findall(text):
        keys = _KEY.findall(quoted) if quoted.strip().startswith("{") else []
        found += keys or [_bare(quoted)]
    return found


def _bare(quoted: str) -> str:
    return quoted.partition("(")[0].strip()


def allowed(clause: Clause) -> Callable[[object], bool] | None:
    """What the clause demands of a value (`MUST be > 0`, `be one of [1, 2]`, `be 3`), if it demands one."""
    choice = _CHOICE.match(clause.rest)
    if choice:
        values = _literal(choice["values"])
        return (lambda value: value in values) if isinstance(values, list | tuple | set) else None
    bound = _BOUND.match(clause.rest)
    if bound:
        holds, number = _SIGNS[bound["sign"]], float(bound["number"])
        return lambda value: isinstance(value, int | float) and holds(float(value), number)
    equal = _EQUAL.match(clause.rest)
    if equal:
        wanted = _literal(equal["value"])
        return lambda value: value == wanted
    return None


def _literal(text: str) -> object:
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return None


def value_of(rendered: str) -> tuple[bool, object]:
    """Whether a rendered value is a plain one, and the value."""
    try:
        value = ast.literal_eval(rendered)
    except (ValueError, SyntaxError):
        return False, None
    return isinstance(value, int | float | str | bool | None), value
