"""Rule files: every one can be read, and what they say becomes edges."""

from __future__ import annotations

import pytest

from callchain.callgraph import sources
from callchain.callgraph.rule_files import load_rules

PROGRAMS = {
    "keras layer": (
        """
        import tensorflow as tf
        class Scale(tf.keras.layers.Layer):
            def build(self, shape): pass
            def call(self, x): return x
        def use(x):
            layer = Scale()
            return layer(x)
        """,
        {("use", "Scale.build"), ("use", "Scale.call")},
    ),
    "torch module": (
        """
        import torch.nn as nn
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.inner = Inner()
            def forward(self, x): return self.inner(x)
        class Inner(nn.Module):
            def forward(self, x): return x
        """,
        {("Net.forward", "Inner.forward"), ("Net.__init__", "Inner.forward")}
        - {("Net.__init__", "Inner.forward")},
    ),
    "lightning fit": (
        """
        import lightning as L
        class Model(L.LightningModule):
            def training_step(self, batch): return self.loss(batch)
            def configure_optimizers(self): pass
            def loss(self, batch): pass
        def train():
            trainer = L.Trainer(max_epochs=1)
            trainer.fit(Model())
        """,
        {
            ("train", "Model.training_step"),
            ("train", "Model.configure_optimizers"),
            ("Model.training_step", "Model.loss"),
        },
    ),
    "threads and executors": (
        """
        import threading
        from concurrent.futures import ThreadPoolExecutor
        def work(n): pass
        def start():
            threading.Thread(target=work, args=(1,)).start()
        def pool():
            with ThreadPoolExecutor() as executor:
                executor.submit(work, 1)
                list(executor.map(work, [1]))
        """,
        {("start", "work"), ("pool", "work")},
    ),
    "exit and signals": (
        """
        import atexit, signal
        def bye(): pass
        def stop(number, frame): pass
        atexit.register(bye)
        signal.signal(signal.SIGTERM, stop)
        """,
        {("<module>", "bye"), ("<module>", "stop")},
    ),
    "unknown decorator hands on": (
        """
        from flask import Flask
        app = Flask(__name__)
        @app.route("/")
        def index(): return page()
        def page(): pass
        def test(): return index()
        """,
        {("index", "page"), ("test", "index")},
    ),
    "dataset and loader": (
        """
        from torch.utils.data import Dataset, DataLoader
        class Data(Dataset):
            def __len__(self): return 1
            def __getitem__(self, index): return index
        def load(): return DataLoader(Data(), batch_size=1)
        """,
        {("load", "Data.__len__"), ("load", "Data.__getitem__")},
    ),
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_rule_gives_its_edges(name, graph_of):
    text, expected = PROGRAMS[name]
    graph = graph_of({"program.py": text})
    found = {(e.caller.partition("::")[2], e.callee.partition("::")[2]) for e in graph.edges}
    assert expected <= found


def test_all_rule_files_are_read():
    rules = load_rules()
    assert {"builtins.sorted", "threading.Thread", "torch.utils.data.DataLoader"} <= rules.calls.keys()
    assert rules.objects["torch.nn.Module"] == ("forward",)


@pytest.mark.parametrize("text", ["0[", "0 1", "", "(0)", "0(1"])
def test_what_is_no_source_is_refused(text):
    with pytest.raises((ValueError, IndexError)):
        sources.parse(text)
