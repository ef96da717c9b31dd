"""`callchain/graph.svg`: the drawing, laid out by the graphviz-pure wheel."""

from __future__ import annotations

import shutil
import subprocess
import sysconfig
from pathlib import Path

from callchain.model.errors import CallchainError

PROGRAM = "graphviz-pure"
DEADLINE_S = 60


def program() -> Path:
    """The layout program that came with this environment, else the one on the path.

    Raises:
        CallchainError: there is none.
    """
    beside = Path(sysconfig.get_path("scripts")) / PROGRAM
    if beside.is_file():
        return beside
    found = shutil.which(PROGRAM)
    if found is None:
        raise CallchainError(f"the program {PROGRAM} is missing", hint=f"pip install {PROGRAM}")
    return Path(found)


def render(dot: str) -> str:
    """The SVG of a DOT source; the same bytes on every platform.

    Raises:
        CallchainError: the program is missing or rejects the source.
    """
    return run_layout(dot, "svg")


def run_layout(dot: str, form: str) -> str:
    """What the layout program makes of a DOT source in one of its output forms (`svg`, `json`).

    Raises:
        CallchainError: the program is missing, takes too long or rejects the source.
    """
    command = [str(program()), f"-T{form}"]
    try:
        done = subprocess.run(  # noqa: S603 - a fixed program of this environment, fed on stdin
            command,
            input=dot.encode("utf-8", "backslashreplace"),
            capture_output=True,
            timeout=DEADLINE_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise CallchainError(f"{PROGRAM} could not draw the graph: {error}") from None
    if done.returncode:
        reason = done.stderr.decode("utf-8", "replace").strip().partition("\n")[0]
        raise CallchainError(f"{PROGRAM} could not draw the graph: {reason}")
    return done.stdout.decode("utf-8")
