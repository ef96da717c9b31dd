"""The test that `--roi auto` runs: it reaches the sink, costs least, and the package says why."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from callchain.evidence.package import load

ROOT = Path(__file__).parents[2]
SUBJECT = """
import json

def save_report(rows, path):
    with open(path, "w") as file:
        json.dump(prepare(rows), file)

def prepare(rows):
    return [clean(row) for row in rows]

def clean(row):
    return row.strip()

def everything(path):
    rows = [load(), more()]
    save_report(rows, path)

def load():
    return more()

def more():
    return "a "
"""
TESTS = """
import pytest
from shop import report

def test_everything(tmp_path):
    report.everything(tmp_path / "a.json")

def test_saving(tmp_path):
    report.save_report(["a "], tmp_path / "a.json")
    assert (tmp_path / "a.json").read_text() == '["a"]'

@pytest.mark.slow
def test_marked(tmp_path):
    report.save_report([], tmp_path / "a.json")

def test_cleaning():
    assert report.clean(" a") == "a"
"""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    root = tmp_path / "root"
    for name, text in {"shop/__init__.py": "", "shop/report.py": SUBJECT, "tests/test_report.py": TESTS}.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


def asked(
    root: Path, *words: str, question: str = "How is a report prepared and saved as json?"
) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "callchain", "run", "--question", question, "--namespace", "shop", *words]
    places = os.pathsep.join((str(ROOT), str(root)))
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    variables = {**os.environ, "PYTHONPATH": places, "PATH": path}
    return subprocess.run(command, cwd=root, env=variables, capture_output=True, text=True, check=False)


def test_the_cheapest_test_that_reaches_the_sink_is_run(shop: Path, tmp_path: Path) -> None:
    before = {path for path in shop.rglob("*") if "__pycache__" not in path.parts}
    done = asked(shop, "--roi", "auto", "--out", str(tmp_path / "package"))
    assert done.returncode == 0, done.stderr
    evidence = load(tmp_path / "package")
    (run,) = evidence.runs
    assert run.name == "roi"
    assert run.command[-1] == "tests/test_report.py::test_saving"
    assert evidence.question.roi_hint == (
        "auto: tests/test_report.py::test_saving:8 reaches shop/report.py::save_report and can call 3 functions, "
        "the fewest of 2 tests that do"
    )
    verdicts = {(edge.caller, edge.callee): edge.verdict for flow in evidence.flows for edge in flow.edges}
    assert verdicts["shop/report.py::save_report", "shop/report.py::prepare"] == "confirmed"
    assert {path for path in shop.rglob("*") if "__pycache__" not in path.parts} == before


def test_where_no_test_reaches_it_one_line_says_so(shop: Path, tmp_path: Path) -> None:
    (shop / "tests" / "test_report.py").write_text("def test_nothing():\n    pass\n")
    done = asked(shop, "--roi", "auto", "--out", str(tmp_path / "package"))
    assert done.returncode == 2
    (line,) = done.stderr.strip().splitlines()[-1:]
    assert "no test is seen to reach shop/report.py::save_report" in done.stderr, line


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--roi", "all"], "--roi 'all' is not known"),
        (["--roi", "auto", "--static-only"], "--roi auto chooses the run itself"),
        (["--roi", "auto", "--", "python", "a.py"], "--roi auto chooses the run itself"),
    ],
)
def test_what_does_not_fit_is_refused(shop: Path, words: list[str], said: str) -> None:
    done = asked(shop, *words)
    assert done.returncode == 2
    assert said in done.stderr
    assert not (shop / "reports").exists()
