"""Taps with `compiled = true`: each step of compiled code is told, and the program computes what it did."""

from __future__ import annotations

import sys
from typing import Any

import msgspec
import pytest

from callchain.model.recording import RunRecord
from callchain.model.tap import LocatedTap
from tests.trace.programs import Traced, tap

pytestmark = pytest.mark.demo


def steps_of(key: str, located: LocatedTap) -> LocatedTap:
    return msgspec.structs.replace(located, spec=msgspec.structs.replace(located.spec, key=key, compiled=True))


def run_in(traced: Traced, text: str, *taps: LocatedTap, engine: str = "auto") -> RunRecord:
    options: dict[str, Any] = {"taps": taps, "time_budget_s": 400.0, "engine": engine}
    record = traced({"main.py": text}, sys.executable, str(traced.root / "main.py"), **options)
    output = (traced.recording / "run.out").read_text(encoding="utf-8")
    assert record.exit_code == 0, output
    assert "same weights" in output
    assert not record.dropped
    return record


def means(record: RunRecord, key: str, name: str) -> list[Any]:
    return [(hit.values[name].array or {}).get("mean") for hit in record.hits[key]]


TENSORFLOW = """\
import numpy as np
import tensorflow as tf

class Scale(tf.keras.layers.Layer):
    def call(self, x):
        y = x * 2.0
        return y

def error(true, found):
    squares = tf.square(true - found)
    return tf.reduce_mean(squares, axis=-1)

class Stepped(tf.keras.Model):
    def __init__(self, scale):
        super().__init__()
        self.inner = [scale, tf.keras.layers.Dropout(0.2, seed=3), tf.keras.layers.Dense(1)]

    def call(self, x, training=False):
        noise = tf.random.normal([1], stddev=0.01)
        scale, dropout, dense = self.inner
        return dense(dropout(scale(x), training=training)) + noise

    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            loss = self.compute_loss(y=y, y_pred=self(x, training=True))
        weights = self.trainable_variables
        self.optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights))
        return {"loss": loss}

class PlainScale(tf.keras.layers.Layer):
    def call(self, x):
        y = x * 2.0
        return y

class Plain(Stepped):
    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            loss = self.compute_loss(y=y, y_pred=self(x, training=True))
        weights = self.trainable_variables
        self.optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights))
        return {"loss": loss}

def plain_error(true, found):
    squares = tf.square(true - found)
    return tf.reduce_mean(squares, axis=-1)

def trained(model, loss):
    tf.keras.utils.set_random_seed(7)
    scale = Scale() if model is Stepped else PlainScale()
    made = model(scale)
    made.compile(loss=loss, optimizer="adam", jit_compile=False)
    data = np.arange(64, dtype="float32").reshape(32, 2) / 64
    made.fit(data, data[:, :1], epochs=3, batch_size=4, shuffle=False, verbose=0)
    return np.concatenate([weight.ravel() for weight in made.get_weights()])

def step(x):
    z = x + 1.0
    return z

twice = tf.function(step)
for n in range(5):
    twice(tf.constant([float(n)]))

def fused(x):
    return x + 1.0

held = []

def hold(x):
    held.append(x)
    return x

def peek(x):
    old = held[0]
    return x

@tf.function
def loop(x):
    for _ in tf.range(3):
        x = grown(x)
    if tf.reduce_sum(x) > 2.0:
        x = grown(x)
    return x

def grown(x):
    return x + 1.0

loop(tf.constant([1.0]))
tf.function(hold)(tf.constant([1.0]))
tf.function(peek)(tf.constant([1.0]))
tf.function(fused, jit_compile=True)(tf.constant([1.0]))
if trained(Stepped, error).tobytes() == trained(Plain, plain_error).tobytes():
    print("same weights")
"""


def test_graphs_of_tensorflow_tell_every_step(traced: Traced) -> None:
    record = run_in(
        traced,
        TENSORFLOW,
        steps_of("layer", tap("main.py::Scale.call", "after", (6, 6), 5, x="x", y="y")),
        steps_of("loss", tap("main.py::error", "return", (9, 9), 9, result="result")),
        steps_of(
            "train", tap("main.py::Stepped.train_step", "return", (23, 23), 23, data="data", result="result")
        ),
        steps_of("step", tap("main.py::step", "return", (58, 58), 58, x="x", result="result")),
        steps_of("grown", tap("main.py::grown", "entry", (87, 87), 87, x="x")),
        steps_of("peek", tap("main.py::peek", "return", (75, 75), 75, old="old")),
        steps_of("fused", tap("main.py::fused", "entry", (66, 66), 66, x="x")),
    )
    assert means(record, "step", "x") == [0.0, 1.0, 2.0, 3.0, 4.0]
    assert means(record, "step", "result") == [1.0, 2.0, 3.0, 4.0, 5.0]
    # 3 epochs of 8 batches: every batch lies higher than the one before, each epoch is the same.
    batches = means(record, "layer", "x")
    assert batches == [(8 * at + 3.5) / 64 for at in range(8)] * 3
    assert means(record, "layer", "y") == [2 * mean for mean in batches]
    assert record.hits_total == {
        "layer": 24,
        "loss": 24,
        "train": 24,
        "step": 5,
        "grown": 4,
        "fused": 1,
        "peek": 1,
    }
    assert len(set(means(record, "loss", "result"))) == 24
    first = record.hits["train"][0].values
    assert first["data"].items is not None
    assert [(inner.array or {}).get("shape") for inner in first["data"].items] == [[4, 2], [4, 1]]
    assert means(record, "grown", "x") == [1.0, 2.0, 3.0, 4.0], "three rounds of the loop, and the branch"
    assert list(record.tap_notes) == ["fused", "peek"], "XLA, and a tensor of another graph, cannot be told"
    assert "`jit_compile=False`" in record.tap_notes["fused"]


