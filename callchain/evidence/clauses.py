"""What a run says of the MUST, SHALL and SHOULD clauses that speak of the chain.

Only what can be shown is judged: a clause whose first named thing is something the run wrote, and the names that
it asks of it. Whatever else a clause says is `not seen`, with what was seen of its names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from callchain.model.chain import Artefact, DocumentMention, Flow, StateKey
from callchain.model.symbol import MODULE, split

MET = "met"
NOT_MET = "not met"
NOT_SEEN = "not seen"
_QUOTED = re.compile(r"`([^`]+)`")
_PROHIBITION = re.compile(r"\b(?:MUST|SHALL|SHOULD) NOT\b")
_RAN = frozenset({"confirmed", "observed-only"})
_EXISTS = re.compile(r"\b(?:named|called|written|created|produced|saved|stored|exists?|present)\b")
"""What a clause says that names one thing and asks no more of it than to be there."""
_FULLY_READ = frozenset({"pickle", "archive"})
"""Kinds whose names were all read from what the run wrote, so that a missing one is missing."""
_SHOWN = 6


def judge_clauses(
    documents: Iterable[DocumentMention],
    flows: Sequence[Flow],
    artefacts: Sequence[Artefact],
    state: Sequence[StateKey],
) -> tuple[DocumentMention, ...]:
    """The mentions, each clause with its verdict and what that rests on."""
    written = {artefact.name: artefact for artefact in artefacts if artefact.members}
    known = {**_stores(state), **_functions(flows), **_read(artefacts)}
    return tuple(_judged(item, written, known) if item.kind == "clause" else item for item in documents)


def _judged(item: DocumentMention, written: Mapping[str, Artefact], known: Mapping[str, str]) -> DocumentMention:
    names = [name.partition("(")[0].strip() for name in _QUOTED.findall(item.text)]
    subject = written.get(names[0]) if names else None
    if subject is None or _PROHIBITION.search(item.text) or item.text.endswith("…"):
        return _said(item, NOT_SEEN, _told(names, written, known))
    inside = _names_in(subject)
    told = [f"{subject.name} was written{_at(subject)}"]
    asked = [name for name in names[1:] if name != subject.name and name not in known and name not in written]
    missing = [name for name in asked if name not in inside]
    others = [name for name in names[1:] if (name in written or name in known) and name not in inside]
    if missing and subject.kind in _FULLY_READ and inside:
        listed = ", ".join(sorted(inside)[:_SHOWN]) + (" …" if len(inside) > _SHOWN else "")
        return _said(item, NOT_MET, [*told, f"{', '.join(missing)} not in it: it holds {listed}"])
    if not names[1:] and not _EXISTS.search(item.text):
        return _said(item, NOT_SEEN, told)
    if missing or any(name in known for name in others) or not _all_written(others, written):
        return _said(item, NOT_SEEN, [*told, *_told(others, written, known)])
    held = [name for name in names[1:] if name in inside]
    return _said(
        item, MET, [*told, *([f"it holds {', '.join(held)}"] if held else []), *_told(others, written, known)]
    )


def _said(item: DocumentMention, verdict: str, told: Iterable[str]) -> DocumentMention:
    return msgspec.structs.replace(item, verdict=verdict, rests_on=tuple(dict.fromkeys(told)))


def _all_written(names: Iterable[str], written: Mapping[str, Artefact]) -> bool:
    return all(name in written for name in names)


def _told(names: Iterable[str], written: Mapping[str, Artefact], known: Mapping[str, str]) -> Iterator[str]:
    for name in names:
        if name in written:
            yield f"{name} was written{_at(written[name])}"
        elif name in known:
            yield f"{name} {known[name]}"


def _at(artefact: Artefact) -> str:
    return f" at `{artefact.writers[0].path}:{artefact.writers[0].line}`" if artefact.writers else ""


def _names_in(artefact: Artefact) -> set[str]:
    members = [member.name.rpartition("!")[2] for member in artefact.members]
    return {
        *(name for name in members if name != artefact.name),
        *(name.rpartition("/")[2] for name in members if name.rpartition("/")[2] != artefact.name),
        *(key for member in artefact.members for key in member.keys),
    }


def _functions(flows: Iterable[Flow]) -> dict[str, str]:
    """The names of the functions on the flows, with whether they ran."""
    found: dict[str, str] = {}
    for flow in flows:
        ran = {symbol for edge in flow.edges if edge.verdict in _RAN for symbol in (edge.caller, edge.callee)}
        for stage in flow.chain:
            qualname = split(stage.symbol)[1]
            if qualname != MODULE:
                word = "ran" if stage.symbol in ran else "is on the chain"
                for name in (qualname, qualname.rpartition(".")[2]):
                    found.setdefault(name, f"{word}: `{stage.path}:{stage.line}`")
    return found


def _read(artefacts: Iterable[Artefact]) -> dict[str, str]:
    """The names of artefacts that no run left to be looked at, with the lines that write and read them."""
    found: dict[str, str] = {}
    for artefact in artefacts:
        ends = (("is written at", artefact.writers), ("is read at", artefact.readers))
        told = [f"{word} `{each[0].path}:{each[0].line}`" for word, each in ends if each]
        if told and not artefact.members:
            found[artefact.name] = " and ".join(told)
    return found


def _stores(state: Iterable[StateKey]) -> dict[str, str]:
    """The names of the stores of the chain, as documents write them."""
    found: dict[str, str] = {}
    for key in state:
        path, _, name = key.store.partition("::")
        if name and key.accesses:
            first = key.accesses[0]
            module = path.rpartition("/")[2].removesuffix(".py")
            found.setdefault(f"{module}.{name}", f"is used at `{first.path}:{first.line}`")
    return found
