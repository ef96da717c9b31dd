"""`--roi auto`: the run is chosen from the tests of the code base once the answer is known."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import msgspec

from callchain.ask.read import Answer
from callchain.ask.request import AskRequest, RunSpec
from callchain.chain.roi import run_of_interest

AUTO = "auto"


def with_chosen_run(request: AskRequest, answer: Answer) -> tuple[AskRequest, Answer]:
    """The request with the cheapest test as its run, and the answer that says why that one.

    Raises:
        CallchainError: no test is seen to reach a sink of the answer.
    """
    codebase = answer.codebase
    chosen = run_of_interest(answer.chain, codebase.graph, codebase.tree, Path(request.workdir).resolve())
    hint = "; ".join(text for text in (answer.question.roi_hint, f"{AUTO}: {chosen.why}") if text)
    question = msgspec.structs.replace(answer.question, roi_hint=hint)
    return (
        dataclasses.replace(request, runs=(RunSpec("roi", chosen.command),), roi_hint=hint),
        dataclasses.replace(answer, question=question),
    )
