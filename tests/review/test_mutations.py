"""The mutation harness: false claims planted into a package made by the tool are found, and nothing else is."""

import collections
import hashlib
import re
import shutil

import pytest

from callchain.review.claim import FALSE, MOVED, STALE
from callchain.review.package_proof import Package, review_package
from callchain.review.rerender import TEXTS
from tests.review.planting import plants

pytestmark = pytest.mark.any_python

REFUTED = {FALSE, MOVED, STALE}


def refuted(folder, calls):
    found = review_package(Package(folder, "p"), calls)
    return [each.claim for each in found if each.claim.verdict in REFUTED]


@pytest.fixture
def copy(made, tmp_path):
    return shutil.copytree(made.folder, tmp_path / "package")


def test_no_claim_of_an_untouched_package_is_refuted(made, calls):
    claims = [each.claim for each in review_package(Package(made.folder, "p"), calls)]
    assert [claim for claim in claims if claim.verdict != "true"] == []
    kinds = collections.Counter(claim.kind for claim in claims)
    assert set(kinds) == {"anchor", "edge", "count", "value", "section"}
    assert kinds["anchor"] > 100


@pytest.mark.parametrize("hidden", [False, True], ids=["digest kept", "digest made to fit"])
def test_every_planted_claim_is_found_where_it_stands(made, calls, copy, hidden):
    record = (copy / "evidence.json").read_text(encoding="utf-8")
    planted = collections.Counter()
    missed, elsewhere = [], []
    for name in TEXTS:
        file = copy / name
        text = file.read_text(encoding="utf-8")
        sound = hashlib.sha256(text.encode()).hexdigest()
        for number, plant in enumerate(plants(name, text)):
            if hidden and number % 3:
                continue
            planted[plant.kind.split(" ")[0]] += 1
            file.write_text(plant.text, encoding="utf-8")
            if hidden:
                forged = hashlib.sha256(plant.text.encode()).hexdigest()
                (copy / "evidence.json").write_text(record.replace(sound, forged), encoding="utf-8")
            claims = refuted(copy, calls)
            told = [c for c in claims if not c.text.startswith("sha256")]
            missed += [] if told else [str(plant)]
            if plant.line and not any(c.document == f"p/{name}" and c.document_line == plant.line for c in told):
                elsewhere.append(str(plant))
            if plant.line:
                unrelated = [c for c in told if c.document_line != plant.line]
                assert unrelated == [], str(plant)
        file.write_text(text, encoding="utf-8")
        (copy / "evidence.json").write_text(record, encoding="utf-8")
    assert missed == []
    assert elsewhere == []
    assert sum(planted.values()) >= (100 if hidden else 300)
    assert {"line", "other", "reversed", "non-edge", "wrong", "missing"} <= set(planted)


def test_an_edited_record_is_refuted(made, calls, copy):
    file = copy / "evidence.json"
    record = file.read_text(encoding="utf-8")
    edits = {
        "a digest of a document": (r'("summary.md": ")[0-9a-f]{4}', r"\g<1>0000"),
        "a digest of lines": (r'("digest": ")[0-9a-f]{4}', r"\g<1>0000"),
        "the line of a stage": (r'("path": "depot/workflow.py",\s+"line": )(\d)(\d)', r"\g<1>4\3"),
        "the callee of an edge": (r'("callee": "depot/packer.py::Packer)\.pack_all', r"\1.unpack_all"),
        "a captured value": (r'("value": )2\.5', r"\g<1>9.5"),
        "a verdict": (r'("verdict": )"fail"', r'\1"pass"'),
        "a count": (r'("pass": )3', r"\g<1>4"),
        "a hit": (r'("hits": )3', r"\g<1>7"),
    }
    for what, (pattern, replacement) in edits.items():
        edited = re.sub(pattern, replacement, record, count=1)
        assert edited != record, what
        file.write_text(edited, encoding="utf-8")
        assert refuted(copy, calls), what


def test_a_file_that_is_gone_and_a_package_that_is_incomplete_are_told(made, calls, copy):
    (copy / "summary.md").unlink()
    assert [(c.kind, c.why) for c in refuted(copy, calls)] == [("section", "the package lacks this file")]
    (copy / "PARTIAL").write_text("incomplete: stopped\n")
    assert [c.verdict for c in refuted(copy, calls)] == [FALSE]
