"""Recordings that were cut or overwritten are read as far as they are whole, and say what is not."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest

from callchain.trace.definitions import DefinitionLines
from callchain.trace.export import perfetto, speedscope
from callchain.trace.export.recordings import Run
from callchain.trace.merge import Merged, merge
from callchain.trace.scrub import Scrubber
from callchain.trace.segments import DAMAGED, read_all
from tests.trace.programs import Traced, tap, watch

PROGRAM = """\
cfg = {}

def f(n):
    cfg["n"] = n
    if n % 3 == 0:
        raise ValueError(n)
    open("out.txt", "a").close()

for n in range(20):
    try:
        f(n)
    except ValueError:
        pass
"""


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    traced = Traced(tmp_path_factory.mktemp("damage"))
    look = tap("main.py::f", "entry", (3, 3), 3, n="n")
    assert traced({"main.py": PROGRAM}, taps=(look,), watch=(watch("__main__", "cfg"),)).exit_code == 0
    return traced.recording / "run"


def merged(folder: Path) -> Merged:
    segments = read_all(folder)
    runs = (Run("run", tuple(segments)),)
    assert perfetto.render(runs) and speedscope.render(runs)
    return merge(segments, "run", (), Scrubber(folder, folder), DefinitionLines(folder))


def damaged(whole: Path, folder: Path, suffix: str, seed: int) -> None:
    """One of the two files of the process cut at a random place, or with random bytes in it."""
    shutil.copytree(whole, folder)
    chance = random.Random(seed)  # noqa: S311 # damage that is the same every time
    (file,) = folder.glob(f"seg-*{suffix}")
    data = bytearray(file.read_bytes())
    if seed % 2:
        del data[chance.randrange(len(data)) :]
    else:
        for _ in range(chance.randrange(1, 20)):
            data[chance.randrange(len(data))] = chance.randrange(256)
    file.write_bytes(bytes(data))


@pytest.mark.parametrize("suffix", [".jsonl", ".cells"])
def test_no_damage_stops_the_reader(whole: Path, tmp_path: Path, suffix: str) -> None:
    complete = merged(whole)
    assert complete.dropped == {}
    seen = set()
    for seed in range(60):
        folder = tmp_path / str(seed)
        damaged(whole, folder, suffix, seed)
        found = merged(folder)
        assert len(found.processes) <= 1
        assert set(found.lines.get("main.py", ())) <= set(complete.lines["main.py"]) or suffix == ".jsonl"
        seen.update(found.dropped)
    assert (DAMAGED in seen) == (suffix == ".jsonl")


def test_every_prefix_is_readable_and_nothing_is_made_up(whole: Path, tmp_path: Path) -> None:
    complete = merged(whole)
    (file,) = whole.glob("seg-*.jsonl")
    data = file.read_bytes()
    for cut in range(0, len(data), max(len(data) // 80, 1)):
        folder = tmp_path / str(cut)
        shutil.copytree(whole, folder)
        (folder / file.name).write_bytes(data[:cut])
        found = merged(folder)
        assert set(found.effects) <= set(complete.effects)
        assert set(found.mutations) <= set(complete.mutations) or len(found.mutations) <= len(complete.mutations)
        assert DAMAGED not in found.dropped, "one cut line is what a killed process leaves"
