"""Secrets are taken out where values are captured: by the name they go under, by their shape, by what is known.

A project's own rules come from `[tool.callchain.redact]`. The probe is told of them once, when it starts, so its
parts call the functions of this module; everything else makes a `Redactor` of its own.
"""

from __future__ import annotations

import fnmatch
import functools
import itertools
import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from .entropy import candidate, looks_random

REDACTED = "<redacted>"

_WORDS = {"password", "passwd", "pwd", "passphrase", "secret", "token", "credential", "credentials"}
_WORDS |= {"authorization", "apikey", "cookie", "cookies", "bearer", "passcode", "passwords", "secrets", "apikeys"}
_PAIRS = {("api", "key"), ("access", "key"), ("private", "key"), ("secret", "key"), ("auth", "key")}
_PAIRS |= {("signing", "key"), ("encryption", "key"), ("session", "id"), ("client", "secret")}
_SHELL = {"PWD", "OLDPWD"}
"""Variables of every shell that hold a folder."""
_SPLIT = r"[^A-Za-z0-9]+|(?<=[a-z0-9])(?=[A-Z])"

_SIGNS = (
    *("AKIA", "ASIA", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-", "xox"),
    *("sk-", "sk_", "rk-", "rk_", "hf_", "npm_", "pypi-", "AIza", "eyJ", "-----BEGIN"),
)
"""One of these stands in every text that has one of the shapes below."""
_SHAPES = r"""(?x)
      \b(?:AKIA|ASIA)[0-9A-Z]{16}\b
    | \bgh[pousr]_[A-Za-z0-9]{20,}
    | \bgithub_pat_[A-Za-z0-9_]{20,}
    | \bglpat-[A-Za-z0-9_-]{16,}
    | \bxox[abeprs]-[A-Za-z0-9-]{10,}
    | \b[sr]k[-_][A-Za-z0-9_-]{20,}
    | \bhf_[A-Za-z0-9]{20,}
    | \bnpm_[A-Za-z0-9]{36}
    | \bpypi-[A-Za-z0-9_-]{20,}
    | \bAIza[0-9A-Za-z_-]{35}
    | \beyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]*
    | -----BEGIN[ ][A-Z ]*PRIVATE[ ]KEY-----[\s\S]*?(?:-----END[ ][A-Z ]*PRIVATE[ ]KEY-----|\Z)
    """
_URL_LOGIN = r"(?<=://)[^/\s:@]*:[^/\s@]+(?=@)"
_BEARER = r"(?i)\b(bearer|basic)\s+[A-Za-z0-9+/=._~-]{12,}"
_NAME = r"""(?<![a-z0-9_.-])(?P<name>[a-z0-9_.-]{0,64}?(?:passw(?:or)?d|passwd|pwd|passphrase|secret|token
      |credentials?|api[_-]?key|access[_-]?key|private[_-]?key|authorization)[a-z0-9_-]{0,64})"""
# `name = value`, `--name value`, `"name": "value"`, `["name"] = "value"` in running text. The name may carry
# further words, and a word that is no word of a language may follow it alone: `password hunter2`.
_ASSIGNMENT = rf"""(?ix){_NAME}
    (?P<link>["'\]]{{0,2}}\s*[=:]\s*[bfru]?["']?|(?:\s+is)?\s+["']?(?=\S))
    (?P<value>[^\s"',;}}\])]+)
    """
_LITERAL = rf"""(?ix){_NAME}(?P<link>["'\]]{{0,2}}\s*(?::\s*[a-z]+\s*)?[=:]\s*[bfru]?)(?P<quote>["'])
    (?P<value>(?:(?!(?P=quote)).){{4,}})(?P=quote)"""
_HINTS = ("passw", "pwd", "passphrase", "secret", "token", "credential", "key", "authorization")
_LEAST_KNOWN, _MOST_KNOWN = 6, 256


class Rules(NamedTuple):
    """What a project adds to the rules of the house.

    Args:
        names: identifiers that hold secrets as well, in any case; `*` stands for anything.
        patterns: regular expressions of texts that are secrets.
        allow: identifiers and texts that are none, whatever the other rules say.
    """

    names: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    allow: tuple[str, ...] = ()


HOUSE = Rules()
"""The rules of the house and no others."""


def words_of(name: str) -> list[str]:
    """The lower-case words of an identifier, split at underscores, dashes and capitals."""
    return [word.lower() for word in _compiled(_SPLIT).split(name) if word]


@functools.cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """The pattern, compiled when it is first needed: every process of a run starts the probe, most need few."""
    return re.compile(pattern)


class Redactor:
    """The rules, and the secrets met so far: one that was hidden under its name is hidden everywhere from then on.

    Raises:
        re.error: a pattern is no regular expression.
    """

    def __init__(self, rules: Rules = HOUSE) -> None:
        self._names = tuple(name.lower() for name in rules.names)
        self._allowed = {name.lower() for name in rules.allow}
        self._patterns = tuple(re.compile(pattern) for pattern in rules.patterns)
        self._known: dict[str, None] = {}

    def learn(self, environment: Mapping[str, str]) -> None:
        """Know the values of the variables that hold secrets."""
        for name, value in environment.items():
            if self.is_secret_name(name):
                self.know(value)

    def know(self, secret: Any) -> None:
        """Hide this text wherever it stands; short ones and plain words would hide too much."""
        if type(secret) is str and _LEAST_KNOWN <= len(secret) <= 4096 and secret.lower() not in self._allowed:
            telling = len(secret) >= 12 or not (secret.isalpha() or secret.isdigit())
            if telling and len(self._known) < _MOST_KNOWN:
                self._known[secret] = None

    def is_secret_name(self, name: str) -> bool:
        """Whether a variable, key or option of that name holds a secret."""
        lowered = name.lower()
        if lowered in self._allowed or name in _SHELL:
            return False
        if any(fnmatch.fnmatchcase(lowered, pattern) for pattern in self._names):
            return True
        words = words_of(name)
        return any(word in _WORDS for word in words) or any(pair in _PAIRS for pair in itertools.pairwise(words))

    def text(self, value: str) -> str:
        """`value` with secrets of a known shape, random words and known secrets replaced."""
        if len(value) < _LEAST_KNOWN:
            return value
        for secret in self._known:
            if secret in value:
                value = value.replace(secret, REDACTED)
        for pattern in self._patterns:
            value = pattern.sub(self._hidden, value)
        if any(sign in value for sign in _SIGNS):
            value = _compiled(_SHAPES).sub(self._hidden, value)
        if "://" in value:
            value = _compiled(_URL_LOGIN).sub(self._hidden, value)
        lowered = value.lower()
        if "bearer" in lowered or "basic" in lowered:
            value = _compiled(_BEARER).sub(lambda found: f"{found.group(1)} {REDACTED}", value)
        is_candidate = len(value) >= 24 and lowered != value
        return candidate().sub(self._hidden_if_random, value) if is_candidate else value

    def _hidden(self, found: re.Match[str]) -> str:
        return found.group() if found.group().lower() in self._allowed else REDACTED

    def _hidden_if_random(self, found: re.Match[str]) -> str:
        return self._hidden(found) if looks_random(found.group()) else found.group()

    def prose(self, value: str) -> str:
        """As `text`, and values assigned to secret names inside running text (messages, program output)."""
        value = self.text(value)
        return _compiled(_ASSIGNMENT).sub(self._hide_assignment, value) if _may_name(value) else value

    def source(self, value: str) -> str:
        """As `text`, and literals assigned to secret names inside code; what code computes is no secret."""
        value = self.text(value)
        return _compiled(_LITERAL).sub(self._hide_literal, value) if _may_name(value) else value

    def _hide_assignment(self, found: re.Match[str]) -> str:
        name, link, value = found.group("name", "link", "value")
        if not self.is_secret_name(name) or value == REDACTED:
            return found.group()
        assigned = name.startswith("-") or "=" in link or ":" in link
        if not assigned and not _is_odd(value):
            return found.group()
        return f"{name}{link}{REDACTED}"

    def _hide_literal(self, found: re.Match[str]) -> str:
        if not self.is_secret_name(found.group("name")):
            return found.group()
        quote = found.group("quote")
        return f"{found.group('name')}{found.group('link')}{quote}{REDACTED}{quote}"

    def arguments(self, words: Iterable[str]) -> list[str]:
        """A command line with the values of secret options replaced."""
        shown: list[str] = []
        hide_next = False
        for word in words:
            name, equals, _ = word.partition("=")
            if hide_next and not word.startswith("-"):
                shown.append(REDACTED)
            elif equals and self.is_secret_name(name):
                shown.append(f"{name}={REDACTED}")
            else:
                shown.append(self.prose(word))
            hide_next = word.startswith("-") and not equals and self.is_secret_name(word)
        return shown


def _may_name(value: str) -> bool:
    lowered = value.lower()
    return any(hint in lowered for hint in _HINTS)


def _is_odd(value: str) -> bool:
    """Whether a word is no word of a language: six characters or more, letters and digits mixed."""
    return len(value) >= 6 and any(map(str.isdigit, value)) and any(map(str.isalpha, value))


_active = Redactor()


def use(redactor: Redactor) -> None:
    """In the probe: redact by these rules from here on."""
    global _active
    _active = redactor


def know(secret: Any) -> None:
    """Hide this text wherever it stands from here on."""
    _active.know(secret)


def is_secret_name(name: str) -> bool:
    """Whether a variable, key or option of that name holds a secret."""
    return _active.is_secret_name(name)


def text(value: str) -> str:
    """`value` with secrets of a known shape, random words and known secrets replaced."""
    return _active.text(value)


def prose(value: str) -> str:
    """As `text`, and values assigned to secret names inside running text (messages, program output)."""
    return _active.prose(value)


def arguments(words: Iterable[str]) -> list[str]:
    """A command line with the values of secret options replaced."""
    return _active.arguments(words)
