"""The validation checklist of a tap, answered by facts of the package."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from callchain.model.package import Evidence
from callchain.model.tap import TapResult
from callchain.report.counts import plural

_EMPTY = frozenset(
    re.findall(
        r"\w+",
        """a above all an and are as at be below both by each exist exists for from has have in is it its len less
        more no none not of on one or than that the them they those to true type was were with
        0 1 2 3 4 5 6 7 8 9""",
    )
)
"""Words that relate no item to an expectation."""


@dataclass(frozen=True)
class Answer:
    """An item of the checklist, whether it holds, and the fact that says so."""

    item: str
    holds: bool
    fact: str


def answers(tap: TapResult, evidence: Evidence) -> Iterator[Answer]:
    """The five standing items, then the author's own."""
    yield Answer("captures the actual intermediate value", tap.hits > 0, _captured(tap))
    yield Answer("validates it against the expected schema or range", *_validated(tap))
    yield Answer("a failure gives an actionable message", *_explained(tap))
    yield Answer("leaves the production code as it is", *_untouched(tap, evidence))
    units = f"units {tap.units}" if tap.units else "no units"
    yield Answer("is documented with anchor and units", bool(tap.units), f"{tap.path}:{tap.line}, {units}")
    for item in tap.checklist:
        yield _own(item, tap)


def _captured(tap: TapResult) -> str:
    if not tap.hits:
        return tap.note or "no hit"
    return f"{plural(tap.hits, 'hit')} recorded while the program ran"


def _validated(tap: TapResult) -> tuple[bool, str]:
    if not tap.expectations:
        return False, "no expectation is declared"
    judged = sum(found.verdict in {"pass", "fail"} for found in tap.expectations)
    return judged == len(
        tap.expectations
    ), f"{judged} of {len(tap.expectations)} expectations judged on recorded values"


def _explained(tap: TapResult) -> tuple[bool, str]:
    bad = [found for found in tap.expectations if found.verdict in {"fail", "error"}]
    if not bad:
        judged = any(found.verdict == "pass" for found in tap.expectations)
        return judged, "no expectation failed" if judged else "no expectation was judged"
    told = sum(bool(found.value) for found in bad)
    return told == len(bad), f"{told} of {len(bad)} failures show the value that failed"


def _untouched(tap: TapResult, evidence: Evidence) -> tuple[bool, str]:
    place = f"{tap.path}:{tap.line} "
    false = [text for text in evidence.quality.anchors_refuted if text.startswith(place)]
    if false:
        return False, "its anchor does not hold in the source as it stands"
    return True, "the look is set up inside the process; its anchor holds in the source as it stands"


def _own(item: str, tap: TapResult) -> Answer:
    """An item is decided by the expectations that speak of the same things; any other is for a person."""
    wanted = _things(item)
    related = [found for found in tap.expectations if wanted & _things(found.expression)]
    if not related:
        return Answer(item, False, "no expectation speaks of it; for a reader to judge")
    told = ", ".join(f"`{found.expression}` {found.verdict}" for found in related)
    return Answer(item, all(found.verdict == "pass" for found in related), f"by {told}")


def _things(text: str) -> frozenset[str]:
    """The words of a sentence or the parts of an expression's names, without what carries no meaning."""
    words = {word for word in re.split(r"[\W_]+", text.lower()) if word}
    return frozenset(words - _EMPTY)
