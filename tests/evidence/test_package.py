"""The package on disk: complete or marked, hashed, readable, and nobody else's files harmed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import jsonschema
import msgspec
import pytest

from callchain.evidence.package import (
    EVIDENCE,
    PARTIAL,
    abandon,
    begin,
    damaged,
    encode,
    finish,
    load,
    write,
)
from callchain.evidence.schema import FILE, generate, shipped
from callchain.model.errors import CallchainError
from callchain.model.package import Evidence
from callchain.trace.folder_lock import LOCK

FILES = {"summary.md": b"# Summary\n", "callchain/static.md": b"# Chain\n", "env/trace_env.json": b"{}\n"}


def names(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_a_package_is_written_and_read_back(evidence: Evidence, tmp_path: Path):
    folder = write(evidence, FILES, tmp_path / "reports" / "one")
    assert names(folder) == {*FILES, EVIDENCE}
    back = load(folder)
    assert msgspec.structs.replace(back.provenance, files={}) == evidence.provenance
    assert msgspec.structs.replace(back, provenance=evidence.provenance) == evidence


def test_the_record_holds_the_hash_of_each_stable_file(evidence: Evidence, tmp_path: Path):
    folder = write(evidence, FILES, tmp_path / "one")
    back = load(folder)
    assert set(back.provenance.files) == {"summary.md", "callchain/static.md"}
    assert damaged(folder, back) == ()
    (folder / "summary.md").write_text("smoothed")
    (folder / "callchain/static.md").unlink()
    assert damaged(folder, back) == ("callchain/static.md", "summary.md")


def test_the_record_is_written_last(evidence: Evidence, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    order: list[str] = []
    real = Path.replace

    def noted(self: Path, target: Path) -> Path:
        order.append(Path(target).name)
        return real(self, target)

    monkeypatch.setattr(Path, "replace", noted)
    write(evidence, FILES, tmp_path / "one")
    assert order[0] == PARTIAL
    assert order[-1] == EVIDENCE


def test_a_package_in_the_making_is_marked(evidence: Evidence, tmp_path: Path):
    draft = begin(tmp_path / "one")
    assert names(draft.folder) == {PARTIAL, LOCK}
    with pytest.raises(CallchainError, match="incomplete"):
        load(draft.folder)
    finish(draft, evidence, FILES)
    assert PARTIAL not in names(tmp_path / "one")


def test_an_interrupted_package_says_why_and_keeps_what_there_is(tmp_path: Path):
    draft = begin(tmp_path / "one")
    (draft.folder / "trace").mkdir()
    (draft.folder / "trace" / "segment").write_bytes(b"recorded")
    abandon(draft, "KeyboardInterrupt:\nstopped")
    assert (tmp_path / "one" / PARTIAL).read_text() == "incomplete: KeyboardInterrupt: stopped\n"
    assert (tmp_path / "one" / "trace" / "segment").read_bytes() == b"recorded"


def test_a_process_killed_while_writing_leaves_a_marked_package(tmp_path: Path):
    code = """
import os, sys
from pathlib import Path
from callchain.evidence import package
draft = package.begin(Path(sys.argv[1]))
real = package._write
def dying(path, data):
    real(path, data)
    if path.name == "summary.md":
        os._exit(9)
package._write = dying
package.finish(draft, None, {"a.md": b"a", "summary.md": b"b", "z.md": b"c"})
"""
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path / "one")], check=False)
    assert done.returncode == 9
    assert names(tmp_path / "one") == {PARTIAL, LOCK, "a.md", "summary.md"}


def test_a_full_disk_leaves_the_mark(evidence: Evidence, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    draft = begin(tmp_path / "one")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(CallchainError, match="No space left on device"):
        finish(draft, evidence, FILES)
    assert PARTIAL in names(tmp_path / "one")
    assert EVIDENCE not in names(tmp_path / "one")


def test_a_complete_package_is_not_overwritten(evidence: Evidence, tmp_path: Path):
    folder = write(evidence, FILES, tmp_path / "one")
    before = (folder / EVIDENCE).read_bytes()
    with pytest.raises(CallchainError, match="already holds a complete package") as caught:
        begin(folder)
    assert "--run-id" in caught.value.hint
    assert (folder / EVIDENCE).read_bytes() == before


def test_a_partial_package_is_begun_again(evidence: Evidence, tmp_path: Path):
    abandon(begin(tmp_path / "one"), "killed")
    assert names(write(evidence, FILES, tmp_path / "one")) == {*FILES, EVIDENCE}


def test_replacing_keeps_the_old_package_until_the_new_one_is_complete(evidence: Evidence, tmp_path: Path):
    folder = write(evidence, FILES, tmp_path / "one")
    draft = begin(folder, replace=True)
    assert load(folder)
    assert draft.folder != folder
    finish(draft, evidence, {"summary.md": b"new\n"})
    assert names(tmp_path) == {"one/summary.md", f"one/{EVIDENCE}", *tree_files(tmp_path)}
    assert (folder / "summary.md").read_bytes() == b"new\n"


def tree_files(folder: Path) -> set[str]:
    """The sample's own files, which the fixture put beside the packages."""
    return {name for name in names(folder) if name.startswith("tree/")}


