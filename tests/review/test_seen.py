"""Counts, values and file lists of prose against a package."""

import pytest

from callchain.evidence.package import load
from callchain.review.document import Document, review_document
from callchain.review.package_proof import with_runs
from callchain.review.seen import seen_in


@pytest.fixture(scope="session")
def evidence(made):
    return load(made.folder)


@pytest.mark.parametrize(
    ("text", "kind", "verdict"),
    [
        ("`count = 3` at the end", "value", "true"),
        ("`count = 4` at the end", "value", "false"),
        ("`weight > 0`", "value", "true"),
        ("`weight > 5`", "value", "false"),
        ("In `tap_crates`, `weight = 2.5` first", "value", "true"),
        ("`name = 'crate7'`", "value", "false"),
        ("`Packer.pack_one` is called 3 times", "count", "true"),
        ("`pack_one` was called twice", "count", "false"),
        ("`pack_one` \u00d73", "count", "true"),
        ("`tap_count` 1 hit", "count", "true"),
        ("`tap_count` has 2 hits", "count", "false"),
        ("The archive `depot.zip` holds `crate1.json`.", "value", "true"),
        ("`depot.zip` contains:\n\n- `crate9.json`\n", "value", "false"),
        ("`depot.zip` contains `{name}.json`", "value", "true"),
    ],
)
def test_prose_is_held_against_what_ran(text, kind, verdict, evidence, calls):
    found = review_document(Document("n.md", text), with_runs(calls, evidence), seen=seen_in(evidence))
    assert [(f.claim.kind, f.claim.verdict) for f in found if f.claim.kind == kind] == [(kind, verdict)]


@pytest.mark.parametrize("text", ["`unknown = 3`", "`pack_one` in 2024", "`weight` of 5", "`count = compute()`"])
def test_what_names_nothing_that_was_captured_is_no_claim(text, evidence, calls):
    assert review_document(Document("n.md", text), calls, seen=seen_in(evidence)) == ()


def test_without_a_package_there_is_nothing_to_hold_it_against(calls):
    assert review_document(Document("n.md", "`count = 99`, `pack_one` \u00d77"), calls) == ()
