"""Completion as the three shells ask for it."""

import os
import subprocess
import sys

import pytest

from tests.cli.terminals import ROOT

ASKED = {
    "bash": {"COMP_WORDS": "callchain gr", "COMP_CWORD": "1"},
    "zsh": {"_TYPER_COMPLETE_ARGS": "callchain gr"},
    "fish": {"_TYPER_COMPLETE_ARGS": "callchain gr", "_TYPER_COMPLETE_FISH_ACTION": "get-args"},
}
PROGRAM = "import sys; sys.argv[0] = 'callchain'; from callchain.cli.app import main; main()"


def ask(**variables: str) -> str:
    return subprocess.run(
        [sys.executable, "-c", PROGRAM],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, **variables},
        check=False,
    ).stdout


@pytest.mark.parametrize("shell", sorted(ASKED))
def test_each_shell_is_told_the_commands(shell: str) -> None:
    said = ask(_CALLCHAIN_COMPLETE=f"complete_{shell}", **ASKED[shell])
    assert "graph" in said
    assert "review" not in said


def test_bash_completes_with_the_script_it_is_given() -> None:
    script = ask(_CALLCHAIN_COMPLETE="source_bash")
    check = f"{script}\ncomplete -p callchain"
    done = subprocess.run(["bash", "-c", check], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "callchain" in done.stdout
