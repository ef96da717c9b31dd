"""What a process is among its like: a rank, a test worker, a loader's worker."""

from __future__ import annotations

import os
import sys
from typing import Any

VARIABLES = frozenset(
    {"RANK", "WORLD_SIZE", "LOCAL_RANK", "SLURM_PROCID", "OMPI_COMM_WORLD_RANK", "PYTEST_XDIST_WORKER"}
)
_RANKS = (
    ("RANK", "WORLD_SIZE"),
    ("OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE"),
    ("SLURM_PROCID", "SLURM_NTASKS"),
)
_LOADER = "torch.utils.data._utils.worker"


def role() -> str:
    """One line on the part this process has, empty where it has none that is known yet."""
    return ", ".join(part for part in (_rank(), _test_worker(), _loader_worker()) if part)


def _rank() -> str:
    for rank, world in _RANKS:
        number, size = os.environ.get(rank, ""), os.environ.get(world, "")
        if number.isdigit():
            return f"rank {number} of {size}" if size.isdigit() else f"rank {number}"
    return ""


def _test_worker() -> str:
    name = os.environ.get("PYTEST_XDIST_WORKER", "")
    return f"pytest-xdist {name}" if name.isalnum() else ""


def _loader_worker() -> str:
    module = sys.modules.get(_LOADER)
    info: Any = getattr(module, "__dict__", {}).get("_worker_info")
    number = getattr(info, "id", None) if type(info).__module__ == _LOADER else None
    return f"DataLoader worker {number}" if type(number) is int else ""
