"""Bad input gets one clear line and the right exit code, through the real command."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

SOURCE = "def save(path):\n    open(path, 'w').write('x')\n\n\ndef main():\n    save('out.txt')\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    package = tmp_path / "root" / "subject"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("")
    (package / "core.py").write_text(SOURCE)
    return package.parent


def call(*words: object, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "callchain", *map(str, words)],
        capture_output=True,
        text=True,
        cwd=cwd,
        env={**os.environ, "CALLCHAIN_CACHE_DIR": str(cwd / "cache"), **environment},
        check=False,
    )


def refused(done: subprocess.CompletedProcess[str], said: str, status: int = 2) -> None:
    assert done.returncode == status, done.stderr
    assert "Traceback" not in done.stderr
    line = done.stderr.strip().splitlines()[-1]
    assert line.startswith("callchain: ")
    assert said in line, line
    assert done.stdout == ""


def run(root: Path, *words: object, **environment: str) -> subprocess.CompletedProcess[str]:
    return call("run", "--question", "How is it saved?", "--root", root, *words, cwd=root.parent, **environment)


def test_no_such_root(root: Path) -> None:
    refused(run(root / "nowhere"), "nowhere")


def test_no_python_files(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    refused(call("graph", tmp_path / "empty", cwd=tmp_path), "no Python files")


def test_a_namespace_that_matches_nothing_names_near_ones(root: Path) -> None:
    refused(run(root, "--namespace", "subjet"), "subject")


def test_an_output_that_cannot_be_written(root: Path) -> None:
    (root.parent / "file").write_text("")
    refused(run(root, "--out", root.parent / "file" / "package"), "cannot be written")


def test_a_command_that_does_not_start_leaves_a_partial_package(root: Path) -> None:
    done = run(root, "--out", root.parent / "package", "--", "no-such-program-here")
    refused(done, "no-such-program-here")
    assert (root.parent / "package" / "PARTIAL").exists()
    assert not (root.parent / "package" / "evidence.json").exists()


def test_a_symbol_that_is_not_there_names_near_ones(root: Path) -> None:
    refused(call("graph", root, "--callers-of", "sav", cwd=root.parent), "save")


def test_an_answer_that_is_empty_says_why(root: Path) -> None:
    (root / "shape.py").write_text("class Shape:\n    pass\n\n\nKINDS = [Shape]\n\n\ndef alone():\n    pass\n")
    done = call("graph", root, "--callers-of", "Shape", cwd=root.parent)
    assert (done.returncode, done.stdout.split()[:3]) == (0, ["shape.py::<module>", "→", "shape.py::Shape"])
    assert "nothing read under the root calls Shape; 1 place names it" in done.stderr
    done = call("graph", root, "--callers-of", "alone", cwd=root.parent)
    assert (done.returncode, done.stdout) == (0, "")
    assert "no call of alone was read under the root" in done.stderr
    done = call("graph", root, "--callers-of", "alone", "--quiet", cwd=root.parent)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def tap_file(root: Path, **at: str) -> Path:
    fields = ", ".join(f'{key} = "{value}"' for key, value in at.items())
    capture = at.pop("capture", "path")
    file = root.parent / "taps.toml"
    fields = ", ".join(f'{key} = "{value}"' for key, value in at.items())
    file.write_text(f'[[tap]]\nkey = "a"\npurpose = "p"\nat = {{ {fields} }}\ncapture = {{ x = "{capture}" }}\n')
    return file


def test_a_tap_that_matches_nothing(root: Path) -> None:
    taps = tap_file(root, symbol="subject/core.py::save", before="close(path)")
    refused(run(root, "--taps", taps), "a")
    done = call("taps", "check", taps, "--root", root, cwd=root.parent)
    assert done.returncode == 2
    assert "near: line 2" in done.stdout


def test_an_expression_outside_the_capture_language(root: Path) -> None:
    taps = tap_file(root, symbol="subject/core.py::save", on="entry", capture="__import__('os')")
    refused(run(root, "--taps", taps), "capture")


def test_static_only_and_a_command_exclude_each_other(root: Path) -> None:
    refused(run(root, "--static-only", "--", "python", "x.py"), "exclude each other")


def test_an_unknown_option_and_an_unknown_setting(root: Path) -> None:
    refused(run(root, "--nonsense"), "--nonsense")
    (root / "pyproject.toml").write_text("[tool.callchain]\nnamespce = ['a']\n")
    refused(run(root), "namespaces")


def test_a_corrupt_cache_is_made_anew(root: Path) -> None:
    first = call("graph", root, "--json", cwd=root.parent)
    for file in (root.parent / "cache").rglob("*"):
        if file.is_file():
            file.write_bytes(b"not a database")
    again = call("graph", root, "--json", cwd=root.parent)
    assert first.returncode == again.returncode == 0, again.stderr
    assert first.stdout == again.stdout


def test_a_failing_program_keeps_its_package_and_its_exit_code(root: Path) -> None:
    (root / "script.py").write_text("import sys\nfrom subject.core import main\nmain()\nsys.exit(7)\n")
    out = root.parent / "package"
    done = run(root, "--namespace", "subject", "--out", out, "--", sys.executable, str(root / "script.py"))
    assert done.returncode == 3, done.stderr
    assert done.stdout.strip() == str(out)
    assert "exit code 7" in (out / "summary.md").read_text()


def test_a_run_past_its_budget_ends_with_124_and_a_package(root: Path) -> None:
    (root / "script.py").write_text("import time\nfrom subject.core import main\nmain()\ntime.sleep(600)\n")
    out = root.parent / "package"
    done = run(root, "--time-budget-minutes", "0.05", "--out", out, "--", sys.executable, str(root / "script.py"))
    assert done.returncode == 124, done.stderr
    assert "confirmed" in (out / "summary.md").read_text()


def test_without_a_run_the_summary_says_why_nothing_ran(root: Path) -> None:
    out = root.parent / "package"
    done = run(root, "--static-only", "--out", out)
    assert done.returncode == 0, done.stderr
    assert "nothing was run" in (out / "summary.md").read_text().lower()


def test_the_demo_without_its_frameworks_says_what_to_install(root: Path) -> None:
    blocked = root.parent / "blocked"
    blocked.mkdir()
    (blocked / "sitecustomize.py").write_text(
        "import sys\n"
        "class Block:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name in ('tensorflow', 'torch'):\n"
        "            raise ModuleNotFoundError(name)\n"
        "sys.meta_path.insert(0, Block())\n"
    )
    done = call("demo", "--out", root.parent / "package", cwd=root.parent, PYTHONPATH=str(blocked))
    refused(done, "callchain-evidence[demo]")
