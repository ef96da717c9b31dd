"""One writer a folder: a lock that the system lets go of when its process ends, however that is."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from callchain.model.errors import CallchainError

LOCK = ".lock"


class FolderLock:
    """Holds a folder for this process.

    A record lock: children that were forked do not hold it, so a killed process leaves nothing behind.

    Args:
        folder: it exists; a file `.lock` is made in it, and removed when it is let go.

    Raises:
        CallchainError: another process holds it.
        OSError: the folder cannot be written to.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / LOCK
        self._descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600)
        if not _hold(self._descriptor):
            os.close(self._descriptor)
            raise CallchainError(f"another callchain is writing into {folder}", hint="choose another --out")

    def release(self) -> None:
        """Let the folder go; once is enough."""
        if self._descriptor < 0:
            return
        self._path.unlink(missing_ok=True)
        os.close(self._descriptor)
        self._descriptor = -1


def _hold(descriptor: int) -> bool:
    """Whether the lock was free; a file system without locks never says no."""
    if sys.platform == "win32":
        return True
    import fcntl

    try:
        fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    except OSError:
        return True
    return True
