"""Which version of this code produced a result."""

import logging
import os
import subprocess

logger = logging.getLogger(__name__)

UNKNOWN = "unknown"


def describe_code_version():
    """Name of the checked-out commit as `git describe` gives it, or `unknown` outside a repository."""
    command = ["git", "describe", "--always"]
    try:
        done = subprocess.run(  # noqa: S603 - the command is fixed
            command, cwd=os.path.dirname(__file__), capture_output=True, text=True, timeout=10, check=True
        )
    except (OSError, subprocess.SubprocessError) as error:
        logger.info("code version unknown: %s", type(error).__name__)
        return UNKNOWN
    return done.stdout.strip() or UNKNOWN
