"""The shipped subject against a copy with three changes: these three are named, and where it diverges first."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import callchain
from callchain.cli.demo_command import QUESTION
from callchain.evidence.package import load
from callchain.review.compare import compare

SUBJECT = Path(callchain.__file__).parent / "demo"
CHANGES = {
    "ptycho/model_manager.py": [
        ('FORMAT_VERSION = "1.0"', 'FORMAT_VERSION = "1.1"'),
        (
            """        model.save(os.path.join(model_dir, "model.keras"))

        with open(os.path.join(model_dir, "custom_objects.dill"), "wb") as f:
            dill.dump(custom_objects, f)
""",
            """        with open(os.path.join(model_dir, "custom_objects.dill"), "wb") as f:
            dill.dump(custom_objects, f)

        model.save(os.path.join(model_dir, "model.keras"))
""",
        ),
    ],
    "ptycho/workflows/components.py": [("    probe.set_probe_guess(train_container.probe)\n", "")],
}


def package(place, changes):
    root = Path(shutil.copytree(SUBJECT, place / "demo", ignore=shutil.ignore_patterns("__pycache__")))
    for path, edits in changes.items():
        text = (root / path).read_text(encoding="utf-8")
        for before, after in edits:
            assert text.count(before) == 1, before
            text = text.replace(before, after)
        (root / path).write_text(text, encoding="utf-8")
    (place / "work").mkdir()
    command = [sys.executable, "-m", "callchain", "run", "-q", QUESTION, "--root", str(root)]
    command += ["--namespace", "ptycho", "--taps", str(root / "taps.toml"), "--workdir", str(place / "work")]
    command += ["--run", f"save={sys.executable} {root / 'scripts' / 'train.py'}", "--out", str(place / "package")]
    environment = os.environ | {"CALLCHAIN_CACHE_DIR": str(place / "cache")}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 0, done.stderr
    return load(place / "package")


@pytest.mark.demo
def test_a_constant_a_call_and_an_order_are_exactly_what_is_named(tmp_path_factory):
    first = package(tmp_path_factory.mktemp("first"), {})
    second = package(tmp_path_factory.mktemp("second"), CHANGES)
    found = compare(first, second)
    source = [(each.aspect, each.what) for each in found.differences if each.level == "source"]
    assert source == [
        ("edge", "train_cdi_model \u2192 set_probe_guess"),
        ("order", "effects of ModelManager.save_model"),
        ("constant", "FORMAT_VERSION in ptycho/model_manager.py"),
    ], [each for each in found.differences if each.level == "source"]
    assert found.first is not None
    # The module is executed before any of its functions: its constant is what differs first.
    place = "ptycho/model_manager.py:24"
    assert (found.first.what, found.first.a_anchor) == ("FORMAT_VERSION in ptycho/model_manager.py", place)
