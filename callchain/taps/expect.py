"""Expectations: comparisons over what a tap captured, judged for every hit, never guessed."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from callchain.model.errors import CallchainError
from callchain.model.tap import ExpectationResult, Hit, LocatedTap, TapResult
from callchain.taps.evaluate import check, operands, truth
from callchain.taps.expression import RefusalError, parse, shown
from callchain.taps.values import AbsentError, UnjudgeableError

LANGUAGE = (
    "it has captured names, `.attribute`, `[item]`, literals, comparisons, `in`, `is None`, `and`, `or`, `not`, "
    "len(x), keys(x), sorted(x) and type_name(x)"
)


class _Verdict(msgspec.Struct, frozen=True):
    """How an expectation fared on one hit."""

    verdict: str
    why: str = ""


def check_expectation(text: str) -> frozenset[str]:
    """The captured names that an expectation speaks of.

    Raises:
        CallchainError: it goes beyond the language; the hint names what it has.
    """
    try:
        return check(parse(text))
    except RefusalError as error:
        raise CallchainError(f"{shown(text)} cannot be expected: {error}", hint=LANGUAGE) from error


def judge(tap: LocatedTap, hits: Sequence[Hit], *, total: int | None = None, note: str = "") -> TapResult:
    """A tap's result: each expectation must hold for every hit.

    `total` is how often the tap was hit where not all hits were recorded; `note` what the runs say of its hits.

    `fail` names the first hit (from 1) that breaks it; `error` the first that cannot be judged because the value
    was not captured, cut or redacted; a failure outweighs it.
    """
    spec = tap.spec
    return TapResult(
        key=spec.key,
        purpose=spec.purpose,
        symbol=spec.symbol,
        path=tap.path,
        line=tap.line,
        end_line=tap.end_line,
        where=spec.where,
        code=spec.code,
        units=spec.units,
        stage=spec.stage,
        expected=spec.expected,
        hits=len(hits) if total is None else total,
        snapshots=tuple(hits),
        expectations=tuple(judge_expectation(expression, hits) for expression in spec.expect),
        note="; ".join(part for part in (note, _unrecorded(len(hits), total)) if part),
        checklist=spec.checklist,
        capture=spec.capture,
        occurrence=spec.occurrence,
        compiled=spec.compiled,
    )


def _unrecorded(kept: int, total: int | None) -> str:
    return f"values of {kept} of {total} hits were recorded" if (total or 0) > kept else ""


def judge_expectation(expression: str, hits: Sequence[Hit]) -> ExpectationResult:
    """One expectation over all hits."""
    if not hits:
        return ExpectationResult(expression, "not reached")
    verdicts = [_judge_hit(expression, hit) for hit in hits]
    for wanted in ("fail", "error", "pass"):
        for number, verdict in enumerate(verdicts, 1):
            if verdict.verdict == wanted:
                value = operands(parse(expression), hits[number - 1].values)
                full = f"{value} ({verdict.why})" if value and verdict.why else value or verdict.why
                return ExpectationResult(expression, wanted, full, number)
    raise AssertionError("a verdict is pass, fail or error")


def _judge_hit(expression: str, hit: Hit) -> _Verdict:
    try:
        return _Verdict("pass" if truth(parse(expression), hit.values) else "fail")
    except AbsentError as error:
        return _Verdict("fail", str(error))
    except UnjudgeableError as error:
        return _Verdict("error", f"cannot be judged: {error}")
    except (RefusalError, RecursionError) as error:
        return _Verdict("error", str(error))
