import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

CORE = """\
import threading


def save(path, text):
    with open(path, 'w') as stream:
        stream.write(text)


def main(path, text='x'):
    save(path, text)


def aside(path):
    thread = threading.Thread(target=main, args=(path,), name='aside')
    thread.start()
    thread.join()


def fail():
    raise ValueError('no')
"""
TAPS = """\
[[tap]]
key = "what"
purpose = "what is saved & <where>"
at = { symbol = "librarian/core.py::save", on = "entry" }
capture = { text = "text" }
expect = ["text == 'x'"]
"""


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A code base whose package `librarian` can be imported here."""
    monkeypatch.setenv("CALLCHAIN_CACHE_DIR", str(tmp_path / "cache"))
    folder = tmp_path / "root"
    (folder / "librarian").mkdir(parents=True)
    (folder / "librarian" / "__init__.py").write_text("")
    (folder / "librarian" / "core.py").write_text(CORE)
    (folder / "go.py").write_text("from librarian.core import main\nmain('saved.txt')\n")
    (tmp_path / "taps.toml").write_text(TAPS)
    monkeypatch.syspath_prepend(folder)
    monkeypatch.chdir(tmp_path)
    yield folder
    for name in [name for name in sys.modules if name.partition(".")[0] == "librarian"]:
        del sys.modules[name]
