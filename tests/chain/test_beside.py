"""What lies beside a chain: the other side's own readers, programs of their own, buffers, notebooks."""

import json
from pathlib import Path

import pytest

from tests.chain.asking import Asked, ask

KEEPER = """import io
import pickle
import zipfile

from left import settings
from left.settings import NOTES

HEAD = "head.json"
TWICE = "a.json"
TWICE = "b.json"


def save_bundle(model, folder):
    settings.cfg["epochs"] = 2
    with zipfile.ZipFile(folder, "w") as archive:
        archive.writestr(HEAD, "1")
        archive.writestr(NOTES, "2")
        archive.writestr(TWICE, "3")
    buffer = io.BytesIO()
    buffer.write(b"head")
    with open(folder + "/manifest.dill", "wb") as out:
        pickle.dump([model, settings.cfg["epochs"], settings.cfg.copy()], out)


def load_bundle(folder, handler):
    with open(folder + "/manifest.dill", "rb") as file:
        found = pickle.load(file)
    handler.take(found)
    return found
"""
OTHER = """import pickle


def save_other(model, folder):
    text = pickle.dumps(model)
    with open(folder + "/other.ckpt", "wb") as out:
        out.write(text)
    restore(model, text, {})


def restore(model, text, weights):
    model.load_state_dict(weights)
    return pickle.loads(text)


def load_other(folder):
    with open(folder + "/manifest.dill", "rb") as file:
        return pickle.load(file)
"""
SCRIPT = """from left import keeper, settings

settings.cfg["epochs"] = {n}
keeper.load_bundle("out", None)
"""
FILES = {
    "left/__init__.py": "",
    "left/settings.py": 'NOTES = "notes.txt"\ncfg = {"epochs": 1}\n',
    "left/keeper.py": KEEPER,
    "right/__init__.py": "",
    "right/other.py": OTHER,
    "scripts/first.py": SCRIPT.format(n=5),
    "scripts/second.py": SCRIPT.format(n=6),
    "docs/spec.md": "A keeper MUST fill `settings.cfg` first.\n\nUnrelated: `settings.cfg` has defaults.\n",
}
NOTEBOOK = {
    "cells": [{"cell_type": "code", "source": ["from left import keeper\n", "keeper.load_bundle('a', None)"]}],
    "nbformat": 4,
    "nbformat_minor": 5,
    "metadata": {},
}


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Asked:
    root: Path = tmp_path_factory.mktemp("beside")
    for path, text in FILES.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    (root / "a_notebook.ipynb").write_text(json.dumps(NOTEBOOK))
    question = "How does `save_bundle` write and `load_bundle` read `manifest.dill`? Contrast with `save_other`."
    return ask(root, question, ("left", "right"), contrast="right.other.save_other")


def test_a_reader_beside_the_contrast_is_told(asked: Asked) -> None:
    assert asked.chain.contrast is not None
    gaps = {row.aspect: row.gap for row in asked.chain.contrast.rows}
    assert gaps["pickle read"].endswith("; there is one beside it, in load_other `right/other.py:18`")
    hook = next(hook for hook in asked.chain.contrast.hooks if hook.name == "pickle reader")
    assert hook.why.endswith("contrast has none; there is one beside it, in load_other `right/other.py:18`")


def test_what_stays_in_memory_is_no_artefact(asked: Asked) -> None:
    assert asked.chain.contrast is not None
    assert not [effect for effect in asked.chain.effects if effect.callee.startswith("io.BytesIO")]
    written = next(row for row in asked.chain.contrast.rows if row.aspect == "pickle written")
    assert written.b == "none"
    stages = {stage.symbol: stage.stage for flow in asked.chain.flows for stage in flow.chain}
    assert stages["right/other.py::restore"] == "core"


def test_scripts_are_programs_of_their_own(asked: Asked) -> None:
    key = next(key for key in asked.chain.state if key.key == "epochs")
    assert [access.path for access in key.accesses][-2:] == ["scripts/first.py", "scripts/second.py"]
    assert key.hazard == ""


def test_no_command_gives_a_notebook_to_the_interpreter(asked: Asked) -> None:
    commands = {spot.command for spot in asked.chain.blind_spots if spot.path.startswith("left/")}
    assert commands == {"callchain trace --namespace left --namespace right -- python scripts/first.py"}


def test_clauses_name_configuration_and_mere_mentions_of_it_are_left_out(asked: Asked) -> None:
    assert [(found.kind, found.line) for found in asked.chain.documents] == [("clause", 1)]


def test_names_of_files_that_a_module_keeps_are_read(asked: Asked) -> None:
    names = {artefact.name for artefact in asked.chain.artefacts}
    assert {"head.json", "notes.txt", "manifest.dill"} <= names
    assert not {"a.json", "b.json"} & names
