"""Configuration and its bridge to the global parameters."""

import pytest

from ptycho import params
from ptycho.config.config import ModelConfig, TrainingConfig, update_legacy_dict


def test_configuration_reaches_the_global_parameters_under_their_old_names():
    update_legacy_dict(params.cfg, TrainingConfig(model=ModelConfig(gridsize=2, probe_trainable=True), nepochs=3))
    assert (params.get("gridsize"), params.get("nepochs"), params.get("train_probe")) == (2, 3, True)
    assert params.get("output_prefix") == "outputs"


def test_derived_sizes_follow_the_geometry():
    params.set("gridsize", 2)
    assert params.get("bigN") == 64 + 4
    assert params.get("padded_size") == 64 + 4 + 10
    with pytest.raises(ValueError, match="follows from other parameters"):
        params.set("bigN", 1)


def test_parameters_that_cannot_be_built_are_refused():
    with pytest.raises(ValueError, match="N=30"):
        params.set("N", 30)
    with pytest.raises(ValueError, match="halved twice"):
        ModelConfig(N=30)
