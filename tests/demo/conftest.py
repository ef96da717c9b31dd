"""The shipped subject, run for real once in a private folder; TensorFlow is imported in child processes only."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import callchain

SUBJECT = Path(callchain.__file__).parent / "demo"
RUNS = (
    ("train", ("train.py",)),
    ("load", ("load.py",)),
    ("train_torch", ("train_torch.py", "--disable_mlflow")),
    ("train_again", ("train.py", "--output_dir", "again")),
)


@dataclass(frozen=True)
class SubjectRun:
    """What the scripts printed, by name, the folder they ran in, and the subject's tree before and after."""

    subject: Path
    folder: Path
    printed: dict[str, str]
    before: dict[str, str]
    after: dict[str, str]

    @property
    def outputs(self) -> Path:
        """The folder of results."""
        return self.folder / "outputs"

    def python(self, *words: str) -> str:
        """What a further Python command prints in that folder."""
        return run_in(self.folder, *words)


def run_in(folder: Path, *words: str) -> str:
    """What a Python command prints in a folder; a failure shows its error output."""
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, *words], cwd=folder, env=environment, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def tree_of(folder: Path) -> dict[str, str]:
    """Relative path → digest of every file below a folder."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.fixture(scope="session")
def subject() -> Path:
    """The root of the shipped subject."""
    return SUBJECT


@pytest.fixture(scope="session")
def subject_run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SubjectRun]:
    """Train, load, train the other side, and train a second time."""
    folder = tmp_path_factory.mktemp("subject")
    before = tree_of(SUBJECT)
    printed = {name: run_in(folder, str(SUBJECT / "scripts" / words[0]), *words[1:]) for name, words in RUNS}
    yield SubjectRun(SUBJECT, folder, printed, before, tree_of(SUBJECT))
