"""Logging of the workflows."""

import logging
import os


def setup_logging(output_dir):
    """Write the workflow's log to `<output_dir>/logs/run.log`, without times so that runs compare equal.

    The level comes from the environment variable `PTYCHO_LOG_LEVEL` (default `INFO`).
    """
    level = os.environ.get("PTYCHO_LOG_LEVEL", "INFO").upper()
    log_dir = os.path.join(output_dir, "logs")
    os.makedirs(log_dir, exist_ok=True)
    handler = logging.FileHandler(os.path.join(log_dir, "run.log"), mode="w", encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger("ptycho")
    root.setLevel(level)
    root.handlers = [handler]
    return root
