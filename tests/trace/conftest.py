"""Small programs, run for real under the probe."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.trace.programs import Traced


@pytest.fixture(autouse=True)
def _no_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """These tests may themselves run on a test worker, which the programs must not take for their own role."""
    for name in [name for name in os.environ if name.startswith("PYTEST_XDIST")]:
        monkeypatch.delenv(name)


@pytest.fixture
def traced(tmp_path: Path) -> Traced:
    return Traced(tmp_path)
