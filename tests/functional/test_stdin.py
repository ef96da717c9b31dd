"""A traced program finds no input, unless it is asked for."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def traced(tmp_path: Path, *options: str) -> str:
    (tmp_path / "main.py").write_text("import sys\n\ndef read():\n    print(repr(sys.stdin.read()))\n\nread()\n")
    command = [
        sys.executable,
        "-m",
        "callchain",
        "trace",
        "--root",
        str(tmp_path),
        "--out",
        str(tmp_path / "kept"),
    ]
    subprocess.run(
        [*command, *options, "--", sys.executable, str(tmp_path / "main.py")],
        input="typed\n",
        text=True,
        check=True,
        capture_output=True,
        cwd=ROOT,
    )
    return (tmp_path / "kept" / "run.out").read_text()


def test_input_is_empty_unless_it_is_passed_on(tmp_path: Path) -> None:
    assert traced(tmp_path) == "''\n"
    assert traced(tmp_path, "--stdin") == "'typed\\n'\n"