TORCH = """\
import lightning
import torch

def inner(x):
    y = x * 2
    return y

def outer(x):
    return inner(x + 1) - 1

def whole(x):
    return x + 3

class Model(lightning.LightningModule):
    def __init__(self):
        super().__init__()
        self.dense = torch.nn.Linear(2, 1)

    def forward(self, x):
        return self.dense(x)

    def training_step(self, batch, at):
        x, = batch
        loss = (self(x) - x[:, :1]).square().mean()
        return loss

    def configure_optimizers(self):
        return torch.optim.SGD(self.parameters(), lr=0.1)

class Plain(Model):
    def forward(self, x):
        return self.dense(x)

    def training_step(self, batch, at):
        x, = batch
        loss = (self(x) - x[:, :1]).square().mean()
        return loss

def trained(made, compiled):
    torch.manual_seed(7)
    model = made()
    if compiled:
        model.compile(backend="eager")
    data = torch.utils.data.TensorDataset(torch.arange(64.0).reshape(32, 2) / 64)
    trainer = lightning.Trainer(
        max_epochs=3, accelerator="cpu", devices=1, logger=False, enable_checkpointing=False,
        enable_progress_bar=False, enable_model_summary=False,
    )
    trainer.fit(model, torch.utils.data.DataLoader(data, batch_size=4))
    return torch.cat([weight.detach().ravel() for weight in model.parameters()]).numpy().tobytes()

for function in (torch.compile(outer, backend="eager"), torch.compile(inner, backend="eager")):
    for n in range(5):
        function(torch.full([2], float(n)))
torch.compile(whole, backend="eager", fullgraph=True)(torch.ones(2))
if trained(Model, False) == trained(Plain, False) and trained(Model, True) == trained(Plain, True):
    print("same weights")
"""


def test_torch_leaves_tapped_functions_to_python(traced: Traced) -> None:
    record = run_in(
        traced,
        TORCH,
        steps_of("inner", tap("main.py::inner", "after", (5, 5), 4, x="x", y="y")),
        steps_of("whole", tap("main.py::whole", "return", (11, 11), 11, x="x")),
        steps_of(
            "train", tap("main.py::Model.training_step", "return", (22, 22), 22, at="at", x="x", result="result")
        ),
        steps_of("forward", tap("main.py::Model.forward", "return", (19, 19), 19, x="x")),
    )
    # The compiled caller hands on x + 1; then the function was compiled itself.
    assert means(record, "inner", "x") == [1.0, 2.0, 3.0, 4.0, 5.0, 0.0, 1.0, 2.0, 3.0, 4.0]
    assert means(record, "inner", "y") == [2 * mean for mean in means(record, "inner", "x")]
    # 3 epochs of 8 batches, once plain and once compiled.
    assert [hit.values["at"].value for hit in record.hits["train"]] == list(range(8)) * 6
    assert (
        means(record, "train", "x")
        == means(record, "forward", "x")
        == [(8 * at + 3.5) / 64 for at in range(8)] * 6
    )
    assert None not in means(record, "train", "result")
    assert list(record.tap_notes) == ["whole"], "fullgraph=True is the program's own demand"
    assert record.tap_notes["whole"].startswith("not reached (compiled): torch.compile")


BOTH = """\
import tensorflow as tf
import torch

def step(x):
    z = x + 1.0
    return z

def inner(x):
    y = x * 2
    return y

def outer(x):
    return inner(x + 1) - 1

graph, compiled = tf.function(step), torch.compile(outer, backend="eager")
for n in range(4):
    same = float(graph(tf.constant([float(n)]))[0]) == n + 1.0
    same = same and compiled(torch.full([2], float(n))).tolist() == [2.0 * n + 1.0] * 2
print("same weights" if same else "others")
"""


def test_under_hunter_each_step_is_told_too(traced: Traced) -> None:
    record = run_in(
        traced,
        BOTH,
        steps_of("step", tap("main.py::step", "return", (4, 4), 4, x="x", result="result")),
        steps_of("inner", tap("main.py::inner", "after", (9, 9), 8, x="x", y="y")),
        engine="hunter",
    )
    assert record.engine.split()[0] == "hunter"
    assert means(record, "step", "x") == [0.0, 1.0, 2.0, 3.0]
    assert means(record, "step", "result") == means(record, "inner", "x") == [1.0, 2.0, 3.0, 4.0]
    assert means(record, "inner", "y") == [2.0, 4.0, 6.0, 8.0]
    assert not record.tap_notes
