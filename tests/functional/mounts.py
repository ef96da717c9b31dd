"""File systems that a test mounts for itself, seen by nobody else and gone with its command."""

import os
import subprocess

import pytest

MOUNTS_OF_ITS_OWN = ("unshare", "--mount", *(["--map-root-user"] if os.geteuid() else []))


def _can_mount() -> bool:
    words = [*MOUNTS_OF_ITS_OWN, "mount", "-t", "tmpfs", "t", "/mnt"]
    try:
        return subprocess.run(words, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


needs_mounts = pytest.mark.skipif(not _can_mount(), reason="this machine lets nobody mount a file system")
