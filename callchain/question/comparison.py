"""Questions that compare two things: what is asked of each, with the words that both share."""

from __future__ import annotations

import re
from collections.abc import Sequence

from callchain.model.question import Compared
from callchain.question.language import is_stop, language, stem

_TICKED = re.compile(r"`[^`\n]+`")
_SENTENCE = re.compile(r".+?(?:(?<!\bvs)[.?!](?=\s|$)|$)", re.DOTALL | re.IGNORECASE)
_ORDER = re.compile(
    r"^(?:please\s+)?(?:(?:can|could)\s+you\s+)?(?:contrast|compare)(?:\s+and\s+(?:contrast|compare))?\s+"
    r"(?P<a>.+?)\s+(?:with|to|against|and|versus|vs\.?)\s+(?P<b>.+)$",
    re.IGNORECASE,
)
_FORMS = (
    _ORDER,
    re.compile(
        r"^(?:(?:what\s+(?:is|are)|what['\u2019]s|explain|describe|show|tell)\s+)?(?:the\s+)?differences?\s+"
        r"(?P<rest>.*?)\bbetween\s+(?P<a>.+?)\s+and\s+(?P<b>.+)$",
        re.IGNORECASE,
    ),
    re.compile(
        r"^(?P<rest>how\s+.*?)\b(?:differs?|vary|varies)\s+between\s+(?P<a>.+?)\s+and\s+(?P<b>.+)$", re.IGNORECASE
    ),
    re.compile(
        r"^(?:how|where|in\s+what)\b.*?\b(?:does|do|is|are)\s+(?P<a>.+?)\s+"
        r"(?:differ|different|distinct|deviate)\s+(?:from|to|than)\s+(?P<b>.+)$",
        re.IGNORECASE,
    ),
    re.compile(
        r"^how\s+(?:do|are)\s+(?P<a>.+?)\s+and\s+(?P<b>.+?)\s+(?:differ|different)\b(?P<rest>.*)$", re.IGNORECASE
    ),
    re.compile(r"^what\s+distinguishes\s+(?P<a>.+?)\s+from\s+(?P<b>.+)$", re.IGNORECASE),
    re.compile(
        r"^what\s+(?:does|do)\s+(?P<a>.+?)\s+(?P<rest>\w+)\s+that\s+(?P<b>.+?)\s+"
        r"(?:lacks?|(?:does|do)\s*(?:not|n['\u2019]t)(?:\s+\w+)?)$",
        re.IGNORECASE,
    ),
    re.compile(r"^(?P<a>.+?),?\s+(?:vs\.?|versus)\s+(?P<b>.+)$", re.IGNORECASE),
)
"""Sides and what is asked of both; an order or a question that begins so, for programs compare things as well."""
_TAIL = re.compile(
    r"(?:,\s*|\s+)(?:with\s+(?:respect|regard)\s+to|in\s+terms\s+of|when\s+it\s+comes\s+to|regarding|as\s+to|in\s+(?:how|what|which)|when|while)\s+|:\s+",
    re.IGNORECASE,
)
_ASKING = re.compile(r"^(?:how|what|where|why|which)\s+(?:(?:do|does|is|are|did)\s+)?", re.IGNORECASE)
_DETERMINER = re.compile(r"^(?:both|the|a|an|its|our|their|this|that|these|those)\s+", re.IGNORECASE)
_THAT_OF = re.compile(r"^(?:that|those|the\s+ones?)\s+(?:of|in|for|from|by|with|through)\s+", re.IGNORECASE)
_LINK = re.compile(r"\s+(?:of|in|for|from|by|with|through)\s+", re.IGNORECASE)
_TOKEN = re.compile(r"`[^`\n]+`|[\w./:*-]+[\w*]|\w")
_CLAUSE = re.compile(r"\b(?:that|which|who|whose|if|when)\b", re.IGNORECASE)
_PRONOUNS = frozenset({"it", "this", "that", "them", "these", "those", "both"})
_LABEL = 40


def compared(text: str) -> tuple[Compared, ...]:
    """The two sides of a question that compares, in its order; nothing where it does not.

    "Contrast the TensorFlow and PyTorch save paths" asks for the TensorFlow save paths and for the PyTorch save
    paths: what stands at one side alone and belongs to both is given to both.
    """
    for match in _SENTENCE.finditer(text.strip()):
        sentence = match.group().strip().rstrip(".?!").rstrip()
        for form in _FORMS:
            found = _by_form(form, sentence)
            if found:
                return found
    return ()


def _by_form(form: re.Pattern[str], sentence: str) -> tuple[Compared, ...]:
    masked = _TICKED.sub(lambda ticked: "`" + "x" * (len(ticked.group()) - 2) + "`", sentence)
    match = form.search(masked)
    if match is None:
        return ()

    def part(name: str) -> str:
        return sentence[match.start(name) : match.end(name)].strip(" ,") if name in match.groupdict() else ""

    a, b, rest = part("a"), part("b"), part("rest")
    tail = _TAIL.search(b)
    if tail:
        b, rest = b[: tail.start()], f"{rest} {b[tail.end() :]}"
    a, b = _ASKING.sub("", a), _ASKING.sub("", b)
    if a.lower() in _PRONOUNS or _CLAUSE.search(a) or not _tokens(a) or not _tokens(b):
        return ()
    return tuple(Compared(label, f"{text} {_ASKING.sub('', rest)}".strip()) for label, text in _shared(a, b))


def _shared(a: str, b: str) -> tuple[tuple[str, str], tuple[str, str]]:
    """The label and the text of both sides, the text with the words that the other side leaves to it."""
    referring = _THAT_OF.match(b)
    if referring:
        links = list(_LINK.finditer(a))
        own = b[referring.end() :]
        head, tail = (a[: links[-1].start()], a[links[-1].end() :]) if links else ("", a)
        return (_label(tail), a), (_label(own), f"{head} {own}".strip())
    left, right = _tokens(a), _tokens(b)
    if len(right) == 1 and len(left) > 1:
        place = _counterpart(left, right[0])
        return (_label(left[place]), a), (_label(b), " ".join([*left[:place], *left[place + 1 :], b]))
    if len(left) == 1 and len(right) > 1 and not _DETERMINER.match(b):
        return (_label(a), " ".join([a, *right[1:]])), (_label(right[0]), b)
    return (_label(a), a), (_label(b), b)


def _counterpart(tokens: Sequence[str], other: str) -> int:
    """Where the token is that `other` takes the place of: of a name, of a verb, or the last one."""
    for alike in (_is_name, _is_verb):
        fitting = [number for number, token in enumerate(tokens) if alike(token)]
        if alike(other) and fitting:
            return fitting[-1]
    return len(tokens) - 1


def _is_name(token: str) -> bool:
    return token.startswith("`") or "_" in token or "." in token.strip(".")


def _is_verb(token: str) -> bool:
    return any(stem(token) in family.words for family in language().families)


def _tokens(text: str) -> list[str]:
    return [token for token in _TOKEN.findall(text) if token.startswith("`") or not is_stop(token)]


def _label(own: str) -> str:
    bare = " ".join(_DETERMINER.sub("", own).replace("`", "").split())
    return bare if len(bare) <= _LABEL else bare[:_LABEL].rpartition(" ")[0] or bare[:_LABEL]
