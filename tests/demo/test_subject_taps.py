"""The declared taps are of this subject, complete and within their language."""

from pathlib import Path

import pytest

from callchain.source.tree import read_tree
from callchain.taps.locate import locate_all
from callchain.taps.tapfile import load

KEYS = (
    "tap_config_snapshot_save",
    "tap_manifest_structure",
    "tap_model_files_created",
    "tap_params_before_restore",
    "tap_model_reconstruction_inputs",
    "tap_extracted_files",
    "tap_pytorch_checkpoint_keys",
)
"""Those of the plan."""


@pytest.fixture(scope="module")
def located(subject: Path):
    """The taps at their places in the source."""
    return locate_all(load(subject / "taps.toml"), read_tree(subject))


def test_there_are_the_seven_and_one_of_the_training(located):
    assert tuple(tap.spec.key for tap in located) == (*KEYS, "tap_pytorch_validation_loss")


def test_each_stands_on_the_code_it_names(located, subject: Path):
    for tap in located:
        lines = (subject / tap.path).read_text(encoding="utf-8").splitlines()
        wanted = tap.spec.code or "def save_model"
        assert wanted in lines[tap.line - 1]


def test_each_says_what_for_and_in_which_units(located):
    for tap in located:
        assert tap.spec.purpose
        assert tap.spec.units
        assert tap.spec.stage
        assert tap.spec.expect
        assert tap.spec.expected
