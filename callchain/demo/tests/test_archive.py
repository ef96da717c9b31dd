"""The archive, on a network small enough to build in no time."""

import os
import zipfile

import dill
import keras
import pytest

from ptycho import params
from ptycho.model_manager import ModelManager

MODEL_FILES = ["custom_objects.dill", "model.h5", "model.keras", "params.dill"]


@pytest.fixture
def tiny_model():
    """One dense weight."""
    return keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, use_bias=False)], name="tiny")


def test_save_model_writes_its_files_and_a_versioned_snapshot(tiny_model, tmp_path):
    params.set("gridsize", 2)
    ModelManager.save_model(tiny_model, str(tmp_path / "tiny"), {}, intensity_scale=2.5)
    assert sorted(os.listdir(tmp_path / "tiny")) == MODEL_FILES
    with open(tmp_path / "tiny" / "params.dill", "rb") as f:
        snapshot = dill.load(f)
    assert snapshot == {**params.cfg, "intensity_scale": 2.5, "_version": "1.0"}


def test_save_multiple_models_lists_what_it_packs(tiny_model, tmp_path):
    path = ModelManager.save_multiple_models({"a": tiny_model, "b": tiny_model}, str(tmp_path / "wts.h5"), {}, 1.0)
    with zipfile.ZipFile(path) as zf, zf.open("manifest.dill") as f:
        assert dill.load(f) == {"models": ["a", "b"], "version": "1.0"}
        assert len(zf.namelist()) == 9


def test_a_missing_archive_or_model_is_named(tiny_model, tmp_path):
    base_path = str(tmp_path / "wts.h5")
    with pytest.raises(FileNotFoundError, match="no model archive"):
        ModelManager.load_multiple_models(base_path)
    ModelManager.save_multiple_models({"a": tiny_model}, base_path, {}, 1.0)
    with pytest.raises(ValueError, match="has no model b"):
        ModelManager.load_multiple_models(base_path, ["b"])


def test_an_archive_without_geometry_is_refused(tiny_model, tmp_path):
    params.cfg["gridsize"] = None
    ModelManager.save_model(tiny_model, str(tmp_path / "tiny"), {}, 1.0)
    with pytest.raises(ValueError, match="lack the geometry"):
        ModelManager.load_model(str(tmp_path / "tiny"))
