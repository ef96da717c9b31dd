"""The gate: a sound package passes, an edited one fails and says where, and the decision goes void."""

import json
import os
import shutil
import subprocess
import sys

import pytest

from callchain.evidence.package import begin, load, write
from callchain.model.errors import CallchainError
from callchain.review.decision import decide, earlier_decision, write_decision
from callchain.review.gate import gate
from callchain.review.package_proof import Package
from tests.review.conftest import git, read_calls
from tests.review.program import QUESTION, write_program

SOUND = """
[[tap]]
key = "tap_count"
purpose = "all crates are counted"
at = { symbol = "depot/packer.py::Packer.pack_all", on = "return" }
capture = { count = "result" }
units = "crates"
expect = ["count == 3", "count > 5"]
"""


@pytest.fixture(scope="module")
def committed(tmp_path_factory):
    place = tmp_path_factory.mktemp("gate")
    root = write_program(place / "subject")
    (root / "taps.toml").write_text(SOUND)
    (root / ".gitignore").write_text("__pycache__/\n")
    git(root, "init", "-q", "-b", "main")
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "first")
    folder = place / "reports" / "INIT-1" / "run-1"
    command = [sys.executable, "-B", "-m", "callchain", "run", "-q", QUESTION, "--root", str(root)]
    command += ["--namespace", "depot", "--taps", str(root / "taps.toml"), "--workdir", str(root)]
    subprocess.run(
        [*command, "--out", str(folder), "--", sys.executable, "-B", "scripts/fill.py", str(place / "out")],
        check=True,
        capture_output=True,
        cwd=place,
        env=os.environ | {"CALLCHAIN_CACHE_DIR": str(place / "cache")},
    )
    return root, folder


@pytest.fixture
def package(committed, tmp_path):
    return Package(shutil.copytree(committed[1], tmp_path / "INIT-1" / "run-1"), "p")


@pytest.fixture(scope="module")
def calls(committed):
    return read_calls(committed[0])


def failed(checks):
    return {check.name: check.reasons for check in checks if not check.passed}


def test_a_sound_package_is_accepted_though_an_expectation_failed(package, calls, tmp_path):
    plan = tmp_path / "plan.md"
    plan.write_text("- evidence: reports/INIT-1/run-1\n")
    checks = gate(package, calls, [plan])
    assert failed(checks) == {}
    decision = decide(package, checks, who="sup", when="2026-01-01T00:00:00Z", commit=calls.subject.history.head)
    assert decision.decision == "accept"
    file = write_decision(package, decision)
    assert json.loads(file.read_text())["who"] == "sup"
    assert earlier_decision(package)[1] == ()


def test_one_edited_character_is_rejected_and_named(package, calls):
    file = package.folder / "summary.md"
    text = file.read_text(encoding="utf-8")
    row = next(number for number, line in enumerate(text.splitlines(), 1) if "Packer.pack_all`" in line)
    lines = text.split("\n")
    lines[row - 1] = lines[row - 1].replace("pack_all`", "pack_alk`", 1)
    file.write_text("\n".join(lines), encoding="utf-8")
    reasons = failed(gate(package, calls))["claims proved"]
    assert any(reason.startswith(f"p/summary.md:{row}: false") for reason in reasons)


def test_a_decision_is_void_once_the_record_changes(package, calls):
    write_decision(package, decide(package, gate(package, calls), who="", when="", commit=""))
    for name in ("evidence.json", "summary.md"):
        file = package.folder / name
        sound = file.read_bytes()
        file.write_bytes(sound + b"\n")
        found, changed = earlier_decision(package)
        assert (found is not None, changed) == (True, (name,))
        file.write_bytes(sound)
    (package.folder / "added.md").write_text("x")
    (package.folder / "index.html").unlink()
    assert earlier_decision(package)[1] == ("added.md", "index.html")


def test_a_reviewed_folder_is_still_a_package(package, calls):
    evidence = load(package.folder)
    write_decision(package, decide(package, gate(package, calls), who="", when="", commit=""))
    with pytest.raises(CallchainError, match="already holds a complete package"):
        begin(package.folder)
    write(evidence, {}, package.folder, replace=True)
    assert earlier_decision(package)[0] is None


def test_what_lacks_is_named(package, calls, tmp_path):
    plan = tmp_path / "plan.md"
    plan.write_text("nothing\n")
    assert set(failed(gate(package, calls, [plan, tmp_path / "none.md"]))) == {
        f"referenced from {plan}",
        f"referenced from {tmp_path / 'none.md'}",
    }
    (package.folder / "PARTIAL").write_text("x")
    assert set(failed(gate(package, calls))) == {"complete"}


def test_a_package_without_git_or_of_another_history_is_rejected(made, package, calls, tmp_path):
    assert "commit reachable and clean" in failed(gate(Package(made.folder, "p"), read_calls(made.root)))
    other = write_program(tmp_path / "other")
    git(other, "init", "-q")
    git(other, "add", "-A")
    git(other, "commit", "-q", "-m", "elsewhere")
    assert "commit reachable and clean" in failed(gate(package, read_calls(other)))
