"""A name that the question spells wrongly is taken for the nearest one, and the answer says so."""

from pathlib import Path

import pytest

from tests.chain.asking import ask

CODE = """
import json

TOKEN_LIMIT = 3

class ModelManager:
    def save_bundle(self, path):
        with open(path, "w") as file:
            json.dump(collect(), file)

def collect():
    intensity_scale = {"gain_factor": 1}
    return intensity_scale

def train(path):
    ModelManager().save_bundle(path)
"""


@pytest.fixture
def code(tmp_path: Path) -> Path:
    (tmp_path / "keeper.py").write_text(CODE)
    return tmp_path


@pytest.mark.parametrize(
    ("spelled", "meant"),
    [
        ("`ModelManger.save_bundle`", "keeper.py::ModelManager.save_bundle"),
        ("save_bundel", "keeper.py::ModelManager.save_bundle"),
        ("`modelmanager`", "keeper.py::ModelManager"),
        ("`colect`", "keeper.py::collect"),
    ],
)
def test_the_nearest_name_is_taken_and_said(code: Path, spelled: str, meant: str) -> None:
    asked = ask(code, f"What does {spelled} write?")
    (said,) = [item for item in asked.chain.assumptions if "nowhere in the code" in item.text]
    qualname = meant.partition("::")[2]
    assert said.text == f"{spelled.strip('`')} of the question is nowhere in the code; it was taken for {qualname}"
    line = asked.graph.definitions[meant].line
    assert said.anchor == f"keeper.py:{line}"
    assert asked.ranking[0].symbol.startswith(meant)
    assert f"spelled {spelled.strip('`')}" in asked.ranking[0].why


@pytest.mark.parametrize(
    "spelled",
    [
        "`collect`",
        "`intensity_scale`",
        "`gain_factor`",
        "`json.dump`",
        "`token_limit`",
        "ModelMangler",
        "`something_else_entirely`",
    ],
)
def test_what_is_spelled_right_or_like_nothing_is_left_alone(code: Path, spelled: str) -> None:
    asked = ask(code, f"What does {spelled} write?")
    assert not [item for item in asked.chain.assumptions if "nowhere in the code" in item.text]
