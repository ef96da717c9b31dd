"""From the words a user gave to the program that is started."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from callchain.model.errors import CallchainError


def resolve(command: tuple[str, ...], cwd: Path) -> list[str]:
    """The words to start: `x.py …` and `-m pkg …` get this interpreter put before.

    Raises:
        CallchainError: no words, no such program, no such script.
    """
    if not command:
        raise CallchainError("there is no command to run", hint="put it after `--`")
    first = command[0]
    if first == "-m" or first == "-c":
        return [sys.executable, *command]
    if first.endswith(".py"):
        _require_script(first, cwd)
        return [sys.executable, *command]
    program = _program(first, cwd)
    if program is None and first == "pytest":
        return [sys.executable, "-m", *command]
    if program is None:
        raise CallchainError(f"the command does not start: no such program: {first}", hint="give its path")
    script = next((word for word in command[1:] if not word.startswith("-")), "")
    if _is_python(first) and script.endswith(".py") and not {"-m", "-c"} & set(command[1 : command.index(script)]):
        _require_script(script, cwd)
    return [program, *command[1:]]


def _require_script(script: str, cwd: Path) -> None:
    if not (cwd / script).is_file():
        raise CallchainError(f"the command does not start: no such file: {script}", hint=f"looked in {cwd}")


def _program(name: str, cwd: Path) -> str | None:
    if "/" in name:
        path = (cwd / name).absolute()
        return shutil.which(str(path))
    found = shutil.which(name)
    if found is None and name in ("python", "python3"):
        return sys.executable
    return found


def _is_python(name: str) -> bool:
    return Path(name).name.startswith("python")
