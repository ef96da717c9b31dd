"""The recorded runs made again: a sound record is borne out, an edited one and a changed program are not."""

import json
import re
import shutil

import pytest
import typer
from typer.testing import CliRunner

from callchain.ask.rerun import rerun
from callchain.cli.review_command import review
from callchain.model.errors import CallchainError
from callchain.review.package_proof import Package


def verdicts(package, root):
    return [(c.claim.verdict, c.claim.text, c.claim.found) for c in rerun(package, root, lambda _: None)]


def test_the_runs_of_a_sound_package_say_the_same_again(made):
    all_told = verdicts(Package(made.folder, "p"), made.root)
    assert len(all_told) == 1, all_told
    (told,) = all_told
    assert told[0] == "true"
    assert told[1].startswith("run run: python scripts/fill.py")
    assert told[1].endswith(told[2])


def test_an_edited_value_and_an_edited_count_are_refuted_by_the_program_itself(made, tmp_path):
    folder = shutil.copytree(made.folder, tmp_path / "package")
    file = folder / "evidence.json"
    record = file.read_text(encoding="utf-8")
    edited = re.sub(r'("value": )7\.5', r"\g<1>9.5", record, count=1)
    edited = re.sub(r'("callee": "depot/packer.py::Packer.pack_one",\s+"count": )3', r"\g<1>4", edited)
    assert len({record, edited}) == 2
    file.write_text(edited, encoding="utf-8")
    found = [(text, now) for verdict, text, now in verdicts(Package(folder, "p"), made.root) if verdict == "false"]
    assert any("tap_crates" in text and "9.5" in text and "7.5" in now for text, now in found)
    assert any("Packer.pack_one: \u00d74" in text and now == "\u00d73" for text, now in found)


def test_a_changed_program_is_told_by_the_command_and_by_the_gate(made, tmp_path):
    root = shutil.copytree(made.root, tmp_path / "subject")
    file = root / "depot/workflow.py"
    file.write_text(file.read_text().replace("SCALE = 2.5", "SCALE = 3.5"))
    folder = shutil.copytree(made.folder, tmp_path / "package")
    app = typer.Typer()
    app.command()(review)
    run = CliRunner().invoke(app, [str(folder), "--root", str(root), "--rerun", "--json"], standalone_mode=False)
    assert run.return_value == 4, run.exception
    texts = [c["text"] for c in json.loads(run.stdout)["claims"] if c["why"].startswith("the runs made again")]
    assert any("tap_crates" in text for text in texts)
    gate = CliRunner().invoke(app, [str(folder), "--root", str(root), "--rerun", "--gate"], standalone_mode=False)
    assert gate.return_value == 4
    assert "FAIL  runs repeated" in gate.stdout


def test_a_package_without_runs_has_nothing_to_run_again(made, tmp_path):
    folder = shutil.copytree(made.folder, tmp_path / "package")
    record = json.loads((folder / "evidence.json").read_text(encoding="utf-8"))
    (folder / "evidence.json").write_text(json.dumps(record | {"runs": []}), encoding="utf-8")
    with pytest.raises(CallchainError, match="nothing was run"):
        rerun(Package(folder, "p"), made.root, lambda _: None)
