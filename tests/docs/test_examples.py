"""The examples of the documents run and give what they show."""

import doctest
import sys
from pathlib import Path

import pytest

DOCUMENTS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize(
    "document",
    sorted(path for path in DOCUMENTS.rglob("*.md") if ">>> " in path.read_text(encoding="utf-8")),
    ids=lambda path: path.name,
)
def test_examples(document: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CALLCHAIN_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setattr(sys, "path", [str(DOCUMENTS.parent), *sys.path])
    done = doctest.testfile(str(document), module_relative=False, optionflags=doctest.REPORT_NDIFF)
    assert done.attempted > 0
    assert done.failed == 0
