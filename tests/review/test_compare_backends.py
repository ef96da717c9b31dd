"""The same small model with the same weights in Keras and in torch: the first tap that diverges is named."""

import os
import subprocess
import sys

import pytest
from typer import Typer
from typer.testing import CliRunner

from callchain.cli.diff_command import diff
from callchain.evidence.package import load
from callchain.review.compare import compare
from callchain.review.difference import as_markdown
from callchain.review.tolerance import Tolerance

WEIGHTS = '''
import numpy as np


def weights():
    """The same for both sides: two dense layers (3 to 4 and 4 to 2)."""
    generator = np.random.default_rng(7)
    shapes = {"dense": (3, 4), "head": (4, 2)}
    return {name: generator.normal(size=shape).astype("float32") for name, shape in shapes.items()}


def batch():
    return np.random.default_rng(8).normal(size=(5, 3)).astype("float32")
'''
KERAS = """
import keras
from weights import batch, weights

EPSILON = 1e-3


def dense(x, w):
    layer = keras.layers.Dense(4, use_bias=False, activation="relu")
    layer.build(x.shape)
    layer.set_weights([w["dense"]])
    return layer(x).numpy()


def norm(h):
    layer = keras.layers.LayerNormalization(epsilon=EPSILON)
    return layer(h).numpy()


def head(n, w):
    layer = keras.layers.Dense(2, use_bias=False)
    layer.build(n.shape)
    layer.set_weights([w["head"]])
    return layer(n).numpy()


def forward(x, w):
    return head(norm(dense(x, w)), w)


if __name__ == "__main__":
    forward(batch(), weights())
"""
TORCH = """
import torch
from weights import batch, weights

EPSILON = {epsilon}


def linear(x, w):
    layer = torch.nn.Linear(3, 4, bias=False)
    layer.weight.data = torch.from_numpy(w["dense"].T.copy())
    return torch.relu(layer(torch.from_numpy(x))).detach().numpy()


def layer_norm(h):
    layer = torch.nn.LayerNorm(4, eps=EPSILON)
    return layer(torch.from_numpy(h)).detach().numpy()


def out(n, w):
    layer = torch.nn.Linear(4, 2, bias=False)
    layer.weight.data = torch.from_numpy(w["head"].T.copy())
    return layer(torch.from_numpy(n)).detach().numpy()


def predict(x, w):
    return out(layer_norm(linear(x, w)), w)


if __name__ == "__main__":
    predict(batch(), weights())
"""
TAP = """
[[tap]]
key = "{key}"
purpose = "what {name} gives"
at = {{ symbol = "{file}::{name}", on = "return" }}
capture = {{ values = "result" }}
"""
NAMES = {"keras_side.py": ("dense", "norm", "head"), "torch_side.py": ("linear", "layer_norm", "out")}
MAPPING = {f"k_{one}": f"t_{other}" for one, other in zip(*NAMES.values(), strict=True)}


def package(place, file, text):
    root = place / "subject"
    root.mkdir(parents=True)
    (root / "weights.py").write_text(WEIGHTS)
    (root / file).write_text(text)
    keys = [(f"{file[0]}_{name}", name) for name in NAMES[file]]
    (root / "taps.toml").write_text("".join(TAP.format(key=key, name=name, file=file) for key, name in keys))
    entry = "forward" if file.startswith("keras") else "predict"
    command = [sys.executable, "-m", "callchain", "run", "-q", f"How does `{entry}` work?", "--root", str(root)]
    command += ["--taps", str(root / "taps.toml"), "--workdir", str(root), "--out", str(place / "package")]
    environment = os.environ | {"CALLCHAIN_CACHE_DIR": str(place / "cache")}
    done = subprocess.run(
        [*command, "--", sys.executable, file], capture_output=True, text=True, env=environment, check=False
    )
    assert done.returncode == 0, done.stderr
    return place / "package"


@pytest.fixture(scope="module")
def keras(tmp_path_factory):
    return package(tmp_path_factory.mktemp("keras"), "keras_side.py", KERAS)


@pytest.fixture(scope="module")
def torch(tmp_path_factory):
    return package(tmp_path_factory.mktemp("torch"), "torch_side.py", TORCH.format(epsilon="1e-5"))


@pytest.mark.demo
def test_the_first_tap_beyond_the_tolerance_is_named(keras, torch):
    one, other = load(keras), load(torch)
    assert [tap.hits for package in (one, other) for tap in package.taps] == [1] * 6
    found = compare(one, other, tolerance=Tolerance(absolute=1e-5, relative=1e-5), mapping=MAPPING)
    assert found.first is not None
    assert found.first.what.startswith("k_norm hit 1: values.")
    assert (found.first.a_anchor, found.first.b_anchor) == (
        f"keras_side.py:{line_of(KERAS, 'def norm')}",
        f"torch_side.py:{line_of(TORCH, 'def layer_norm')}",
    )
    diverging = {each.what.partition(" ")[0] for each in found.differences if each.aspect == "tap"}
    assert diverging == {"k_norm", "k_head"}
    assert "## First divergence\n\n**tap** k\\_norm" in as_markdown(found)


@pytest.mark.demo
def test_within_a_wide_tolerance_no_tap_diverges(keras, torch):
    found = compare(load(keras), load(torch), tolerance=Tolerance(absolute=0.1), mapping=MAPPING)
    assert found.first_tap is None
    assert [each.what for each in found.differences if each.aspect == "tap"] == []


@pytest.mark.demo
def test_the_command_takes_the_mapping_from_a_file(keras, torch, tmp_path):
    (tmp_path / "map.toml").write_text("".join(f'{a} = "{b}"\n' for a, b in MAPPING.items()))
    app = Typer()
    app.command()(diff)
    words = [str(keras), str(torch), "--atol", "1e-5", "--tap-map", str(tmp_path / "map.toml")]
    run = CliRunner().invoke(app, words, standalone_mode=False)
    assert run.return_value == 1
    assert "**tap** k\\_norm hit 1" in run.stdout


def line_of(text, code):
    return next(number for number, line in enumerate(text.split("\n"), 1) if line.startswith(code))
