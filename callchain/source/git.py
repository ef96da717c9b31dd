"""What git knows of a folder: its files, its commit, what changed. Nothing a repository configures is run."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

from callchain.source.git_command import GitCommand, split_names


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
    git = GitCommand(folder)
    if git("rev-parse", "--is-inside-work-tree") != b"true\n":
        return None
    tracked = git("ls-files", "-z", "--cached")
    if not tracked and git("check-ignore", "-q", ".") is not None:
        return None
    others = git("ls-files", "-z", "--others", "--exclude-standard")
    status = git("status", "-z", "--porcelain", "--no-renames", "-uno", "--ignore-submodules=all", ".")
    if tracked is None or others is None:
        return None
    head = git("rev-parse", "--verify", "-q", "HEAD") or b""
    prefix = os.fsdecode(git("rev-parse", "--show-prefix") or b"").rstrip("\n")
    untracked = split_names(others)
    return Repository(
        files=tuple(sorted({*split_names(tracked), *untracked})),
        commit=head.decode("ascii").strip(),
        changed=tuple(name[3:].removeprefix(prefix) for name in split_names(status or b"")),
        untracked=untracked,
        prefix=prefix,
        remote=os.fsdecode(git("config", "--get", "remote.origin.url") or b"").strip(),
    )
