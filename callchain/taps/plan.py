"""Five to seven taps for a question: where its chain takes configuration, writes, reads, rebuilds and scales."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from callchain.chain.syntax import Syntax
from callchain.model.chain import Chain
from callchain.model.errors import CallchainError
from callchain.model.symbol import last_name, split
from callchain.model.tap import LocatedTap, TapResult, TapSpec
from callchain.source.tree import SourceTree
from callchain.taps.locate import locate_each
from callchain.taps.looks import captures_at
from callchain.taps.propose import Proposal, propose
from callchain.taps.sites import CONFIG, LOAD, NORMALISATION, RECONSTRUCTION, SINK, STAGE, Site, sites_of
from callchain.taps.statement import code_of, innermost_statement, occurrence_of

FEWEST, MOST = 5, 7
_FIRST = (CONFIG, SINK, LOAD, RECONSTRUCTION, NORMALISATION)
_PROPOSED = "proposed, to be confirmed by an author"


@dataclass(frozen=True)
class Planned:
    """A tap of the plan with what was proposed for it."""

    spec: TapSpec
    line: int
    role: str
    proposals: tuple[Proposal, ...]


def plan_taps(chain: Chain, tree: SourceTree, earlier: Sequence[TapResult] = ()) -> tuple[Planned, ...]:
    """The taps, in the order of the chain; each was found in the source as code.

    The key of a tap is made of its role, its function and what is called there, never of lines, so that it is the
    same at another commit.

    Args:
        chain: the answer to the question.
        tree: the source.
        earlier: taps of earlier packages, whose values become proposals for taps of the same key.
    """
    syntax = Syntax(tree)
    usable = _Usable(chain, tree, syntax)
    chosen = _choose(sites_of(chain, syntax), usable)
    order = {stage.symbol: n for n, stage in enumerate(stage for flow in chain.flows for stage in flow.chain)}
    ranked = sorted(chosen, key=lambda site: (order.get(site.symbol, len(order)), site.symbol, site.line))
    planned, keys = [], set[str]()
    for site in ranked:
        key = _key(site, keys)
        keys.add(key)
        spec = msgspec.structs.replace(usable.specs[site], key=key)
        proposals = propose(spec, chain, syntax, earlier)
        told = f"{_PROPOSED}: {'; '.join(map(str, proposals))}" if proposals else ""
        spec = msgspec.structs.replace(
            spec, expect=tuple(proposal.expression for proposal in proposals), expected=told
        )
        planned.append(Planned(spec, usable.lines[site], site.role, proposals))
    return tuple(planned)


class _Usable:
    """Which sites can be tapped: a statement that is found again as code, with something to capture."""

    def __init__(self, chain: Chain, tree: SourceTree, syntax: Syntax) -> None:
        self._chain, self._tree, self._syntax = chain, tree, syntax
        self.specs: dict[Site, TapSpec] = {}
        self.lines: dict[Site, int] = {}

    def takes(self, site: Site) -> bool:
        """Whether the site can be tapped; its spec is kept."""
        try:
            spec = self._spec(site)
        except CallchainError:
            return False
        found = locate_each([spec], self._tree)[0] if spec is not None else None
        if spec is None or not isinstance(found, LocatedTap):
            return False
        self.specs[site], self.lines[site] = spec, found.line
        return True

    def _spec(self, site: Site) -> TapSpec | None:
        path, qualname = split(site.symbol)
        code, occurrence, statement = "", 0, None
        if site.where in ("before", "after"):
            statement = innermost_statement(self._syntax, site.symbol, site.line)
            code = code_of(statement, self._tree.text(path)) if statement is not None else ""
            place = (
                occurrence_of(self._tree, path, qualname, code, statement.lineno) if statement and code else None
            )
            if place is None:
                return None
            occurrence = place
        capture = captures_at(site, statement, self._chain, self._syntax)
        if not capture:
            return None
        return TapSpec(
            key="planned",
            purpose=_sentence(site.why),
            symbol=site.symbol,
            where=site.where,
            code=code,
            capture=capture,
            stage=site.stage,
            occurrence=occurrence,
        )


def _choose(sites: Sequence[Site], usable: _Usable) -> list[Site]:
    """One site of each role, then more of each in turn, at most one of a role in one function; stages fill up."""
    waiting = {role: [site for site in sites if site.role == role] for role in _FIRST}
    chosen: list[Site] = []
    for wanted in (len(_FIRST), MOST):
        progress = True
        while progress and len(chosen) < wanted:
            progress = False
            for role in _FIRST:
                if len(chosen) < wanted and (wanted == MOST or not any(site.role == role for site in chosen)):
                    progress |= _take(waiting[role], chosen, usable)
    stages = [site for site in sites if site.role == STAGE]
    while len(chosen) < FEWEST and _take(stages, chosen, usable):
        continue
    return chosen


def _take(waiting: list[Site], chosen: list[Site], usable: _Usable) -> bool:
    """Move the next usable site over; whether there was one."""
    while waiting:
        site = waiting.pop(0)
        taken = any((site.role, site.symbol) == (other.role, other.symbol) for other in chosen)
        doubled = any((site.symbol, site.line) == (other.symbol, other.line) for other in chosen)
        if not taken and not doubled and usable.takes(site):
            chosen.append(site)
            return True
    return False


def _key(site: Site, taken: set[str]) -> str:
    """Role, function and what is called there; the class where that alone is taken, and a number at the worst."""
    what = "" if site.role == STAGE else site.what
    short = _joined(site.role, last_name(site.symbol), what)
    long = _joined(site.role, split(site.symbol)[1], what)
    numbered = (f"{long}_{number}" for number in range(2, MOST + 2))
    return next(name for name in (short, long, *numbered) if name not in taken)


def _joined(*parts: str) -> str:
    words = [re.sub(r"\W+", "_", part).strip("_").lower() for part in parts]
    return "_".join(["tap", *dict.fromkeys(word for word in words if word)])


def _sentence(text: str) -> str:
    plain = " ".join(text.split())
    return plain[:1].upper() + plain[1:]
