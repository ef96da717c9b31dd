"""Make the packages importable from a checkout and give each test fresh global parameters."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))


@pytest.fixture(autouse=True)
def fresh_params():
    """Put `params.cfg` back as it was after each test."""
    from ptycho import params

    before = dict(params.cfg)
    yield params
    params.cfg.clear()
    params.cfg.update(before)
