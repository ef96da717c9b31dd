"""The scripts, run once: what they print, that they repeat themselves, and what they leave behind."""

import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.demo

MODELS = ("autoencoder", "diffraction_to_obj")
FILES = ("custom_objects.dill", "model.h5", "model.keras", "params.dill")

READ_ARCHIVE = """
import sys, zipfile, io, json
sys.path.insert(0, sys.argv[1])
import dill, h5py
from ptycho import determinism
determinism.prepare_environment()
with zipfile.ZipFile(sys.argv[2]) as archive:
    custom = dill.loads(archive.read("autoencoder/custom_objects.dill"))
    stored = dill.loads(archive.read("diffraction_to_obj/params.dill"))
    manifest = dill.loads(archive.read("manifest.dill"))
    with h5py.File(io.BytesIO(archive.read("autoencoder/model.h5"))) as h5:
        attribute = float(h5.attrs["intensity_scale"])
from ptycho import params
params.cfg["gridsize"] = 99  # anything but the trained value: loading has to put it right
from ptycho.workflows.components import load_inference_bundle
bundle, parameters = load_inference_bundle(sys.argv[3])
plain = lambda values: {name: value for name, value in values.items() if name != "probe"}
print(json.dumps({
    "custom": sorted(custom),
    "modules": sorted({value.__module__ for value in custom.values()}),
    "manifest": manifest,
    "stored": plain(stored),
    "restored": plain(params.cfg),
    "returned": plain(parameters),
    "probes_equal": bool((stored["probe"] == params.cfg["probe"]).all()),
    "attribute": attribute,
    "adapter": [type(bundle).__name__, bundle.name],
}))
"""

READ_CHECKPOINT = """
import sys, json, torch
checkpoint = torch.load(sys.argv[1], weights_only=True)
print(json.dumps({"keys": sorted(checkpoint), "weights": sorted(checkpoint["state_dict"])}))
"""


@pytest.fixture(scope="module")
def archive(subject_run) -> dict[str, Any]:
    """The archive's contents and what loading it does, read in a fresh process."""
    path = subject_run.outputs / "wts.h5.zip"
    words = ("-c", READ_ARCHIVE, str(subject_run.subject), str(path), str(subject_run.outputs))
    return json.loads(subject_run.python(*words).splitlines()[-1])


def test_the_archive_holds_exactly_nine_members(subject_run):
    with zipfile.ZipFile(subject_run.outputs / "wts.h5.zip") as archive:
        names = sorted(archive.namelist())
        assert archive.testzip() is None
    assert names == sorted(["manifest.dill", *(f"{model}/{file}" for model in MODELS for file in FILES)])


def test_the_manifest_names_both_models(archive: dict[str, Any]):
    assert archive["manifest"] == {"models": list(MODELS), "version": "1.0"}


def test_eighteen_custom_objects_are_kept_by_reference(archive: dict[str, Any]):
    assert len(archive["custom"]) == 18
    assert archive["modules"] == ["ptycho.custom_layers", "ptycho.model", "ptycho.tf_helper"]


def test_each_custom_object_is_used_or_serves_as_a_loss(subject_run, archive: dict[str, Any]):
    with zipfile.ZipFile(subject_run.outputs / "wts.h5.zip") as outer:
        inner = outer.open("autoencoder/model.keras")
        config = zipfile.ZipFile(inner).read("config.json").decode()
    # Losses stand there with their package's name; a Translation is made by the two layers that use it.
    assert [name for name in archive["custom"] if f'{name}"' not in config] == ["Translation"]


def test_loading_restores_every_parameter_and_takes_the_version_out(archive: dict[str, Any]):
    version = archive["stored"].pop("_version")
    assert version == "1.0"
    assert archive["restored"] == archive["stored"]
    assert archive["returned"] == archive["stored"]
    assert archive["probes_equal"]
    assert (archive["restored"]["N"], archive["restored"]["gridsize"]) == (64, 2)


def test_the_scale_is_the_same_in_parameters_and_attribute(archive: dict[str, Any]):
    assert archive["attribute"] == archive["restored"]["intensity_scale"] > 0


def test_the_adapter_passes_on_what_it_does_not_have(archive: dict[str, Any]):
    assert archive["adapter"] == ["InferenceModel", "diffraction_to_obj"]


def test_the_checkpoint_has_weights_and_no_parameters(subject_run):
    folder = subject_run.outputs / "checkpoints"
    assert sorted(path.name for path in folder.iterdir()) == ["best-checkpoint.ckpt", "last.ckpt"]
    said = subject_run.python("-c", READ_CHECKPOINT, str(folder / "best-checkpoint.ckpt"))
    checkpoint = json.loads(said.splitlines()[-1])
    wanted = {"state_dict", "optimizer_states", "lr_schedulers", "epoch", "global_step", "callbacks"}
    assert wanted | {"pytorch-lightning_version"} <= set(checkpoint["keys"])
    assert not {"params_snapshot", "custom_objects"} & set(checkpoint["keys"])
    assert "log_scale" in checkpoint["weights"]


def test_saving_is_left_to_the_script(subject: Path):
    sources = sorted(subject.rglob("*.py"))
    callers = [path for path in sources if "model_manager.save(" in path.read_text(encoding="utf-8")]
    assert [path.relative_to(subject).as_posix() for path in callers] == ["scripts/train.py"]


def test_training_says_what_it_did(subject_run):
    lines = dict(line.split(": ", 1) for line in subject_run.printed["train"].splitlines())
    assert lines["patterns"] == "64, groups: 16"
    assert lines["archive"] == "wts.h5.zip"
    assert float(lines["intensity_scale"].split()[0]) > 0


def test_training_twice_prints_the_same(subject_run):
    assert subject_run.printed["train"] == subject_run.printed["train_again"]
    first = (subject_run.outputs / "metrics.json").read_bytes()
    assert (subject_run.folder / "again" / "metrics.json").read_bytes() == first
    first = (subject_run.outputs / "phase.npy").read_bytes()
    assert (subject_run.folder / "again" / "phase.npy").read_bytes() == first


def test_loading_finds_the_scale_of_the_training(subject_run):
    pattern = re.compile(r"^intensity_scale: .*$", re.MULTILINE)
    trained = pattern.search(subject_run.printed["train"])
    loaded = pattern.search(subject_run.printed["load"])
    assert trained is not None
    assert loaded is not None
    assert trained[0] == loaded[0]


def test_results_do_not_name_the_working_folder(subject_run):
    said = "".join(subject_run.printed.values()) + (subject_run.outputs / "logs" / "run.log").read_text()
    assert str(subject_run.folder) not in said
    assert str(subject_run.subject) not in said


def test_nothing_is_written_below_the_subject(subject_run):
    assert subject_run.after == subject_run.before


def test_the_subjects_own_tests_pass(subject_run):
    # A failing test ends pytest with a status that `python` does not accept.
    said = subject_run.python("-m", "pytest", "-q", "-p", "no:cacheprovider", str(subject_run.subject / "tests"))
    assert re.search(r"[1-9]\d* passed", said)


def test_importing_the_tool_brings_no_subject_along():
    check = "import sys, callchain; print([name for name in sys.modules if 'demo' in name or 'ptycho' in name])"
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
