"""Claims against a code base with a past: git tells what was once true."""

import pytest

from callchain.review.document import Document, review_document
from tests.review.conftest import git, read_calls
from tests.review.program import PACKER, write_program
from tests.review.test_prose import PACK_ALL, line_of

DOCUMENT = "docs/note.md"


@pytest.fixture
def root(tmp_path):
    root = write_program(tmp_path / "subject")
    git(root, "init", "-q", "-b", "main")
    return root


def commit(root, text=None):
    if text is not None:
        (root / DOCUMENT).write_text(text, encoding="utf-8")
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "change")


def verdict(root):
    text = (root / DOCUMENT).read_text(encoding="utf-8")
    (finding,) = review_document(Document(DOCUMENT, text, DOCUMENT), read_calls(root))
    return finding


def edit(root, path, change):
    file = root / path
    file.write_text(change(file.read_text(encoding="utf-8")), encoding="utf-8")


def test_lines_that_moved_are_found_again(root):
    commit(root, f"`pack_all` at depot/packer.py:{PACK_ALL}\n")
    edit(root, "depot/packer.py", lambda text: "# new\n" * 7 + text)
    finding = verdict(root)
    assert (finding.claim.verdict, finding.claim.found) == ("moved", f"depot/packer.py:{PACK_ALL + 7}")
    assert finding.replacement == f"depot/packer.py:{PACK_ALL + 7}"


def test_a_form_feed_ends_no_line_of_the_past(root):
    edit(root, "depot/packer.py", lambda text: "# one\x0c# line\n" + text)
    commit(root, f"`pack_all` at depot/packer.py:{PACK_ALL + 1}\n")
    edit(root, "depot/packer.py", lambda text: "# new\n" * 7 + text)
    assert (verdict(root).claim.verdict, verdict(root).claim.found) == ("moved", f"depot/packer.py:{PACK_ALL + 8}")


def test_lines_without_a_name_are_followed_too(root):
    line = line_of(PACKER, "namelist")
    commit(root, f"Reads the archive (depot/packer.py:{line}).\n")
    assert verdict(root).claim.verdict == "unprovable"
    edit(root, "depot/packer.py", lambda text: "# new\n\n" + text)
    assert (verdict(root).claim.verdict, verdict(root).claim.found) == ("moved", f"depot/packer.py:{line + 2}")


def test_code_that_is_gone_is_stale(root):
    commit(root, f"`unpack_all` at depot/packer.py:{line_of(PACKER, 'def unpack_all')}\n")
    edit(root, "depot/packer.py", lambda text: text.partition("    def unpack_all")[0])
    edit(root, "depot/workflow.py", lambda text: text.replace(".unpack_all()", ""))
    assert verdict(root).claim.verdict == "stale"


USER = "def count(box):\n    box.tally.append(1)\n    return box\n\n\ndef total(box):\n    return len(box.tally)\n"


def test_another_use_of_a_name_is_not_where_a_use_that_is_gone_moved_to(root):
    (root / "depot/tally.py").write_text(USER, encoding="utf-8")
    commit(root, "- `depot/tally.py:2` - `tally` grows without end\n")
    edit(root, "depot/tally.py", lambda text: text.replace("    box.tally.append(1)\n", ""))
    assert (verdict(root).claim.verdict, verdict(root).claim.found) == ("stale", "depot/tally.py:6")


def test_a_use_that_was_rewritten_moved_to_what_it_became(root):
    (root / "depot/tally.py").write_text(USER, encoding="utf-8")
    commit(root, "- `depot/tally.py:2` - `tally` grows without end\n")
    edit(root, "depot/tally.py", lambda text: "# new\n" * 7 + text.replace("append(1)", "append(box.weight)"))
    finding = verdict(root)
    assert (finding.claim.verdict, finding.replacement) == ("moved", "depot/tally.py:9")


def test_blank_ends_of_a_range_go_with_their_neighbours(root):
    (root / "depot/tally.py").write_text(USER, encoding="utf-8")
    commit(root, "- `depot/tally.py:4-7` - existing handling\n")
    edit(
        root,
        "depot/tally.py",
        lambda text: text.replace("    return box\n\n\n", "    return box\n# one\n# two\n\n"),
    )
    assert (verdict(root).claim.verdict, verdict(root).claim.found) == ("moved", "depot/tally.py:5-8")


def test_a_blank_line_is_nothing_that_could_move(root):
    (root / "depot/tally.py").write_text(USER, encoding="utf-8")
    commit(root, "- depot/tally.py:4\n")
    edit(root, "depot/tally.py", lambda text: "# new\n" * 7 + text)
    assert verdict(root).claim.verdict == "false"


def test_a_line_that_was_only_indented_has_moved(root):
    (root / "depot/tally.py").write_text(USER, encoding="utf-8")
    commit(root, "- depot/tally.py:2 grows without end\n")
    edit(root, "depot/tally.py", lambda text: text.replace("    box.tally.a", "    if box:\n        box.tally.a"))
    assert (verdict(root).claim.verdict, verdict(root).claim.found) == ("moved", "depot/tally.py:3")


def test_a_file_of_any_kind_is_found_by_its_ending(root):
    (root / "depot/settings.yaml").write_text("a: 1\nb: 2\n", encoding="utf-8")
    commit(root, "- settings.yaml:2 is stale\n")
    assert verdict(root).claim.verdict == "unprovable", "it is there; what it should hold is not said"


def test_a_tracked_file_that_was_removed_is_not_taken_for_one_that_is_there(root):
    (root / "depot/settings.yaml").write_text("a: 1\nb: 2\n", encoding="utf-8")
    commit(root, "- settings.yaml:2 is stale\n")
    (root / "depot/settings.yaml").unlink()
    assert verdict(root).claim.verdict in ("stale", "false")


