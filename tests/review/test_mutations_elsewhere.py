"""The mutation harness on a package of a larger code base: the committed sample against the shipped subject."""

from pathlib import Path

import pytest

import callchain
from tests.review.conftest import read_calls
from tests.review.mutate import mutate

pytestmark = pytest.mark.any_python

SAMPLE = Path(__file__).parents[2] / "reports" / "INTEGRATE-PYTORCH-001" / "sample"
SUBJECT = Path(callchain.__file__).parent / "demo"


@pytest.fixture(scope="module")
def outcome():
    return mutate(SAMPLE, read_calls(SUBJECT), most=24, seed=7)


def test_nothing_untouched_is_refuted(outcome):
    assert outcome.untouched == []
    assert outcome.unrelated == []


def test_every_planted_claim_is_found_where_it_stands(outcome):
    assert sum(outcome.planted.values()) == 24
    assert {"line", "other", "reversed", "non-edge", "wrong", "missing"} <= set(outcome.planted)
    assert (outcome.missed, outcome.elsewhere) == ([], [])
