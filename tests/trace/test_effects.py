from __future__ import annotations

from pathlib import Path

from callchain.model.recording import RunRecord
from callchain.trace.artefacts import inspect
from tests.trace.programs import Traced


def told(record: RunRecord) -> set[tuple[str, str, str, int]]:
    return {(effect.kind, effect.action, effect.target, effect.line) for effect in record.effects}


def test_files_with_the_line_that_caused_them(traced: Traced) -> None:
    record = traced(
        {
            "main.py": """\
            import os
            import shutil
            import tempfile
            from pathlib import Path

            def work():
                with open("out.txt", "w") as stream:
                    stream.write("x")
                text = Path("out.txt").read_text()
                os.rename("out.txt", "new.txt")
                with tempfile.TemporaryDirectory() as folder:
                    Path(folder, "inner").mkdir()
                    Path(folder, "inner", "deep.txt").write_text("1")
                shutil.copyfile("new.txt", "copy.txt")
                os.remove("copy.txt")
                for name in ("a", "b"):
                    open("same.txt", "a").close()
                try:
                    open("missing.txt")
                except FileNotFoundError:
                    pass

            work()
            """
        }
    )
    assert told(record) == {
        ("file", "write", "out.txt", 7),
        ("file", "read", "out.txt", 9),
        ("file", "write", "new.txt", 10),
        ("file", "delete", "out.txt", 10),
        ("file", "create", "<tmp>", 11),
        ("file", "create", "<tmp>/inner", 12),
        ("file", "write", "<tmp>/inner/deep.txt", 13),
        ("file", "delete", "<tmp>", 11),
        ("file", "write", "copy.txt", 14),
        ("file", "read", "new.txt", 14),
        ("file", "delete", "copy.txt", 15),
        ("file", "write", "same.txt", 17),
    }
    same = next(effect for effect in record.effects if effect.target == "same.txt")
    assert (same.count, same.symbol, same.event) == (2, "main.py::work", "open")
    assert Path(same.real) == traced.work / "same.txt"


def test_environment_subprocesses_network_and_randomness(traced: Traced) -> None:
    record = traced(
        {
            "main.py": """\
            import os
            import random
            import socket
            import subprocess

            def work():
                os.environ["MODE"] = "fast"
                os.environ["API_TOKEN"] = "abcdefgh"
                random.seed(7)
                subprocess.run(["true", "--password", "hunter2"])
                with socket.socket() as s:
                    try:
                        s.connect(("127.0.0.1", 9))
                    except OSError:
                        pass

            work()
            """
        }
    )
    assert told(record) == {
        ("env", "write", "MODE=fast", 7),
        ("env", "write", "API_TOKEN=<redacted>", 8),
        ("randomness", "seed", "random.seed(7)", 9),
        ("subprocess", "start", "true --password <redacted>", 10),
        ("network", "send", "127.0.0.1:9", 13),
    }


def test_what_outside_code_does_alone_is_not_recorded(traced: Traced) -> None:
    record = traced(
        {
            "runner.py": "import main\n\nopen('alone.txt', 'w').close()\nmain.work()\n",
            "main.py": "def work():\n    helper()\n\ndef helper():\n    open('ours.txt', 'w').close()\n",
        },
        paths=["main.py"],
    )
    assert told(record) == {("file", "write", "ours.txt", 5)}


