"""Questions that ask for writing and for reading at once, and name no function."""

from pathlib import Path

import pytest

from callchain.model.symbol import split
from tests.chain.asking import Asked, ask

SETTINGS = """\
cfg = {"weights_name": "model.wts", "steps": 3}


def get(key):
    return cfg[key]
"""
KEEPER = '''\
"""Keeps models."""
import pickle
import zipfile


def write_all(models, base):
    """Put each model into the archive."""
    with zipfile.ZipFile(base + ".zip", "w") as archive:
        for name, model in models.items():
            archive.writestr(name, pickle.dumps(model))


def load_all(base):
    """Take each model from the archive."""
    with zipfile.ZipFile(base + ".zip", "r") as archive:
        return {name: pickle.loads(archive.read(name)) for name in archive.namelist()}
'''
NOTES = """\
import pickle


def noted(function):
    def wrapper(*args):
        note(function.__name__)
        return function(*args)

    return wrapper


def note(record):
    with open("calls", "wb") as file:
        pickle.dump(record, file)
"""
WORKFLOW = '''\
"""The workflow: train, keep the bundle, open it again."""
from . import keeper, settings
from .notes import noted


@noted
def run_workflow(data):
    """Run the whole workflow."""
    return {"model": sum(data) * settings.cfg["steps"]}


def finish(models, folder):
    keeper.write_all(models, folder + "/" + settings.cfg["weights_name"])


def open_bundle(folder):
    """The models of a bundle, from model.wts.zip."""
    return keeper.load_all(folder + "/model.wts")


def check_folder(folder):
    """Whether the workflow left a bundle."""
    if not folder.endswith("model.wts.zip"):
        raise ValueError("no model.wts.zip")
'''


@pytest.fixture
def asked(tmp_path: Path) -> Asked:
    package = tmp_path / "kept"
    package.mkdir()
    for name, text in (
        ("__init__", ""),
        ("settings", SETTINGS),
        ("keeper", KEEPER),
        ("notes", NOTES),
        ("workflow", WORKFLOW),
    ):
        (package / f"{name}.py").write_text(text)
    return ask(tmp_path, "How does the workflow produce and consume model.wts.zip bundles?", ("kept",))


def _trunk(asked: Asked, name: str) -> list[str]:
    flow = next(flow for flow in asked.chain.flows if flow.name == name)
    return [split(stage.symbol)[1] for stage in flow.chain]


def test_each_direction_runs_from_who_names_the_file_to_the_archive(asked: Asked):
    produce, consume = _trunk(asked, "produce"), _trunk(asked, "consume")
    assert produce[:2] == ["finish", "write_all"]
    assert consume[:2] == ["open_bundle", "load_all"]
    assert not {"load_all", "open_bundle"}.intersection(produce)
    assert not {"write_all", "finish"}.intersection(consume)


def test_who_reads_the_setting_that_names_the_file_is_told(asked: Asked):
    found = next(item for item in asked.ranking if item.symbol.endswith("::finish"))
    assert "reads weights_name, which names model.wts.zip" in found.why