@pytest.mark.parametrize("marker", [PARTIAL, EVIDENCE, "notes.txt"])
def test_a_folder_with_other_files_is_left_alone(tmp_path: Path, marker: str):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / marker).write_text("x")
    (tmp_path / "mine" / "thesis.tex").write_text("years of work")
    with pytest.raises(CallchainError, match="holds files that are no package"):
        begin(tmp_path / "mine", replace=True)
    assert (tmp_path / "mine" / "thesis.tex").read_text() == "years of work"


def test_a_file_in_the_place_of_the_folder_is_one_clear_line(tmp_path: Path):
    (tmp_path / "one").write_text("x")
    with pytest.raises(CallchainError, match="no package") as caught:
        begin(tmp_path / "one")
    assert "\n" not in str(caught.value)


def test_a_place_that_cannot_be_written_is_one_clear_line(tmp_path: Path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(CallchainError, match="cannot be written: Not a directory") as caught:
        begin(tmp_path / "file" / "one")
    assert "--out" in caught.value.hint


def test_an_empty_folder_is_taken(evidence: Evidence, tmp_path: Path):
    (tmp_path / "one").mkdir()
    assert load(write(evidence, FILES, tmp_path / "one"))


@pytest.mark.parametrize("name", ["../evil", "/etc/evil", EVIDENCE, PARTIAL, ""])
def test_no_file_is_written_outside_the_package(evidence: Evidence, tmp_path: Path, name: str):
    with pytest.raises(ValueError, match="is no file of a package"):
        write(evidence, {name: b"x"}, tmp_path / "one")


def test_reading_nothing_damaged_or_foreign_is_one_clear_line(evidence: Evidence, tmp_path: Path):
    with pytest.raises(CallchainError, match="no package there"):
        load(tmp_path / "none")
    folder = write(evidence, FILES, tmp_path / "one")
    text = (folder / EVIDENCE).read_text()
    for broken, message in (
        (text[: len(text) // 2], "the record is damaged"),
        (text.replace('"initiative_id"', '"initiative"', 1), "the record is damaged"),
        (text.replace("callchain/evidence/1", "callchain/evidence/9"), "has the format"),
        ("[" * 100_000, "the record is damaged"),
    ):
        (folder / EVIDENCE).write_text(broken)
        with pytest.raises(CallchainError, match=message) as caught:
            load(folder)
        assert "\n" not in str(caught.value)


def test_undecodable_names_of_the_target_do_not_stop_the_record(evidence: Evidence):
    bad = msgspec.structs.replace(evidence, ledger="caf\udce9", absent={"a\udcff": "x"})
    record = json.loads(encode(bad))
    assert record["ledger"] == "caf\\udce9"
    assert record["absent"] == {"a\\udcff": "x"}


def test_the_record_follows_the_shipped_schema(evidence: Evidence, read_only: Evidence):
    validator = jsonschema.Draft202012Validator(shipped())
    validator.check_schema(shipped())
    for record in (evidence, read_only):
        validator.validate(json.loads(encode(record)))


def test_the_schema_rejects_what_is_no_record(evidence: Evidence):
    record = json.loads(encode(evidence))
    record["flows"][0]["edges"][0]["line"] = "seventeen"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(record, shipped())
    del record["flows"]
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(record, shipped())


def test_the_shipped_schema_is_current():
    import callchain.evidence

    file = Path(callchain.evidence.__file__).with_name(FILE)
    assert file.read_bytes() == generate(), "run python -m callchain.evidence.schema > callchain/evidence/" + FILE


def test_the_fields_that_outside_readers_rely_on_are_there(evidence: Evidence):
    record = json.loads(encode(evidence))
    edge = record["flows"][0]["edges"][2]
    assert set(edge) >= {"caller", "callee", "path", "line", "rule", "confidence", "verdict", "count", "via"}
    assert set(record["flows"][0]["chain"][0]) >= {"symbol", "path", "line", "stage"}
    tap = record["taps"][0]
    assert set(tap) >= {"key", "symbol", "path", "line", "where", "hits", "snapshots", "expectations"}
    assert set(record["taps"][1]["expectations"][0]) == {"expression", "verdict", "value", "hit"}