def test_an_archive_and_what_it_holds(traced: Traced) -> None:
    record = traced(
        {
            "main.py": """\
            import collections
            import io
            import pickle
            import zipfile

            class Model:
                pass

            def save():
                with zipfile.ZipFile("bundle.zip", "w") as archive:
                    params = {"N": 64, "gridsize": 2, "model": Model()}
                    archive.writestr("model/params.pkl", pickle.dumps(params))
                    archive.writestr("notes.txt", "hello")
                with open("state.ckpt", "wb") as stream:
                    pickle.dump({"epoch": 1, "state_dict": collections.OrderedDict(w=1, b=2)}, stream)

            def load():
                with zipfile.ZipFile("bundle.zip") as archive:
                    archive.extractall("there")

            save()
            load()
            """
        }
    )
    assert ("archive", "write", "bundle.zip!model/params.pkl", 12) in told(record)
    assert ("archive", "read", "bundle.zip", 19) in told(record)
    found = {artefact.name: artefact for artefact in inspect(record)}
    bundle = found["bundle.zip"]
    assert [(member.name, member.size > 0, member.keys) for member in bundle.members] == [
        ("model/params.pkl", True, ("N", "gridsize", "model")),
        ("notes.txt", True, ()),
    ]
    assert {(anchor.symbol, anchor.line) for anchor in bundle.writers} >= {
        ("main.py::save", 12),
        ("main.py::save", 13),
    }
    assert {(anchor.symbol, anchor.line) for anchor in bundle.readers} >= {("main.py::load", 18)}
    checkpoint = found["state.ckpt"]
    assert [(member.name, member.keys, member.note) for member in checkpoint.members] == [
        ("epoch", (), "1"),
        ("state_dict", ("w", "b"), "dict of 2"),
    ]


def test_planted_secrets_stand_nowhere_in_the_recording(traced: Traced, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    from tests.trace.programs import tap

    monkeypatch.setenv("DB_PASSWORD", "correct-horse-battery")
    source = """\
import os
from dataclasses import dataclass

@dataclass
class Login:
    user: str
    api_key: str

def work(token):
    password = os.environ["DB_PASSWORD"]
    keys = {"secret": "plain-secret-1", "AKIAABCDEFGHIJKLMNOP": 1, "n": "ghp_abcdefghijklmnopqrstuvwxyz0123456789"}
    login = Login("me", "key-77777777")
    os.environ["SESSION_TOKEN"] = "session-88888888"
    print("password=correct-horse-battery", "Authorization: Bearer abcdef0123456789xyz")
    raise RuntimeError("cannot log in with password=correct-horse-battery")

try:
    work("token-99999999")
except RuntimeError:
    pass
"""
    captures = {name: name for name in ("password", "keys", "login", "token")}
    look = tap("main.py::work", "raise", (9, 9), 9, **captures)
    command = ("python", str(traced.root / "main.py"), "--api-key=arg-66666666")
    record = traced({"main.py": source}, *command, taps=(look,))
    assert len(record.hits["look"]) == 1
    everything = repr(record) + "".join(
        path.read_bytes().decode("utf-8", "replace")
        for path in traced.recording.rglob("*")
        if path.name != "order.json" and path.is_file()
    )
    planted = [
        "correct-horse-battery",
        "plain-secret-1",
        "AKIAABCDEFGHIJKLMNOP",
        "ghp_abcdefghijklmnopqrstuvwxyz0123456789",
        "key-77777777",
        "session-88888888",
        "token-99999999",
        "arg-66666666",
        "abcdef0123456789xyz",
    ]
    assert [secret for secret in planted if secret in everything] == []


def test_the_standard_library_behaves_as_before(traced: Traced) -> None:
    record = traced(
        {
            "main.py": """\
            import inspect
            import pickle
            import random
            import sys
            import zipfile

            assert callable(pickle.loads(pickle.dumps(random.seed)))
            assert inspect.signature(zipfile.ZipFile.write).parameters["filename"]
            assert zipfile.ZipFile.extractall.__doc__
            assert pickle.loads(pickle.dumps(zipfile.ZipFile)) is zipfile.ZipFile
            assert "def write(self, filename" in inspect.getsource(zipfile.ZipFile.write)
            try:
                import no_such_module
            except ImportError as error:
                assert error.__traceback__.tb_next is None, "the import system's frames are hidden"
            print("fine")
            """
        }
    )
    output = (traced.recording / "run.out").read_text(encoding="utf-8")
    assert (record.exit_code, output) == (0, "fine\n")
    assert list(traced.work.iterdir()) == []
