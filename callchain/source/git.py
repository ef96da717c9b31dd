"""What git knows of a folder: its files, its commit, what changed. Nothing a repository configures is run."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import msgspec

_TIMEOUT_S = 120
_SETTINGS = {
    "core.fsmonitor": "false",
    "core.hooksPath": os.devnull,
    "core.untrackedCache": "false",
    "safe.directory": "*",
}


class Repository(msgspec.Struct, frozen=True):
    """The work tree that holds a folder, as seen from the folder; paths are relative to the folder."""

    files: tuple[str, ...]
    """Tracked and untracked files that are not ignored; a nested repository ends in `/`."""
    commit: str
    """The full hash of HEAD, empty before the first commit."""
    changed: tuple[str, ...]
    """Tracked files that differ from the commit."""
    untracked: tuple[str, ...]
    prefix: str = ""
    """The folder within the work tree, with a closing slash; empty at its top."""
    remote: str = ""
    """The address of `origin`, as configured."""


def read_repository(folder: Path) -> Repository | None:
    """The repository around `folder`, or None without git, without a repository, or where it is ignored."""
    program = shutil.which("git")
    if program is None or _run(program, folder, {}, "rev-parse", "--is-inside-work-tree") != b"true\n":
        return None
    settings = _filters_off(program, folder)
    tracked = _run(program, folder, settings, "ls-files", "-z", "--cached")
    if not tracked and _run(program, folder, settings, "check-ignore", "-q", ".") is not None:
        return None
    others = _run(program, folder, settings, "ls-files", "-z", "--others", "--exclude-standard")
    status = _run(
        program,
        folder,
        settings,
        "status",
        "-z",
        "--porcelain",
        "--no-renames",
        "-uno",
        "--ignore-submodules=all",
        ".",
    )
    if tracked is None or others is None:
        return None
    head = _run(program, folder, settings, "rev-parse", "--verify", "-q", "HEAD") or b""
    prefix = os.fsdecode(_run(program, folder, settings, "rev-parse", "--show-prefix") or b"").rstrip("\n")
    untracked = _names(others)
    return Repository(
        files=tuple(sorted({*_names(tracked), *untracked})),
        commit=head.decode("ascii").strip(),
        changed=tuple(name[3:].removeprefix(prefix) for name in _names(status or b"")),
        untracked=untracked,
        prefix=prefix,
        remote=os.fsdecode(_run(program, folder, {}, "config", "--get", "remote.origin.url") or b"").strip(),
    )


def _names(output: bytes) -> tuple[str, ...]:
    return tuple(os.fsdecode(name) for name in output.split(b"\0") if name)


def _filters_off(program: str, folder: Path) -> dict[str, str]:
    """Settings that keep the content filters a repository configures from being run by `status`."""
    listing = _run(program, folder, {}, "config", "-z", "--name-only", "--get-regexp", r"^filter\.") or b""
    drivers = {name.rpartition(".")[0] for name in _names(listing)}
    values = {"clean": "", "smudge": "", "process": "", "required": "false"}
    return {f"{driver}.{key}": value for driver in sorted(drivers) for key, value in values.items()}


def _run(program: str, folder: Path, settings: dict[str, str], *arguments: str) -> bytes | None:
    """What a git command prints, or None when it fails."""
    try:
        done = subprocess.run(  # noqa: S603 - fixed words; the folder is only the working directory
            [program, "--no-pager", *arguments],
            cwd=folder,
            env=_environment({**_SETTINGS, **settings}),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_TIMEOUT_S,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout if done.returncode == 0 else None


def _environment(settings: dict[str, str]) -> dict[str, str]:
    """The caller's environment without git's own variables, user configuration, network and index writes."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    environment |= {
        "GIT_ALLOW_PROTOCOL": "",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
        "LC_ALL": "C",
        "GIT_CONFIG_COUNT": str(len(settings)),
    }
    for number, (key, value) in enumerate(settings.items()):
        environment[f"GIT_CONFIG_KEY_{number}"] = key
        environment[f"GIT_CONFIG_VALUE_{number}"] = value
    return environment
