"""What the record lacks is told in it, with what was searched; and nothing that it has is said to lack."""

from __future__ import annotations

from msgspec.structs import replace

from callchain.evidence.absences import (
    ENTERED,
    MUTATIONS,
    QUESTIONS,
    RISKS,
    RUNS,
    SELECTED,
    TAP_FIRST,
    TAPS,
    absence,
    is_at_risk,
    with_absences,
)
from callchain.model.package import Evidence
from callchain.report.names import names_of
from callchain.report.risks import open_questions, risks


def again(evidence: Evidence, **changes: object) -> Evidence:
    """The record with other content and nothing told of what it lacks but that."""
    return with_absences(replace(evidence, **{"absent": {}, **changes}))


def test_a_record_with_runs_lacks_none_of_what_they_gave(evidence: Evidence):
    assert not evidence.absent.keys() & {RUNS, MUTATIONS, SELECTED, TAPS, TAP_FIRST, QUESTIONS, RISKS}


def test_a_record_without_runs_says_why_once(evidence: Evidence, read_only: Evidence):
    assert read_only.absent[RUNS] in read_only.absent[MUTATIONS]
    silent = tuple(replace(tap, hits=0) for tap in read_only.taps or evidence.taps)
    told = again(read_only, taps=silent).absent[TAPS]
    assert told == f"nothing was run, so none of the {len(silent)} taps was reached"


def test_runs_that_changed_nothing_are_counted(evidence: Evidence):
    told = again(evidence, mutations=()).absent[MUTATIONS]
    assert told == "no change of watched state was recorded in the run"
    told = again(evidence, mutations=(), runs=evidence.runs * 2).absent[MUTATIONS]
    assert told == "no change of watched state was recorded in the 2 runs"


def test_a_run_that_entered_nothing_is_named(evidence: Evidence):
    (run,) = evidence.runs
    told = again(evidence, runs=(replace(run, processes=()),)).absent
    assert told[f"{ENTERED}{run.name}"] == "it entered no function of the subject in 0 processes"


def test_the_best_candidate_is_named_where_none_was_chosen(evidence: Evidence):
    told = again(evidence, entry_points=()).absent[SELECTED]
    best = evidence.candidates[0]
    assert told.startswith("no confident entry point: one candidate was judged")
    assert told.endswith(f"`{best.path}:{best.line}`")


def test_no_risk_is_told_exactly_where_none_is_listed(evidence: Evidence, read_only: Evidence):
    calm = again(
        read_only,
        mutations=(),
        state=(),
        artefacts=(),
        provenance=replace(read_only.provenance, dirty=False, skipped=()),
        quality=replace(read_only.quality, anchors_refuted=()),
    )
    (run,) = evidence.runs
    changes = (
        {"provenance": replace(calm.provenance, dirty=True)},
        {"state": evidence.state},
        {"artefacts": evidence.artefacts},
        {"mutations": evidence.mutations},
        {"runs": (replace(run, exit_code=3),)},
        {"quality": replace(calm.quality, anchors_refuted=("a.py:1: no",))},
    )
    for record in (calm, *(again(calm, **change) for change in changes)):
        assert is_at_risk(record) == bool(list(risks(record, names_of(record))))
        assert (RISKS in record.absent) == (not is_at_risk(record))
    assert "0 artefacts, 0 keys of state, 0 runs" in calm.absent[RISKS]


def test_what_reading_said_of_a_section_stays(evidence: Evidence):
    title = "Normalisation/scaling chain"
    assert again(evidence, scaling=(), absent={title: "why"}).absent[title] == "why"
    assert absence(replace(evidence, absent={}, scaling=()), title).startswith("nothing of the kind in the ")


def test_what_leaves_nothing_to_ask_is_no_open_question(read_only: Evidence):
    asked = list(open_questions(again(read_only, blind_spots=(), assumptions=(), entry_points=())))
    assert sum(told.startswith(SELECTED) for told in asked) == 1
    assert not [told for told in asked if told.startswith((RUNS, MUTATIONS, TAPS, RISKS))]
