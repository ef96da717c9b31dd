"""From a question to a tap file that its author can start from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from callchain.ask.read import Phase, read_answer
from callchain.ask.request import AskRequest
from callchain.model.errors import CallchainError
from callchain.model.package import Evidence
from callchain.taps.plan import Planned, plan_taps
from callchain.taps.tap_toml import as_toml

_WIDTH = 100


@dataclass(frozen=True)
class Plan:
    """The taps that were planned, and the same as the text of a tap file."""

    taps: tuple[Planned, ...]
    toml: str


def plan_for(request: AskRequest, earlier: Sequence[Evidence], phase: Phase) -> Plan:
    """Read the code base, follow the chain, and plan taps on it.

    Raises:
        CallchainError: the root or the question is of no use, or the chain has no place for a tap.
    """
    answer = read_answer(request, phase)
    phase("planning taps")
    planned = plan_taps(answer.chain, answer.codebase.tree, [tap for each in earlier for tap in each.taps])
    if not planned:
        raise CallchainError("no place for a tap was found", hint="name functions of the code in the question")
    notes = {
        each.spec.key: [f"{each.role}: line {each.line} when this was planned", *_proposed(each)]
        for each in planned
    }
    return Plan(planned, as_toml([each.spec for each in planned], _heading(request), notes))


def _heading(request: AskRequest) -> list[str]:
    words = " ".join(request.question.split())
    shown = words if len(words) <= _WIDTH else f"{words[:_WIDTH]}\u2026"
    return [
        f"Taps planned for: {shown}",
        "Every `expect` is proposed by the tool from what its comment names; confirm it or take it out.",
    ]


def _proposed(planned: Planned) -> list[str]:
    return [f"proposed: {proposal}" for proposal in planned.proposals] or ["nothing could be proposed to expect"]
