"""Reading one file of the code base, whatever it turns out to be: regular, link, pipe, huge, forbidden."""

from __future__ import annotations

import os
import stat
from pathlib import Path

MAX_BYTES = 5_000_000


class UnreadableError(Exception):
    """A file that is not read; the message says why."""


def read_bytes(root: Path, path: str, limit: int = MAX_BYTES) -> bytes:
    """The bytes of a regular file below the root.

    Raises:
        UnreadableError: a link that leaves the root, loops or leads nowhere; a pipe, socket or device; too large;
            no permission.
    """
    target = root / path
    try:
        if target.is_symlink():
            target = _follow(root, target)
        # A pipe without a writer would block an ordinary open.
        handle = os.open(target, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(handle, "rb") as stream:
            facts = os.fstat(handle)
            if not stat.S_ISREG(facts.st_mode):
                raise UnreadableError(f"{_kind(facts.st_mode)}, not a regular file")
            if facts.st_size > limit:
                raise UnreadableError(f"{facts.st_size} bytes, more than the {limit} that are read")
            return stream.read(limit)
    except OSError as error:
        raise UnreadableError(f"cannot be read: {error.strerror or error}") from error


def link_target(root: Path, path: str) -> str:
    """Where a link leads, relative to the root; `.` for the root itself.

    Raises:
        UnreadableError: it loops, leads nowhere or leaves the root.
    """
    return _follow(root, root / path).relative_to(root.resolve()).as_posix()


def _follow(root: Path, link: Path) -> Path:
    try:
        target = link.resolve(strict=True)
    except FileNotFoundError as error:
        raise UnreadableError("a symbolic link that leads nowhere") from error
    except (OSError, RuntimeError) as error:
        raise UnreadableError("a symbolic link that loops") from error
    if not target.is_relative_to(root.resolve()):
        raise UnreadableError("a symbolic link that leaves the root")
    return target


def _kind(mode: int) -> str:
    for test, name in (
        (stat.S_ISDIR, "a folder"),
        (stat.S_ISFIFO, "a pipe"),
        (stat.S_ISSOCK, "a socket"),
    ):
        if test(mode):
            return name
    return "a device"
