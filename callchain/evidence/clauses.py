"""What a run says of the MUST, SHALL and SHOULD clauses that speak of the chain.

Only what can be shown is judged: what something that the runs wrote holds; a call, a write or a read that a clause
asks of a function and that was seen; a value of configuration that was seen. `not met` is said only of what was
seen to be otherwise: of something written whose names were all read, of a value, of a call or write that a clause
forbids. Whatever else a clause says is `not seen`, with what was seen of its names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import msgspec

from callchain.evidence.clause_facts import ClauseFacts, names_in, place
from callchain.evidence.clause_text import Clause, allowed, parse, value_of
from callchain.model.chain import Artefact, DocumentMention, Effect, Flow, StateKey

MET = "met"
NOT_MET = "not met"
NOT_SEEN = "not seen"
_EXISTS = re.compile(r"\s*(?:be\s+(?:named|called|written|created|produced|saved|stored|present)|exist)\b")
"""What a clause asks that asks no more of a thing than to be there."""
_HOLDS = re.compile(r"\s*(?:also\s+)?(?:hold|contain|include|have|carry|list)\b")
_FULLY_READ = frozenset({"pickle", "archive"})
"""Kinds whose names were all read from what the run wrote, so that a missing one is missing."""
_ARCHIVES = re.compile(r"\b(?:archives?|bundles?|zip)\b", re.IGNORECASE)
_SHOWN = 6
Verdict = tuple[str, tuple[str, ...]]


def judge_clauses(
    documents: Iterable[DocumentMention],
    flows: Sequence[Flow],
    artefacts: Sequence[Artefact],
    state: Sequence[StateKey],
    effects: Sequence[Effect] = (),
) -> tuple[DocumentMention, ...]:
    """The mentions, each clause with its verdict and what that rests on."""
    facts = ClauseFacts(flows, artefacts, state, effects)
    return tuple(_judged(item, facts) if item.kind == "clause" else item for item in documents)


def _judged(item: DocumentMention, facts: ClauseFacts) -> DocumentMention:
    clause = parse(item.text)
    found: Verdict | None = None
    if not item.text.endswith("…"):
        found = _content(clause, item.text, facts) or _value(clause, facts) or _act(clause, facts)
    verdict, told = found or (NOT_SEEN, ())
    rests_on = (*told, *(part for part in facts.told(clause.names) if not told or verdict == NOT_SEEN))
    return msgspec.structs.replace(item, verdict=verdict, rests_on=tuple(dict.fromkeys(rests_on)))


def _content(clause: Clause, text: str, facts: ClauseFacts) -> Verdict | None:
    """What a clause asks to be in something that was written, or of that only to be there."""
    subject, names = _subject(clause, text, facts)
    if subject is None:
        return None
    inside = names_in(subject)
    told = f"{subject.name} was written{place(subject)}"
    holds, exists = _HOLDS.match(clause.rest), _EXISTS.match(clause.rest)
    if clause.qualified or not (holds or exists):
        return NOT_SEEN, (told, *facts.told(names))
    if clause.never:
        return _forbidden(clause, subject, inside, names, told)
    asked = [name for name in names if name != subject.name and name != clause.by]
    missing = [name for name in asked if name not in inside]
    unknown = [name for name in missing if not facts.is_known(name)]
    if holds and unknown and subject.kind in _FULLY_READ and inside and not clause.conditional:
        return NOT_MET, (told, f"{', '.join(unknown)} not in it: {_held(inside)}")
    done = not clause.by or _wrote(clause.by, subject, facts)
    if missing or not done or (holds and not asked):
        return NOT_SEEN, (told, *facts.told(names))
    held = [f"it holds {', '.join(asked)}"] if asked else []
    return MET, (told, *held, *facts.told([clause.by]))


def _subject(clause: Clause, text: str, facts: ClauseFacts) -> tuple[Artefact | None, tuple[str, ...]]:
    """What was written that the clause speaks of, and what else it names.

    That is its first name, or, where it names nothing before its verb of holding but “archives”, the one archive.
    """
    if clause.names and clause.names[0] in facts.written:
        return facts.written[clause.names[0]], clause.names[1:]
    archives = [item for item in facts.written.values() if item.kind == "archive"]
    holds = _HOLDS.match(clause.rest) and not clause.before and _ARCHIVES.search(text)
    if holds and clause.after and len(archives) == 1:
        return archives[0], clause.after
    return None, ()


def _forbidden(
    clause: Clause, subject: Artefact, inside: set[str], names: Sequence[str], told: str
) -> Verdict | None:
    """Of something that must not hold a name: all its names are known, or the forbidden one was found."""
    if not _HOLDS.match(clause.rest) or not names:
        return None
    found = [name for name in names if name in inside]
    if found:
        return NOT_MET, (told, f"it holds {', '.join(found)}")
    if subject.kind in _FULLY_READ and inside and not clause.conditional:
        return MET, (told, f"{', '.join(names)} not in it: {_held(inside)}")
    return None


def _held(inside: set[str]) -> str:
    return f"it holds {', '.join(sorted(inside)[:_SHOWN])}" + (" …" if len(inside) > _SHOWN else "")


def _wrote(name: str, subject: Artefact, facts: ClauseFacts) -> bool:
    """Whether a function ran and led to what writes the artefact."""
    reached = facts.reached_from(name)
    return any(anchor.symbol in reached for anchor in subject.writers)


def _value(clause: Clause, facts: ClauseFacts) -> Verdict | None:
    """A value that a clause demands of a key of configuration, against all values that were seen."""
    holds = allowed(clause)
    keys = [key for name in clause.before[-1:] for key in facts.keys.get(name, ())]
    if holds is None or clause.conditional or len(keys) != 1:
        return None
    read = [value_of(rendered) for rendered in keys[0].observed]
    if not read or clause.qualified or not all(plain and value is not None for plain, value in read):
        return None
    where = f"at `{keys[0].accesses[0].path}:{keys[0].accesses[0].line}`" if keys[0].accesses else ""
    seen = zip(keys[0].observed, read, strict=True)
    wrong = [rendered for rendered, (_, value) in seen if holds(value) == clause.never]
    told = f"{keys[0].key} was seen as {', '.join(wrong or keys[0].observed[:_SHOWN])} {where}".rstrip()
    return (NOT_MET if wrong else MET), (told,)


def _act(clause: Clause, facts: ClauseFacts) -> Verdict | None:
    """A call, a write or a read that a clause asks of a function, or forbids."""
    if not clause.act or clause.conditional:
        return None
    things = clause.before if clause.passive else clause.after
    actors = ((clause.by,) if clause.by else ()) if clause.passive else clause.before
    loose = set(clause.names) - set(things) - set(actors)
    if not things or loose or len(actors) > 1 or (not clause.passive and not actors):
        return None
    shown = [_done(clause.act, thing, actors[0] if actors else "", facts) for thing in things]
    if clause.never:
        seen = tuple(told for told in shown if told)
        return (NOT_MET, seen) if seen else None
    return (MET, tuple(shown)) if all(shown) else None


def _done(act: str, thing: str, actor: str, facts: ClauseFacts) -> str:
    """What shows that the act was done to a thing, by the actor where one is named; empty where nothing does."""
    if act == "call":
        return facts.call(actor, thing)
    return facts.touched(act, actor, thing)
