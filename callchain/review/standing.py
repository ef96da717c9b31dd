"""How a name stands at lines of a file: defined there, used in the statement there, or not at all."""

from __future__ import annotations

import re

from callchain.evidence.sources import Extent
from callchain.model.symbol import MODULE
from callchain.review.subject import Subject

WORD = re.compile(r"\w+")
NAMES = "the line names it"
DEFINES = "it is the definition"
USED_BELOW = "the definition that begins there uses it"
SPANS = "the range is of the definition"


def mentions(name: str, text: str) -> bool:
    """Whether a text names it, by its last part at least; the key `"object.big"` says nothing of `probe.big`."""
    last = name.rpartition(".")[2]
    if last not in WORD.findall(text):
        return False
    tail = ".".join(name.split(".")[-2:])
    if tail == last:
        return True
    others = re.sub(
        rf"""(['"])([\w.]*\.{re.escape(last)})\1""", lambda key: tail if key[2].endswith(tail) else "", text
    )
    return last in WORD.findall(others)


def stands(subject: Subject, path: str, line: int, end: int, name: str) -> str:
    """How a name stands at lines of a file: empty when it does not."""
    if name == MODULE:
        return "it is the module's own code"
    here = subject.definitions(path, name)
    for _, extent in here:
        if line == end and extent.holds(line):
            return DEFINES if line == extent.line else "it lies in the definition"
        if line != end and _covers(extent, line, end):
            return SPANS
    text = _text_at(subject, path, line, end)
    strange = line != end and not _is_of_its_class(name, text, defined_here=bool(here))
    other = strange or _is_other(subject, path, line, end, name, here)
    if mentions(name, text) and not other:
        return NAMES
    if not here and line == end and _used_by_definition_at(subject, path, line, name):
        return USED_BELOW
    return ""


def _is_of_its_class(name: str, text: str, *, defined_here: bool) -> bool:
    """Whether lines that name a method name its class as well: `forward` alone may be anybody's.

    Beside the definition itself, in its own file, only the whole name is a use of it.
    """
    owner, _, last = name.rpartition(".")
    owner = owner.rpartition(".")[2]
    if not re.match(r"_*[A-Z]", owner):
        return True
    return f"{owner}.{last}" in text or (not defined_here and owner in WORD.findall(text))


def _used_by_definition_at(subject: Subject, path: str, line: int, name: str) -> bool:
    """An anchor at a `def` line may mean what the function does with a name."""
    lines = subject.lines(path) or ()
    for extents in subject.sources.structure(path).definitions.values():
        for extent in extents:
            if line == extent.line and extent.kind == "function":
                return mentions(name, "\n".join(lines[extent.line - 1 : extent.end_line]))
    return False


def _covers(extent: Extent, line: int, end: int) -> bool:
    begins = line <= extent.line <= end
    return begins or (extent.first_line <= line and end <= extent.end_line)


def _is_other(
    subject: Subject, path: str, line: int, end: int, name: str, here: tuple[tuple[str, Extent], ...]
) -> bool:
    """Whether the line is the head of a definition that only shares the last part of a dotted name."""
    if "." not in name or here:
        return False
    last = name.rpartition(".")[2]
    known = subject.sources.structure(path).definitions
    heads = [
        q for q, extents in known.items() if q.rpartition(".")[2] == last for e in extents if line <= e.line <= end
    ]
    return bool(heads) and bool(subject.graph.find(name))


def _text_at(subject: Subject, path: str, line: int, end: int) -> str:
    lines = subject.lines(path) or ()
    first, last = line, end
    if path.endswith((".py", ".pyi")):
        first = min(first, subject.sources.statement(path, line)[0])
        last = max(last, subject.sources.statement(path, end)[1])
    return "\n".join(lines[first - 1 : last])
