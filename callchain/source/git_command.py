"""Running git on a repository that nobody vouches for: nothing that it configures is started, nothing written."""

from __future__ import annotations

import os
import shutil
import subprocess
from functools import cached_property
from pathlib import Path

_TIMEOUT_S = 120
_SETTINGS = {
    "core.fsmonitor": "false",
    "core.hooksPath": os.devnull,
    "core.quotePath": "false",
    "core.untrackedCache": "false",
    "diff.external": "",
    "log.showSignature": "false",
    "safe.directory": "*",
}
_FILTER = {"clean": "", "smudge": "", "process": "", "required": "false"}


class GitCommand:
    """Git in a folder. A command that shows content must say `--no-textconv` where it would convert it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._program = shutil.which("git")

    def __call__(self, *arguments: str) -> bytes | None:
        """What a command prints, or None when it fails or there is no git."""
        return self._run(_SETTINGS | self._filters_off, *arguments)

    @cached_property
    def _filters_off(self) -> dict[str, str]:
        """Settings that keep the content filters that a repository configures from being run."""
        listing = self._run(_SETTINGS, "config", "-z", "--name-only", "--get-regexp", r"^filter\.") or b""
        drivers = {name.rpartition(".")[0] for name in split_names(listing)}
        return {f"{driver}.{key}": value for driver in sorted(drivers) for key, value in _FILTER.items()}

    def _run(self, settings: dict[str, str], *arguments: str) -> bytes | None:
        if self._program is None:
            return None
        try:
            done = subprocess.run(  # noqa: S603 - fixed words; paths come after `--` or inside `revision:path`
                [self._program, "--no-pager", *arguments],
                cwd=self._folder,
                env=_environment(settings),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=_TIMEOUT_S,
                check=False,
            )
        except (OSError, ValueError, subprocess.SubprocessError):
            return None
        return done.stdout if done.returncode == 0 else None


def split_names(output: bytes) -> tuple[str, ...]:
    """The names of a listing with `-z`."""
    return tuple(os.fsdecode(name) for name in output.split(b"\0") if name)


def _environment(settings: dict[str, str]) -> dict[str, str]:
    """The caller's environment without git's own variables, user configuration, network and index writes."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    environment |= {
        "GIT_ALLOW_PROTOCOL": "",
        "GIT_CONFIG_COUNT": str(len(settings)),
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
        "LC_ALL": "C",
    }
    for number, (key, value) in enumerate(settings.items()):
        environment[f"GIT_CONFIG_KEY_{number}"] = key
        environment[f"GIT_CONFIG_VALUE_{number}"] = value
    return environment
