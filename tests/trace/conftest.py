"""Small programs, run for real under the probe."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.trace.programs import Traced


@pytest.fixture
def traced(tmp_path: Path) -> Traced:
    return Traced(tmp_path)
