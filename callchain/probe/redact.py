"""Secrets are taken out where values are captured, by the name they go under and by their shape."""

from __future__ import annotations

import itertools
import re

REDACTED = "<redacted>"

_WORDS = {"password", "passwd", "pwd", "passphrase", "secret", "secrets", "token", "credential", "credentials"}
_WORDS |= {"authorization", "apikey", "cookie", "cookies", "bearer", "passcode"}
_PAIRS = {("api", "key"), ("access", "key"), ("private", "key"), ("secret", "key"), ("auth", "key")}
_PAIRS |= {("signing", "key"), ("encryption", "key"), ("session", "id"), ("client", "secret")}
_SPLIT = re.compile(r"[^A-Za-z0-9]+|(?<=[a-z0-9])(?=[A-Z])")

_SHAPES = re.compile(
    r"""
      \b(?:AKIA|ASIA)[0-9A-Z]{16}\b
    | \bgh[pousr]_[A-Za-z0-9]{20,}
    | \bgithub_pat_[A-Za-z0-9_]{20,}
    | \bglpat-[A-Za-z0-9_-]{16,}
    | \bxox[abeprs]-[A-Za-z0-9-]{10,}
    | \bsk-[A-Za-z0-9_-]{20,}
    | \bhf_[A-Za-z0-9]{20,}
    | \bAIza[0-9A-Za-z_-]{35}
    | \beyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]*
    | -----BEGIN[ ][A-Z ]*PRIVATE[ ]KEY-----[\s\S]*?(?:-----END[ ][A-Z ]*PRIVATE[ ]KEY-----|\Z)
    """,
    re.VERBOSE,
)
_URL_LOGIN = re.compile(r"(?<=://)[^/\s:@]+:[^/\s@]+(?=@)")
_BEARER = re.compile(r"(?i)\b(bearer|basic)\s+[A-Za-z0-9+/=._~-]{12,}")
# `name = value`, `--name value`, `"name": "value"` in running text. The name may carry further words.
_ASSIGNMENT = re.compile(
    r"""(?ix)
    (?<![a-z0-9_.-])(?P<name>[a-z0-9_.-]{0,64}?(?:passw(?:or)?d|passwd|pwd|passphrase|secret|token|credentials?
      |api[_-]?key|access[_-]?key|private[_-]?key|authorization)[a-z0-9_-]{0,64})
    (?P<link>["']?\s*[=:]\s*["']?|\s+(?=\S))
    (?P<value>[^\s"',;}\])]+)
    """
)
_HINTS = ("passw", "pwd", "passphrase", "secret", "token", "credential", "key", "authorization")


def words_of(name: str) -> list[str]:
    """The lower-case words of an identifier, split at underscores, dashes and capitals."""
    return [word.lower() for word in _SPLIT.split(name) if word]


def is_secret_name(name: str) -> bool:
    """Whether a variable, key or option of that name holds a secret."""
    words = words_of(name)
    return any(word in _WORDS for word in words) or any(pair in _PAIRS for pair in itertools.pairwise(words))


def text(value: str) -> str:
    """`value` with secrets of a known shape replaced."""
    if len(value) < 8:
        return value
    value = _SHAPES.sub(REDACTED, value)
    value = _URL_LOGIN.sub(REDACTED, value)
    return _BEARER.sub(lambda found: f"{found.group(1)} {REDACTED}", value)


def prose(value: str) -> str:
    """As `text`, and values assigned to secret names inside running text (messages, program output)."""
    value = text(value)
    lowered = value.lower()
    if not any(hint in lowered for hint in _HINTS):
        return value
    return _ASSIGNMENT.sub(_hide_assignment, value)


def _hide_assignment(found: re.Match[str]) -> str:
    name, link = found.group("name"), found.group("link")
    if not is_secret_name(name) or (link.isspace() and not name.startswith("-")):
        return found.group()
    return f"{name}{link}{REDACTED}"


def arguments(words: list[str]) -> list[str]:
    """A command line with the values of secret options replaced."""
    shown: list[str] = []
    hide_next = False
    for word in words:
        name, equals, _ = word.partition("=")
        if hide_next and not word.startswith("-"):
            shown.append(REDACTED)
        elif equals and is_secret_name(name):
            shown.append(f"{name}={REDACTED}")
        else:
            shown.append(prose(word))
        hide_next = word.startswith("-") and not equals and is_secret_name(word)
    return shown
