"""Citations of lines in the documents of an answer: those that do not hold are said to be outdated."""

import os
import subprocess
import sys
from pathlib import Path

from callchain.evidence.package import load

ROOT = Path(__file__).parents[2]
CODE = """import json


def collect():
    return 1


def save_rows(path):
    json.dump(collect(), open(path, "w"))
"""
DOC = """# Saving

The rows are written by `save_rows` (`keeper.py:8`).

`save_rows` (`keeper.py:4`) wrote them long ago.
"""


def test_a_stale_line_of_a_document_is_said(tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    (root / "keeper.py").write_text(CODE)
    (root / "README.md").write_text(DOC)
    command = [
        sys.executable,
        "-m",
        "callchain",
        "run",
        "--static-only",
        "--question",
        "How does `save_rows` write?",
    ]
    variables = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [*command, "--out", str(tmp_path / "package")],
        cwd=root,
        env=variables,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    passages = {item.line: item for item in load(tmp_path / "package").documents}
    assert passages[3].outdated == ()
    assert passages[5].outdated == ("keeper.py:4 is moved: keeper.py:8",)
    printed = (tmp_path / "package" / "callchain" / "static.md").read_text()
    assert "**outdated**: " in printed
    assert "(line 4)" in printed
