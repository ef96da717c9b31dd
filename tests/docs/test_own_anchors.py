"""What these documents say of this code base is held to the standard that they preach."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from callchain.cli.app import app

pytestmark = pytest.mark.any_python

ROOT = Path(__file__).parents[2]
DOCUMENTS = ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "docs")


def test_no_claim_of_the_documents_is_false_or_out_of_date() -> None:
    command = ["review", *(str(ROOT / name) for name in DOCUMENTS), "--root", str(ROOT), "--json"]
    result = CliRunner().invoke(app, command)
    claims = json.loads(result.stdout)["claims"]
    wrong = [claim for claim in claims if claim["verdict"] in ("false", "stale", "moved")]
    assert not wrong
    assert sum(claim["verdict"] == "true" for claim in claims) >= 5, "they do speak of the code"
