"""What documents say of a chain: clauses, mentions and the findings ledger."""

from __future__ import annotations

import re
from collections.abc import Iterable

from callchain.model.chain import Artefact, DocumentMention
from callchain.model.symbol import MODULE, split
from callchain.source.documents import Passage, passages
from callchain.source.tree import SourceTree

_CLAUSE = re.compile(r"\b(?:MUST(?: NOT)?|SHALL(?: NOT)?|SHOULD(?: NOT)?)\b")
_ENTRY = re.compile(r"\b[A-Z][A-Z0-9]*(?:-[A-Z0-9]+)*-\d+\b")
_LONGEST = 400
_MOST = 40
_A_FILE = 6
_PLAIN = 8
"""A bare function name without an underscore must be at least this long to count as a mention."""


def vocabulary(
    symbols: Iterable[str], artefacts: Iterable[Artefact], more: Iterable[str], stores: Iterable[str] = ()
) -> dict[str, int]:
    """Names by which a document may speak of the chain, with how much each says.

    2: only of the chain, 1: probably of it, 0: of its configuration, as much else does.
    """
    names: dict[str, int] = {}
    for symbol in symbols:
        path, qualname = split(symbol)
        names[path] = 2
        if qualname == MODULE:
            continue
        owner, _, last = qualname.rpartition(".")
        if owner and not last.startswith("__"):
            names[".".join(qualname.split(".")[-2:])] = 2
        if owner and owner[0].isupper():
            names.setdefault(owner.rpartition(".")[2], 1)
        if not last.startswith("__") and ("_" in last.strip("_") or len(last) >= _PLAIN):
            names.setdefault(last, 2 if "_" in last.strip("_") else 1)
    for artefact in artefacts:
        if "{" not in artefact.name and not artefact.name.isalpha():
            names[artefact.name] = 2
    for name in more:
        names.setdefault(name, 2 if "." in name or "_" in name else 1)
    for name in stores:
        names.setdefault(name, 0)
    return {name: weight for name, weight in names.items() if len(name) > 3}


def document_mentions(tree: SourceTree, names: dict[str, int], ledger: str) -> tuple[DocumentMention, ...]:
    """Passages that name something of the chain: clauses first, then findings, then the passages that name most.

    At most 40 in all, and 6 of one document besides clauses.
    """
    if not names:
        return ()
    pattern = _alternatives(names)
    found = [
        (passage, tuple(sorted(set(pattern.findall(passage.text)))))
        for passage in passages(tree)
        if pattern.search(passage.text)
    ]
    scored = [(_order(passage, seen, names, ledger), _mention(passage, seen, ledger)) for passage, seen in found]
    scored.sort(key=lambda item: item[0])
    kept: list[DocumentMention] = []
    of_file: dict[str, int] = {}
    for _, mention in scored:
        if mention.kind == "mention":
            if not any(names.get(name) for name in mention.mentions):
                continue
            of_file[mention.path] = of_file.get(mention.path, 0) + 1
            if of_file[mention.path] > _A_FILE:
                continue
        kept.append(mention)
    return tuple(sorted(kept[:_MOST], key=lambda item: (_KIND_ORDER[item.kind], item.path, item.line)))


_KIND_ORDER = {"clause": 0, "finding": 1, "mention": 2}


def _alternatives(names: Iterable[str]) -> re.Pattern[str]:
    longest_first = sorted(names, key=lambda name: (-len(name), name))
    return re.compile(r"(?<![\w.])(?:" + "|".join(re.escape(name) for name in longest_first) + r")(?![\w])")


def _kind(passage: Passage, ledger: str) -> str:
    if passage.path == ledger:
        return "finding"
    return "clause" if _CLAUSE.search(passage.text) else "mention"


def _order(
    passage: Passage, seen: tuple[str, ...], names: dict[str, int], ledger: str
) -> tuple[int, int, str, int]:
    worth = sum(names.get(name, 0) for name in seen)
    return (_KIND_ORDER[_kind(passage, ledger)], -worth, passage.path, passage.line)


def _mention(passage: Passage, seen: tuple[str, ...], ledger: str) -> DocumentMention:
    text = " ".join(passage.text.split())
    shown = text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
    return DocumentMention(passage.path, passage.line, shown, seen, _kind(passage, ledger), passage.section)


def ledger_summary(tree: SourceTree, ledger: str, mentions: Iterable[DocumentMention]) -> str:
    """What the findings ledger holds and whether any of it speaks of the chain."""
    if not ledger or ledger not in tree.documents:
        return f"no findings ledger: {ledger or 'none configured'} is not among the documents of the code base"
    text = tree.text(ledger)
    entries = _entries(text.splitlines())
    shown = [f"{name} `{ledger}:{line}`" for name, line in list(entries.items())[:20]]
    listed = f"{len(entries)} entries ({', '.join(shown)}{' …' if len(entries) > 20 else ''})"
    speaking = [mention for mention in mentions if mention.path == ledger]
    if not speaking:
        return f"{ledger}: {listed}; none names a function or artefact of the chain"
    places = [f"{_entry_of(mention)}`{ledger}:{mention.line}`" for mention in speaking]
    return f"{ledger}: {listed}; of the chain speak {', '.join(places)}"


def _entries(lines: Iterable[str]) -> dict[str, int]:
    """The name of each entry → the line that first names it."""
    found: dict[str, int] = {}
    for number, line in enumerate(lines, 1):
        for name in _ENTRY.findall(line):
            found.setdefault(name, number)
    return found


def _entry_of(mention: DocumentMention) -> str:
    match = _ENTRY.search(f"{mention.text} {mention.section}")
    return f"{match.group()} at " if match else ""
