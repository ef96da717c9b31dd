"""The same evidence gives the same bytes, whatever the hash seed, the order of the input or the time."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path

import msgspec

from callchain.evidence.package import load, write
from callchain.model.package import Evidence
from callchain.report.all import render_all
from callchain.source.tree import SourceTree
from tests.evidence import sample

CODE = """
import hashlib, sys
from pathlib import Path
from tests.evidence import sample
from callchain.evidence.package import encode
from callchain.report.all import render_all
from callchain.source.tree import read_tree

evidence = sample.evidence(read_tree(Path(sys.argv[1])))
files = {**render_all(evidence, (sample.run(),)), "evidence.json": encode(evidence)}
for name in sorted(files):
    if not name.startswith("env/"):
        print(name, hashlib.sha256(files[name]).hexdigest())
"""


def test_the_hash_seed_changes_nothing(tree: SourceTree):
    root = Path(__file__).parents[2]
    said = set()
    for seed in ("0", "1", "4711"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(root)}
        command = [sys.executable, "-c", CODE, str(tree.root)]
        said.add(
            subprocess.run(command, capture_output=True, text=True, check=True, env=environment, cwd=root).stdout
        )
    assert len(said) == 1
    assert len(said.pop().splitlines()) == 9


def test_the_order_of_what_was_recorded_changes_nothing(tree: SourceTree, evidence: Evidence):
    record = sample.run()
    for seed in range(5):
        edges, effects = list(record.edges), list(record.effects)
        random.Random(seed).shuffle(edges)  # noqa: S311 - an order that can be had again, no secret
        random.Random(seed).shuffle(effects)  # noqa: S311 - the same
        shuffled = msgspec.structs.replace(record, edges=tuple(edges), effects=tuple(effects))
        assert sample.evidence(tree, record=shuffled) == evidence


def test_pids_and_places_change_nothing(tree: SourceTree, evidence: Evidence):
    record = sample.run()
    process = msgspec.structs.replace(record.processes[0], pid=7, parent=6)
    other = msgspec.structs.replace(record, processes=(process,), cwd="/elsewhere")
    again = sample.evidence(tree, record=other)
    one, two = render_all(evidence), render_all(again)
    assert {name: data for name, data in one.items() if name != "env/trace_env.json"} == {
        name: data for name, data in two.items() if name != "env/trace_env.json"
    }


def test_documents_rendered_from_the_record_read_back_are_the_same(evidence: Evidence, tmp_path: Path):
    files = render_all(evidence)
    again = render_all(load(write(evidence, files, tmp_path / "package")))
    assert {name: data for name, data in again.items() if name != "env/trace_env.json"} == {
        name: data for name, data in files.items() if name != "env/trace_env.json"
    }
