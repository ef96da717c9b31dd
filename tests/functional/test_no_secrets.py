"""Secrets planted in every place a tracer can look at stand in no file of a package."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

PLANTED = {
    "env": "correct-horse-battery-1",
    "local": "tr0ub4dor&3-local",
    "dict_key": "ghp_16C7e42F292c6912E7710c838347Ae178B4a",
    "dict_value": "swordfish-in-a-dict",
    "field": "swordfish-in-a-field",
    "message": "swordfish-in-a-message",
    "url": "swordfish-in-a-url",
    "log": "sw0rdfish-in-a-log",
    "random": "q7Zk2PmX9bVw4RtY8nLs1Hd6",
    "pattern": "ACME-20240042",
    "own_name": "swordfish-of-a-license",
    "argument": "swordfish-of-an-argument",
    "watched": "swordfish-in-watched-state",
    "thread": "sk-live-51H8abcdefghijklmnopq",
}
PROGRAM = """\
import json
import logging
import os
import subprocess
import sys
import threading
from dataclasses import dataclass

cfg = {"mode": "fast", "auth_token": None}


@dataclass
class Login:
    user: str
    api_key: str


def save(password, keys, login, license_text, note):
    cfg["auth_token"] = note["watched"]
    cfg["note"] = password
    os.environ["SESSION_TOKEN"] = note["watched"]
    with open("out.txt", "w") as stream:
        stream.write("done")
    logging.warning("logged in with token %s", note["log"])
    print("opening", f"https://me:{note['url']}@host/db", "as", note["random"], "for", note["pattern"])
    subprocess.run([sys.executable, "-c", "pass", "--token", note["argument"]])
    raise RuntimeError(f"refused: password={note['message']} from {password}")


def main():
    planted = json.load(open(os.environ["PLANTED"]))
    worker = threading.Thread(name=planted["thread"], target=print)
    worker.start()
    worker.join()
    keys = {planted["dict_key"]: 1, "secret": planted["dict_value"], "token": planted["random"]}
    login = Login("me", planted["field"])
    try:
        save(planted["local"], keys, login, planted["own_name"], planted)
    except RuntimeError as error:
        print("failed:", type(error))


if __name__ == "__main__":
    api_key = "swordfish-in-the-source"
    main()
"""
TAPS = """\
[[tap]]
key = "login"
purpose = "what is saved"
at = { symbol = "app.py::save", on = "entry" }
[tap.capture]
password = "password"
keys = "keys"
login = "login"
license_text = "license_text"
everything = "cfg"

[[tap]]
key = "later"
purpose = "the same text under another name"
at = { symbol = "app.py::save", on = "raise" }
capture = { other = "password", error = "error" }
"""
SETTINGS = '[tool.callchain.redact]\nnames = ["license_*"]\npatterns = ["ACME-[0-9]+"]\n'


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("secrets")
    root = folder / "root"
    root.mkdir()
    (root / "app.py").write_text(PROGRAM)
    (root / "pyproject.toml").write_text(SETTINGS)
    (folder / "taps.toml").write_text(TAPS)
    (folder / "planted.json").write_text(json.dumps(PLANTED))
    out = folder / "package"
    words = [
        "-q",
        "How does save keep the login?",
        "--root",
        root,
        "--taps",
        folder / "taps.toml",
        "--out",
        out,
        "--workdir",
        folder,
    ]
    command = [sys.executable, root / "app.py", f"--password={PLANTED['argument']}"]
    done = subprocess.run(
        [sys.executable, "-m", "callchain", "run", *map(str, words), "--", *map(str, command)],
        capture_output=True,
        text=True,
        env={**os.environ, "DB_PASSWORD": PLANTED["env"], "PLANTED": str(folder / "planted.json")},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return out


def test_no_file_holds_a_planted_secret(package: Path) -> None:
    files = {path: path.read_bytes() for path in package.rglob("*") if path.is_file()}
    assert len(files) > 12
    planted = [*PLANTED.values(), "swordfish-in-the-source"]
    found = [
        (path.relative_to(package), secret)
        for path, data in files.items()
        for secret in planted
        if secret.encode() in data
    ]
    assert found == []


def test_the_rest_is_there(package: Path) -> None:
    evidence = json.loads((package / "evidence.json").read_text())
    values, later = (tap["snapshots"][0]["values"] for tap in evidence["taps"])
    assert values["password"] == {"type": "str", "omitted": "redacted"}
    assert dict(values["login"]["fields"])["user"]["value"] == "me"
    assert later["other"]["value"] == "<redacted>"
    assert evidence["runs"][0]["exceptions"] == [
        "app.py::save:27 RuntimeError: refused: password=<redacted> from <redacted>"
    ]
    output = (package / "trace/recording/run.out").read_text()
    assert "opening https://<redacted>@host/db as <redacted> for <redacted>" in output
