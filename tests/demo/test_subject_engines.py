"""The subject's own taps under each engine that this interpreter has: the same hits with the same values."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from callchain.model.recording import RunRecord
from callchain.source.tree import read_tree
from callchain.taps.locate import locate_all
from callchain.taps.tapfile import load
from callchain.trace.launch import RunRequest, run

pytestmark = pytest.mark.demo

ENGINES = (*(("monitoring",) if hasattr(sys, "monitoring") else ()), "rewrite", "hunter", "settrace")

# All three scripts in one process, so that TensorFlow and torch are imported once an engine.
SCRIPTS = """
import sys
sys.path.insert(0, sys.argv[1])
import train, load, train_torch
train.main(["--N", "32", "--n_groups", "8"])
load.main([])
train_torch.main(["--disable_mlflow"])
"""


@pytest.fixture(scope="module")
def records(subject: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, RunRecord]:
    """Train, load and train the other side, once an engine."""
    tree = read_tree(subject)
    taps = tuple(locate_all(load(subject / "taps.toml"), tree))
    found: dict[str, RunRecord] = {}
    for engine in ENGINES:
        folder = tmp_path_factory.mktemp(engine)
        found[engine] = run(
            RunRequest(
                name="all",
                command=(sys.executable, "-c", SCRIPTS, str(subject / "scripts")),
                cwd=folder,
                root=subject,
                paths=frozenset(file.path for file in tree.files),
                recording=folder / "recording",
                taps=taps,
                time_budget_s=280.0,
                engine=engine,
            )
        )
    return found


def test_each_engine_runs_the_scripts_to_their_end(records: dict[str, RunRecord]) -> None:
    for engine, record in records.items():
        assert (record.engine.split()[0], record.exit_code, record.ended) == (engine, 0, "exit")


def test_every_tap_is_hit(records: dict[str, RunRecord]) -> None:
    assert {key: len(hits) for key, hits in records["rewrite"].hits.items()} == {
        "tap_config_snapshot_save": 2,
        "tap_extracted_files": 1,
        "tap_manifest_structure": 1,
        "tap_model_files_created": 2,
        "tap_model_reconstruction_inputs": 1,
        "tap_params_before_restore": 1,
        "tap_pytorch_checkpoint_keys": 1,
        "tap_pytorch_validation_loss": 1,
    }


def test_the_engines_record_the_same_values(records: dict[str, RunRecord]) -> None:
    first = records["rewrite"]
    for engine, record in records.items():
        assert record.hits == first.hits, engine
        assert (record.hits_total, record.dropped) == (first.hits_total, first.dropped), engine


def test_the_engines_record_the_same_calls(records: dict[str, RunRecord]) -> None:
    first = records["rewrite"]
    for engine, record in records.items():
        assert record.edges == first.edges, engine
        assert record.lines == first.lines, engine
