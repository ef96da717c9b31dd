"""The GitHub Action and the pre-commit hooks: what their steps run, run here."""

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.review.program import write_program
from tests.review.test_prose import FILL

TOP = Path(__file__).parents[2]
ACTION = yaml.safe_load((TOP / "action.yml").read_text(encoding="utf-8"))
HOOKS = yaml.safe_load((TOP / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))


@pytest.fixture
def job(tmp_path):
    """A checkout with a `callchain` on the path, as a runner has it after the install step."""
    root = write_program(tmp_path / "checkout")
    programs = tmp_path / "bin"
    programs.mkdir()
    callchain = programs / "callchain"
    callchain.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m callchain "$@"\n')
    callchain.chmod(0o755)
    environment = os.environ | {
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(TOP),
        "CALLCHAIN_CACHE_DIR": str(tmp_path / "cache"),
        "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md"),
        "GITHUB_OUTPUT": str(tmp_path / "output"),
        "GITHUB_ACTOR": "someone",
    }
    return root, tmp_path, environment


def step(job, **inputs):
    """Run the review step's script with inputs, the others at their defaults."""
    root, place, environment = job
    (review,) = [each for each in ACTION["runs"]["steps"] if each.get("id") == "review"]
    given = {name: str(each["default"]) for name, each in ACTION["inputs"].items()} | inputs
    variables = {}
    for name, value in review["env"].items():
        key = value.removeprefix("${{ inputs.").removesuffix(" }}")
        variables[name] = given[key]
    done = subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", review["run"]],
        cwd=root,
        env=environment | variables,
        capture_output=True,
        text=True,
        check=False,
    )
    read = {
        name: (place / name).read_text() if (place / name).exists() else "" for name in ("summary.md", "output")
    }
    return done, read["summary.md"], read["output"]


def test_a_false_claim_is_annotated_summed_up_and_fails_the_job(job, made):
    root, _, _ = job
    note = f"`fill_depot` depot/workflow.py:{FILL}\n\nsee `a|b` depot/nothing.py:3 $(touch hacked)\n"
    (root / "note.md").write_text(note)
    (root / "hostile name.md").write_text("nothing\n")
    done, summary, output = step(job, gate=str(made.folder))
    assert done.returncode == 0, done.stderr
    assert "::error file=note.md,line=3,title=false anchor::depot/nothing.py:3" in done.stdout
    assert output == "status=4\n"
    assert "2 claims: 1 true, 1 false" in summary
    assert "| `note.md:3` | `false` | `depot/nothing.py:3` |" in summary
    assert "### Gate: " in summary and "FAIL  commit reachable and clean" in summary
    assert json.loads((root / "callchain.sarif").read_text())["runs"][0]["results"][0]["ruleId"] == "false"
    assert not (root / "hacked").exists()
    last = ACTION["runs"]["steps"][-1]
    assert (last["run"], "outputs.status == '4'" in last["if"]) == ("exit 4", True)


def test_true_claims_pass_and_a_bad_input_stops_the_job(job):
    (job[0] / "note.md").write_text(f"`fill_depot` depot/workflow.py:{FILL}\n")
    done, summary, output = step(job, paths="note.md docs", sarif="")
    assert (done.returncode, output) == (0, "status=0\n"), done.stderr
    assert "1 claim: 1 true" in summary
    assert not (job[0] / "callchain.sarif").exists()
    done, _, _ = step(job, paths="nothing-here; touch hacked")
    assert done.returncode == 2
    assert "no such file or folder" in done.stderr


def test_no_input_is_written_into_a_script():
    for each in ACTION["runs"]["steps"]:
        assert "${{" not in each.get("run", "")


def test_the_hooks_run_as_they_are_defined(job):
    root, _, environment = job
    (root / "note.md").write_text("see depot/nothing.py:3\n")
    by_id = {hook["id"]: hook for hook in HOOKS}
    for name, file, status in (("callchain-review", "note.md", 4), ("callchain-taps", "taps.toml", 0)):
        command = [*shlex.split(by_id[name]["entry"]), *by_id[name].get("args", []), file]
        done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == status, done.stderr
