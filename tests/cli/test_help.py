"""Help is shown whatever click stands below typer: an older typer fails there, and only there."""

import subprocess
import sys

import pytest


@pytest.mark.parametrize("command", [[], ["run"], ["graph"]])
def test_help_is_shown(command):
    done = subprocess.run([sys.executable, "-m", "callchain", *command, "--help"], capture_output=True, text=True)
    assert (done.returncode, "Usage" in done.stdout, done.stderr) == (0, True, "")
