"""One traced demo for all tests that read its package: TensorFlow and Lightning really run, once."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import callchain
from callchain.evidence.package import load
from callchain.model.package import Evidence

SUBJECT = Path(callchain.__file__).parent / "demo"


@dataclass(frozen=True)
class Package:
    folder: Path
    evidence: Evidence
    status: int
    said: str

    def text(self, name: str) -> str:
        return (self.folder / name).read_text(encoding="utf-8")


def snapshot(root: Path) -> dict[str, tuple[int, int]]:
    return {
        str(file.relative_to(root)): (file.stat().st_size, file.stat().st_mtime_ns)
        for file in sorted(root.rglob("*"))
        if "__pycache__" not in file.parts
    }


def make(folder: Path, *extra: str) -> Package:
    command = [sys.executable, "-m", "callchain", "demo", "--out", str(folder), *extra]
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder.parent, check=False)
    return Package(folder, load(folder), done.returncode, done.stderr)


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Package]:
    before = snapshot(SUBJECT)
    yield make(tmp_path_factory.mktemp("demo") / "package")
    assert snapshot(SUBJECT) == before, "the run wrote into the code under study"


@pytest.fixture(scope="session")
def second(demo: Package, tmp_path_factory: pytest.TempPathFactory) -> Package:
    """The same command again, after the first."""
    return make(tmp_path_factory.mktemp("again") / "package")
