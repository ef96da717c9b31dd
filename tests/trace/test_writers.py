"""What is written in C, seeded, configured or looked up, each with the line of the namespace that caused it."""

from __future__ import annotations

import sys

import pytest

from callchain.trace.artefacts import inspect
from tests.trace.programs import Traced
from tests.trace.test_effects import told


def test_pickles_arrays_and_archives_of_many_kinds(traced: Traced) -> None:
    record = traced(
        {
            "main.py": """\
            import io
            import pickle
            import sqlite3
            import tarfile
            from pickle import dump

            import dill
            import numpy as np

            def save():
                with open("a.pkl", "wb") as stream:
                    dump({"k": 1}, stream)
                with open("b.dill", "wb") as stream:
                    dill.dump({"f": len}, stream)
                pickle.dump(1, io.BytesIO())
                np.save("c.npy", np.zeros((2, 3), dtype="float32"))
                np.savez("d.npz", x=np.arange(4))
                with tarfile.open("e.tar.gz", "w:gz") as archive:
                    archive.add("c.npy")
                connection = sqlite3.connect("f.db")
                connection.execute("create table runs (id)")
                connection.close()

            def load():
                with open("a.pkl", "rb") as stream:
                    assert pickle.load(stream) == {"k": 1}

            save()
            load()
            """
        },
        *(sys.executable, str(traced.root / "main.py")),
    )
    assert record.exit_code == 0
    assert told(record) >= {
        ("pickle", "write", "a.pkl", 12),
        ("pickle", "write", "b.dill", 14),
        ("file", "write", "c.npy", 16),
        ("archive", "write", "d.npz", 17),
        ("file", "write", "e.tar.gz", 18),
        ("file", "write", "f.db", 20),
        ("pickle", "read", "a.pkl", 26),
    }
    assert not [target for kind, _, target, line in told(record) if kind == "pickle" and line == 15]
    found = {artefact.name: artefact for artefact in inspect(record)}
    assert found["c.npy"].note.endswith("array of shape (2, 3), <f4")
    assert [(m.name, m.note) for m in found["d.npz"].members] == [("x.npy", "array of shape (4,), <i8")]
    assert [m.name for m in found["e.tar.gz"].members] == ["c.npy"]
    assert [m.name for m in found["f.db"].members] == ["runs"]


def test_seeds_logging_and_the_environment(traced: Traced) -> None:
    record = traced(
        {
            "main.py": """\
            import logging
            import logging.config
            import os
            import random
            import subprocess

            import numpy as np

            def prepare():
                logging.basicConfig(level=logging.DEBUG, filename="run.log")
                logging.config.dictConfig({"version": 1, "disable_existing_loggers": False})
                random.seed(1)
                np.random.seed(2)
                np.random.default_rng(3)
                np.random.default_rng()
                os.getenv("HOME_MADE", "x")
                "HOME_MADE" in os.environ
                mode = os.environ["MODE"] if "MODE" in os.environ else None
                everything = {**os.environ, "A": "b"}
                copied = os.environ.copy()
                listed = sorted(os.environ.items())
                os.environ["MODE"] = "fast"
                del os.environ["MODE"]
                os.makedirs("inner")
                os.chdir("inner")
                open("here.txt", "w").close()
                os.remove("here.txt")
                subprocess.run(["true"], env={"A": os.environ.get("PATH")})

            prepare()
            """
        },
        *(sys.executable, str(traced.root / "main.py")),
    )
    assert record.exit_code == 0, (traced.recording / "run.out").read_text()
    assert told(record) == {
        ("logging", "create", f"logging.basicConfig(level={10}, filename='run.log')", 10),
        ("file", "write", "run.log", 10),
        ("logging", "create", "logging.config.dictConfig(version=1, disable_existing_loggers=False)", 11),
        ("randomness", "seed", "random.seed(1)", 12),
        ("randomness", "seed", "numpy.random.seed(2)", 13),
        ("randomness", "create", "numpy.random.default_rng(3)", 14),
        ("env", "read", "HOME_MADE", 16),
        ("env", "read", "HOME_MADE", 17),
        ("env", "read", "MODE", 18),
        ("env", "write", "MODE=fast", 22),
        ("env", "delete", "MODE", 23),
        ("file", "create", "inner", 24),
        ("env", "write", "inner", 25),
        ("file", "write", "here.txt", 26),
        ("file", "delete", "here.txt", 27),
        ("env", "read", "PATH", 28),
        ("subprocess", "start", "true", 28),
    }
    here = next(effect for effect in record.effects if effect.target == "here.txt")
    assert here.real == str(traced.work / "inner" / "here.txt"), "where it lay when it was opened"


@pytest.mark.demo
def test_frameworks_that_write_in_c(traced: Traced) -> None:
    record = traced(
        {
            "main.py": """\
            import h5py
            import torch
            import tensorflow as tf

            def save():
                with h5py.File("a.h5", "w") as file:
                    file["x"] = [1, 2]
                torch.save({"epoch": 1}, "b.pt")
                with open("c.pt", "wb") as stream:
                    torch.save({"epoch": 2}, stream)
                tf.io.write_file("d.bin", b"123")
                tf.train.Checkpoint(v=tf.Variable(1.0)).write("e")
                torch.manual_seed(1)
                tf.random.set_seed(2)
                tf.keras.utils.set_random_seed(3)

            save()
            """
        },
        *(sys.executable, str(traced.root / "main.py")),
        time_budget_s=180.0,
    )
    assert record.exit_code == 0, (traced.recording / "run.out").read_text()[-2000:]
    assert told(record) >= {
        ("hdf5", "write", "a.h5", 6),
        ("checkpoint", "write", "b.pt", 8),
        ("checkpoint", "write", "c.pt", 10),
        ("file", "write", "d.bin", 11),
        ("checkpoint", "write", "e", 12),
        ("randomness", "seed", "torch.manual_seed(1)", 13),
        ("randomness", "seed", "tf.random.set_seed(2)", 14),
    }
    assert any(line == 15 and kind == "randomness" for kind, _, _, line in told(record))
