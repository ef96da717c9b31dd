"""Reading a question: names of code, files, arrows, the contrast and the remaining words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from callchain.model.errors import CallchainError
from callchain.model.question import Question
from callchain.question.comparison import compared
from callchain.question.language import is_stop

_TICKED = re.compile(r"`([^`\n]+)`")
_ARROW = re.compile(r"\s*(?:->|→|⟶|=>|⇒)\s*")
_FILE = re.compile(
    r"(?<![\w./-])[\w*{}][\w*{}.-]*\.(?:zip|h5|hdf5|json|jsonl|ya?ml|toml|csv|tsv|txt|ckpt|pt|pth|pkl|pickle|dill|npz|npy|keras|"
    r"parquet|db|sqlite|log|html?|xml|md|ini|cfg|env|gz|tar|tgz|bz2|xz|png|jpe?g|svg|pdf|pb|onnx|safetensors|lock)(?![\w(])"
)
_SOURCE = re.compile(r"(?<![\w./-])[\w./-]+\.pyi?(?:::[\w.<>]+)?(?::\d+(?:-\d+)?)?(?![\w])")
_DOTTED = re.compile(r"(?<![\w./])[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+")
_SNAKE = re.compile(r"(?<![\w.])_*[A-Za-z]\w*_\w+")
_CAMEL = re.compile(r"(?<![\w.])[A-Z][a-z0-9]+(?:[A-Z]+[a-z0-9]+)+[A-Z]?\b|(?<![\w.])[a-z]+[A-Z]\w+")
_CALL = re.compile(r"(?<![\w.])([A-Za-z_][\w.]*)\(\)")
_CONTRAST = re.compile(
    r"\b(?:(?:in\s+)?contrast(?:ed|ing|s)?(?:\s+(?:it|this|that|them))?\s+(?:with|to|against)"
    r"|compar(?:e|ed|ing)(?:\s+(?:it|this|that|them))?\s+(?:with|to|against)|versus|vs\.?|as\s+opposed\s+to|unlike)\s+",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"[.?!](?=\s|\"|”|$)")
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[-'][A-Za-z]+)*")
_ABBREVIATIONS = frozenset({"e.g", "i.e", "etc", "vs", "a.k.a"})


def understand(
    text: str,
    *,
    hints: Sequence[str] = (),
    namespaces: Sequence[str] = (),
    contrast: str = "",
    roi_hint: str = "",
    initiative_id: str = "",
) -> Question:
    """What a question asks for.

    Args:
        text: the question as a user would write it.
        hints: words or names that the user gives besides.
        namespaces: the packages that are the subject.
        contrast: the other side, where the user names it; else it is read from the text.
        roi_hint: what kind of run the user has in mind; kept as given.
        initiative_id: kept as given.

    Raises:
        CallchainError: an empty question.
    """
    if not text.strip():
        raise CallchainError(
            "the question is empty", hint='for example --question "How does `save` write the archive?"'
        )
    sides = () if contrast else compared(text)
    cue, clause = ("", "") if sides else _contrast_clause(text)
    identifiers, quoted_files = _names(text)
    named = _names(clause)[0]
    return Question(
        text=text,
        initiative_id=initiative_id,
        namespaces=tuple(namespaces),
        scope_hints=tuple(hints),
        roi_hint=roi_hint,
        contrast=contrast or (named[-1] if named else ""),
        identifiers=identifiers,
        arrows=_arrows(text, identifiers),
        files=quoted_files,
        words=_words(text.replace(cue + clause, " ") if cue else text, identifiers, quoted_files),
        contrast_words=_words(clause, named, ()),
        sides=sides,
    )


def _contrast_clause(text: str) -> tuple[str, str]:
    """The words "contrast with" and what follows up to the end of its sentence, dots inside backticks apart."""
    match = _CONTRAST.search(text)
    if not match:
        return "", ""
    rest = text[match.end() :]
    masked = _TICKED.sub(lambda ticked: "x" * len(ticked.group()), rest)
    end = _SENTENCE_END.search(masked)
    return match.group(), rest[: end.start()] if end else rest


def _names(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Names of code and names of files, each in order of first appearance."""
    places: list[tuple[int, str, bool]] = []
    rest = text
    for match in _TICKED.finditer(text):
        name = match.group(1).strip()
        places.extend(_ticked(name, match.start()))
        rest = rest[: match.start()] + " " * len(match.group()) + rest[match.end() :]
    for pattern, is_file in (
        (_SOURCE, False),
        (_FILE, True),
        (_CALL, False),
        (_DOTTED, False),
        (_SNAKE, False),
        (_CAMEL, False),
    ):
        for match in pattern.finditer(rest):
            name = match.group(1) if pattern is _CALL else match.group()
            if name.rstrip(".").lower() not in _ABBREVIATIONS:
                places.append((match.start(), name, is_file))
        rest = pattern.sub(lambda match: " " * len(match.group()), rest)
    places.sort(key=lambda place: place[0])
    identifiers = tuple(dict.fromkeys(name for _, name, is_file in places if not is_file))
    return identifiers, tuple(dict.fromkeys(name for _, name, is_file in places if is_file))


def _ticked(name: str, place: int) -> list[tuple[int, str, bool]]:
    """The names inside one pair of backticks: a file, a name, or each name of an expression."""
    if _FILE.fullmatch(name):
        return [(place, name, True)]
    if _SOURCE.fullmatch(name) or re.fullmatch(r"[\w.:/<>-]+", name):
        return [(place, name, False)]
    bare = re.match(r"([A-Za-z_][\w.]*)\s*\(", name)
    if bare:
        return [(place, bare.group(1), False)]
    found = [match.group() for match in re.finditer(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*", _ARROW.sub(" ", name))]
    return [(place, item, False) for item in found if not is_stop(item)]


def _arrows(text: str, identifiers: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """Chains written with arrows: from the last bracket, comma or sentence before to the first one after."""
    chains: list[tuple[str, ...]] = []
    text = text.replace("()", "")
    for run in re.split(r"[()\n\"“”]|(?<=[.?!;])\s|[,:]\s", text):
        steps = [step.strip(" `.?!;,") for step in _ARROW.split(run)]
        if len(steps) > 1:
            chains.append(tuple(step for step in (_step(step, identifiers) for step in steps) if step))
    return tuple(chain for chain in chains if len(chain) > 1)


def _step(step: str, identifiers: Sequence[str]) -> str:
    """A step as a name if it holds exactly one, else its words."""
    ticked = re.findall(r"`([^`]+)`", step if step.count("`") % 2 == 0 else step + "`")
    if len(ticked) == 1:
        return str(ticked[0]).strip()
    named = [word for word in step.split() if word in identifiers]
    if len(named) == 1:
        return named[0]
    return " ".join(step.replace("`", "").split())


def _words(text: str, identifiers: Iterable[str], quoted: Iterable[str]) -> tuple[str, ...]:
    """Content words in lower case; bare CamelCase stays among them since it may be a product's name."""
    for name in sorted({*identifiers, *quoted}, key=len, reverse=True):
        if not _CAMEL.fullmatch(name) or f"`{name}`" in text:
            text = text.replace(name, " ")
    found = [match.group().removesuffix("'s") for match in _WORD.finditer(text)]
    return tuple(dict.fromkeys(word.lower() for word in found if len(word) > 1 and _says_something(word)))


def _says_something(word: str) -> bool:
    """Not a stop word, unless in capitals: HTTP's GET is no "get"."""
    return not is_stop(word) or (word.isupper() and len(word) > 2)
