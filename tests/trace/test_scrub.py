# ruff: noqa: S108 # names in a temporary folder are what is scrubbed
from __future__ import annotations

from pathlib import Path

import pytest

from callchain.trace.scrub import Scrubber


@pytest.fixture
def scrubber() -> Scrubber:
    return Scrubber(Path("/src/project"), Path("/srv/here"))


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("/src/project/pkg/a.py", "pkg/a.py"),
        ("/src/project", "."),
        ("/src/project-two/a.py", "/src/project-two/a.py"),
        ("see /srv/here/out/x.h5 and /srv/here", "see <cwd>/out/x.h5 and <cwd>"),
        ("/tmp/tmpabc123xy/autoencoder", "<tmp>/autoencoder"),
        ("/tmp/tmpabc123xy", "<tmp>"),
        ("/tmp/tmpabc123xy.h5", "<tmp>/*.h5"),
        ("/tmp/notes.txt", "<tmp>/notes.txt"),
        ("/tmp", "<tmp>"),
        ("/tmp/pytest-of-me/pytest-12/test_x0/out", "<tmp>/out"),
        ("/tmp/pytest-of-me/pytest-12/popen-gw1/test_x0/out", "<tmp>/out"),
        ("<Model object at 0x7f21aa0c3d10>", "<Model object>"),
        ("offset 0x10", "offset 0x10"),
        ("mlruns/445410904671429613/20804b808472405397016ab6ef9a61cc/meta.yaml", "mlruns/<id>/<id>/meta.yaml"),
        ("3f2504e0-4f89-41d3-9a0c-0305e82c3301", "<id>"),
        ("commit da39a3ee5e6b4b0d3255bfef95601890afd80709", "commit da39a3ee5e6b4b0d3255bfef95601890afd80709"),
        ("plain text", "plain text"),
    ],
)
def test_names_that_differ_between_runs(scrubber: Scrubber, given: str, shown: str) -> None:
    assert scrubber.text(given) == shown


def test_a_working_folder_below_the_root_and_a_root_below_the_working_folder() -> None:
    below = Scrubber(Path("/src/project"), Path("/src/project/runs"))
    assert below.text("/src/project/runs/a.txt") == "runs/a.txt"
    above = Scrubber(Path("/src/project"), Path("/src"))
    assert above.text("/src/project/a.py /src/b.txt") == "a.py <cwd>/b.txt"


def test_a_root_in_the_temporary_folder(tmp_path: Path) -> None:
    scrubber = Scrubber(tmp_path / "subject", tmp_path / "there")
    assert scrubber.text(f"{tmp_path}/subject/a.py {tmp_path}/there/b.txt") == "a.py <cwd>/b.txt"


def test_trees_keep_their_digests(scrubber: Scrubber) -> None:
    tree = {"value": "/tmp/tmpabc123xy/a", "array": {"digest": "1234567890123456"}, "items": ["/src/project/b"]}
    assert scrubber.tree(tree) == {"value": "<tmp>/a", "array": {"digest": "1234567890123456"}, "items": ["b"]}
