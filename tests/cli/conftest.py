from pathlib import Path

import pytest

CORE = """\
def save(path, text):
    with open(path, 'w') as stream:
        stream.write(text)


def main():
    save('saved.txt', 'x')
"""
TAPS = """\
[[tap]]
key = "a"
purpose = "what is saved"
at = { symbol = "subject/core.py::save", on = "entry" }
capture = { text = "text" }
expect = ["text == 'y'"]
"""


@pytest.fixture
def subject(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that holds `root/` with a small package, a script, and a tap that fails."""
    package = tmp_path / "root" / "subject"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("")
    (package / "core.py").write_text(CORE)
    (tmp_path / "root" / "script.py").write_text("from subject.core import main\nmain()\n")
    (tmp_path / "taps.toml").write_text(TAPS)
    monkeypatch.setenv("CALLCHAIN_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path