@pytest.mark.parametrize("said", ["`box.tally.append(1)` for ever", "TallyKeeper, which counts"])
def test_code_that_is_quoted_and_classes_named_in_prose_bear_lines_out(root, said):
    (root / "depot/tally.py").write_text(USER + "\n\nclass TallyKeeper:\n    pass\n", encoding="utf-8")
    commit(root, f"- `depot/tally.py:{2 if 'box' in said else '10-11'}` - {said}\n")
    assert verdict(root).claim.verdict == "true"


KEYS = 'def kind(p):\n    if p.get("object.big"):\n        return 1\n    return p.get("probe.big")\n'


@pytest.mark.parametrize(("line", "told"), [(2, "false"), (4, "true")])
def test_a_key_with_the_same_last_part_is_another_key(root, line, told):
    (root / "depot/keys.py").write_text(KEYS, encoding="utf-8")
    commit(root, f"| `probe_big` | `probe.big` | depot/keys.py:{line} |\n|---|---|---|\n")
    assert verdict(root).claim.verdict == told


def test_what_was_never_true_is_false(root):
    commit(root, f"`pack_all` at depot/packer.py:{PACK_ALL - 8}\n")
    assert verdict(root).claim.verdict == "false"


def test_a_renamed_file_is_followed(root):
    commit(root, f"`pack_all` at depot/packer.py:{PACK_ALL}\n")
    git(root, "mv", "depot/packer.py", "depot/packing.py")
    commit(root)
    finding = verdict(root)
    assert (finding.claim.verdict, finding.claim.found) == ("moved", f"depot/packing.py:{PACK_ALL}")
    assert finding.replacement == f"depot/packing.py:{PACK_ALL}"


def test_a_deleted_file_is_stale(root):
    commit(root, "see scripts/fill.py:5\n")
    git(root, "rm", "-q", "scripts/fill.py")
    commit(root)
    assert verdict(root).claim.verdict == "stale"


def test_a_generated_file_is_not_refuted(root):
    (root / ".gitignore").write_text("depot/made.py\n")
    commit(root, "see depot/made.py:5\n")
    assert verdict(root).claim.verdict == "unprovable"


def test_a_permalink_is_proved_at_its_commit(root):
    commit(root, "nothing\n")
    calls = read_calls(root)
    head = calls.subject.history.head
    link = f"https://example.org/o/r/blob/{head}/depot/packer.py#L{PACK_ALL}"
    for text, wanted in [(link, "true"), (link + "00", "false"), (link.replace(head, "0" * 40), "unprovable")]:
        (finding,) = review_document(Document("note.md", text), calls)
        assert (finding.claim.text, finding.claim.verdict) == (text, wanted)


def test_a_line_past_the_end_that_never_held_the_name_is_false(root):
    commit(root, "`pack_all` at depot/packer.py:900\n")
    assert verdict(root).claim.verdict == "false"


def test_a_file_that_is_gone_is_found_by_its_ending(root):
    commit(root, "see fill.py:5\n")
    git(root, "rm", "-q", "scripts/fill.py")
    commit(root)
    assert (verdict(root).claim.verdict, verdict(root).claim.why) == ("stale", "scripts/fill.py was deleted")


def test_a_word_nearby_does_not_hold_lines_in_place_that_have_moved(root):
    line = line_of(PACKER, "archive.writestr")
    commit(root, f"Each `crate` and its `pack_one` go into the archive in the end (depot/packer.py:{line}).\n")
    edit(
        root,
        "depot/packer.py",
        lambda text: text.replace("    def pack_one", "    # x\n    # y\n    def pack_one"),
    )
    assert (verdict(root).claim.verdict, verdict(root).claim.found) == ("moved", f"depot/packer.py:{line + 2}")


def forget_nothing(text):
    return text.replace('    settings.put("limit", None)', "    return None")


def test_a_call_is_not_refuted_where_the_caller_has_changed_since(root):
    commit(root, "`forget()` \u2192 `pack_one()`\n")
    assert verdict(root).claim.verdict == "false"
    edit(root, "depot/workflow.py", forget_nothing)
    told = verdict(root).claim
    assert (told.verdict, told.why) == ("unprovable", "forget has changed since this was written")


def test_a_call_that_its_own_commit_took_away_is_not_refuted(root):
    commit(root)
    edit(root, "depot/workflow.py", forget_nothing)
    commit(root, "Mended: `forget()` \u2192 `pack_one()` while holding the lock\n")
    assert verdict(root).claim.verdict == "unprovable"


def test_the_past_is_read_without_what_the_repository_configures(root, tmp_path):
    (root / ".gitattributes").write_text("*.py diff=planted filter=planted\n")
    commit(root, f"`pack_all` at depot/packer.py:{PACK_ALL}\n")
    git(root, "mv", "scripts/fill.py", "scripts/filled.py")
    commit(root)
    edit(root, "depot/packer.py", lambda text: "# new\n" + text)
    for key in ("diff.planted.textconv", "diff.planted.command", "filter.planted.clean", "filter.planted.process"):
        git(root, "config", key, f"touch {tmp_path / key} #")
    git(root, "config", "diff.external", f"touch {tmp_path / 'external'} #")
    git(root, "config", "log.showSignature", "true")
    history = read_calls(root).subject.history
    assert "def pack_all" in "".join(history.lines(history.head, "depot/packer.py"))
    assert history.written("depot/packer.py", 9)
    assert history.renamed("scripts/fill.py") == "scripts/filled.py"
    assert verdict(root).claim.verdict == "moved"
    assert [path.name for path in tmp_path.iterdir()] == ["subject"]
