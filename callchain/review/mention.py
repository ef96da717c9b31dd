"""Names and anchors as a document writes them."""

from __future__ import annotations

import builtins
import keyword
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

_EXTENSIONS = (
    "py|pyi|pyx|md|rst|txt|toml|cfg|ini|ya?ml|json|sh|bash|c|cc|cpp|cu|h|hpp|js|ts|tsx|jsx|go|rs|java|rb|ipynb"
    "|html|css|sql"
)
_PATH = rf"(?:[A-Za-z]:[\\/])?[\w.~/\\+@{{}}-]*[\w}}]\.(?:{_EXTENSIONS})"
_SYMBOL = r"(?:::[A-Za-z_<][\w.<>]*(?:\[[^\]\s]*\])?)+"
_LINES = r"(?P<line>\d+)(?:\s?[-\u2013\u2014]\s?L?(?P<end>\d+))?"
_ANCHOR = re.compile(
    rf"(?P<url>https?://[^\s)>\]\"'`]*?/blob/(?P<revision>[\w.-]+)/|(?<![\w/\\.:]))(?P<path>{_PATH})(?P<symbol>{_SYMBOL})?"
    rf"(?:(?P<joint>:(?:L)?|#L|`?,?\s\(?(?:at\s)?[Ll]ines?\s|`?\s\(?L)(?!\d+\.\d){_LINES})?(?![\w])"
)
_BRACES = re.compile(r"(?P<folder>[\w./-]+/)\{[^{}\n]*$")
"""`folder/{a.py:1, b.py:2}` names two files of the folder."""
_MORE = re.compile(r",(?P<line>\d+)(?:[-\u2013](?P<end>\d+))?(?![\w.])")
_SPAN = re.compile(r"(`+)(.+?)(?<!`)\1(?!`)", re.DOTALL)
_NAME = re.compile(
    r"(?:self\.|cls\.)?(?P<name>[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)(?P<call>\((?:[^()`]|\([^()]*\))*\))?"
)
_INSIDE = re.compile(r"(?<![\w./\\-])(?P<name>[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)(?P<call>\()?(?![\w/\\])")
_PROSE_NAME = re.compile(
    r"(?<![\w./\\`:-])(?P<name>(?:[A-Za-z_]\w*\.)*(?:[A-Za-z]+_\w+|_[a-z]\w+|[A-Z][a-z0-9]+(?:[A-Z][a-z0-9]*)+|[a-z_]\w*(?=\(\))))"
    r"(?P<call>\(\))?(?![\w/:])"
)
_COMMON = frozenset(dir(builtins)) | frozenset(keyword.kwlist) | {"self", "cls", "numpy", "np", "tf", "torch"}
_FILE_ENDING = re.compile(rf"\.(?:{_EXTENSIONS}|zip|keras|dill|h5|npz|npy|pkl|pt|ckpt|gz|png|svg|log|csv)$")


@dataclass(frozen=True)
class Cited:
    """An anchor as it is written; lines are 0 where none is given."""

    text: str
    path: str
    line: int
    end_line: int
    symbol: str
    """The qualname, where the anchor carries one."""
    start: int
    end: int
    revision: str = ""
    """The commit or branch of a permalink."""
    joint: str = ":"

    def at(self, path: str, line: int, end_line: int) -> str:
        """The same anchor for another place, written the same way."""
        if not self.text.startswith(self.path):
            return ""
        symbol = self.text[len(self.path) :].partition(self.joint)[0] if self.symbol else ""
        dash = "\u2013" if "\u2013" in self.text else "-"
        return f"{path}{symbol}{self.joint}{line}" + (f"{dash}{end_line}" if self.end_line else "")


@dataclass(frozen=True)
class Named:
    """A name of code in a text; `start` and `end` take in the code span it stands in alone."""

    name: str
    start: int
    end: int
    code: bool
    called: bool

    @property
    def common(self) -> bool:
        """Whether it names something of the language rather than of the code base."""
        return self.name in _COMMON or self.name.capitalize() in _COMMON or len(self.name) < 2


def cited(text: str) -> tuple[Cited, ...]:
    """The anchors of a text, in order; a bare path without a line or symbol is none."""
    found: list[Cited] = []
    for match in _ANCHOR.finditer(text):
        if not match["line"] and not match["symbol"]:
            continue
        anchor = _cited(match)
        folder = _BRACES.search(text[: match.start()])
        found.append(replace(anchor, path=folder["folder"] + anchor.path) if folder else anchor)
        position = match.end()
        while match["line"] and (more := _MORE.match(text, position)):
            last = found[-1]
            line, end = int(more["line"]), int(more["end"] or 0)
            found.append(Cited(more[0][1:], last.path, line, end, last.symbol, more.start() + 1, more.end()))
            position = more.end()
    return tuple(found)


def _cited(match: re.Match[str]) -> Cited:
    symbol = re.sub(r"\[.*\]$", "", match["symbol"] or "").removeprefix("::").replace("::", ".")
    return Cited(
        text=match[0][len(match["url"] or "") :] if match["url"] is None else match[0],
        path=match["path"],
        line=int(match["line"] or 0),
        end_line=int(match["end"] or 0),
        symbol=symbol,
        start=match.start(),
        end=match.end(),
        revision=match["revision"] or "",
        joint=match["joint"] or ":",
    )


def code_spans(text: str) -> Iterator[tuple[int, int, str]]:
    """Start, end (with the backticks) and content of each code span."""
    for match in _SPAN.finditer(text):
        yield match.start(), match.end(), match[2].strip()


def names_in(text: str, *, code: bool = False) -> tuple[Named, ...]:
    """The names of code in a text: in code spans, and words of prose that can be nothing else.

    Args:
        text: the text.
        code: whether all of it is code.
    """
    if code:
        return tuple(_prose_names(text, 0, code=True))
    found: list[Named] = []
    position = 0
    for start, end, content in code_spans(text):
        found += _prose_names(text[position:start], position)
        found += _span_names(content, start, end)
        position = end
    found += _prose_names(text[position:], position)
    return tuple(found)


def _span_names(content: str, start: int, end: int) -> Iterator[Named]:
    whole = _NAME.fullmatch(content)
    if whole:
        if not _FILE_ENDING.search(content):
            yield Named(whole["name"], start, end, code=True, called=bool(whole["call"]))
        return
    symbol = re.fullmatch(rf"{_PATH}({_SYMBOL})", content)
    if symbol:
        yield Named(symbol[1].removeprefix("::").replace("::", "."), start, end, code=True, called=False)
        return
    if not cited(content) and not _FILE_ENDING.search(content):
        for match in _INSIDE.finditer(content):
            yield Named(match["name"], start, end, code=False, called=bool(match["call"]))


def _prose_names(text: str, offset: int, *, code: bool = False) -> Iterator[Named]:
    for match in _PROSE_NAME.finditer(text):
        called = bool(match["call"])
        yield Named(
            match["name"], match.start() + offset, match.end() + offset, code=code or called, called=called
        )
