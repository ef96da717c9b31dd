"""A small traced program with a package of its own, and the code base read once."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from callchain.callgraph.build import build
from callchain.facts.store import read_facts
from callchain.review.prove_edge import Calls
from callchain.review.subject import make_subject
from callchain.source.tree import read_tree
from tests.review.program import QUESTION, write_program


@dataclass(frozen=True)
class Made:
    root: Path
    folder: Path


def read_calls(root: Path) -> Calls:
    tree = read_tree(root)
    return Calls(make_subject(tree, build(tree, read_facts(tree, cache=False, jobs=1), cache=False)))


def git(root: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=t", "-c", "user.email=t@t", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *identity, *arguments], cwd=root, check=True, capture_output=True)


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    place = tmp_path_factory.mktemp("review")
    root = write_program(place / "subject")
    command = [
        sys.executable,
        "-m",
        "callchain",
        "run",
        "-q",
        QUESTION,
        "--root",
        str(root),
        "--namespace",
        "depot",
    ]
    command += ["--taps", str(root / "taps.toml"), "--workdir", str(root), "--out", str(place / "package")]
    done = subprocess.run(
        [*command, "--", sys.executable, "scripts/fill.py", str(place / "out")],
        capture_output=True,
        text=True,
        cwd=place,
        env=os.environ | {"CALLCHAIN_CACHE_DIR": str(place / "cache")},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return Made(root, place / "package")


@pytest.fixture(scope="session")
def calls(made: Made) -> Calls:
    return read_calls(made.root)
