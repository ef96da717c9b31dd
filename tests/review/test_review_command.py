"""The command: its JSON, exit codes, rewriting, baseline and machine forms."""

import json

import pytest
import typer
from typer.testing import CliRunner

from callchain.cli.review_command import review
from callchain.model.errors import CallchainError
from tests.review.program import write_program
from tests.review.test_prose import FILL

FIELDS = {"document", "document_line", "text", "kind", "verdict", "found", "why"}


@pytest.fixture
def root(tmp_path, monkeypatch):
    root = write_program(tmp_path / "subject")
    monkeypatch.chdir(root)
    monkeypatch.setenv("CALLCHAIN_CACHE_DIR", str(tmp_path / "cache"))
    return root


def run(*arguments, text=None):
    app = typer.Typer()
    app.command()(review)
    result = CliRunner().invoke(app, list(arguments), input=text, standalone_mode=False)
    if result.exception is not None:
        raise result.exception
    return result.return_value, result.stdout


def note(root, text):
    (root / "note.md").write_text(text, encoding="utf-8")
    return "note.md"


def test_json_has_the_promised_shape_and_false_claims_exit_4(root):
    status, out = run(note(root, "see depot/nothing.py:3\n"), "--json")
    (claim,) = json.loads(out)["claims"]
    assert status == 4
    assert set(claim) == FIELDS
    assert (claim["document"], claim["document_line"], claim["verdict"]) == ("note.md", 1, "false")


def test_true_claims_exit_0(root):
    status, out = run(note(root, f"`fill_depot` depot/workflow.py:{FILL}\n"))
    assert (status, out) == (0, "1 claim: 1 true\n")


def test_a_text_on_stdin_is_reviewed(root):
    status, out = run("-", "--json", text="see depot/nothing.py:3\n")
    assert (status, json.loads(out)["claims"][0]["document"]) == (4, "<stdin>")


def test_a_folder_is_searched_and_its_package_is_reviewed_as_one(root, made):
    status, out = run(str(made.folder.parent), "--root", str(made.root), "--json")
    claims = json.loads(out)["claims"]
    assert status == 0
    assert {claim["verdict"] for claim in claims if "/package/" in claim["document"]} == {"true"}
    _, out = run(str(made.folder / "summary.md"), "--root", str(made.root), "--json")
    documents = {claim["document"].rpartition("/")[2] for claim in json.loads(out)["claims"]}
    assert documents == {"summary.md"}


def test_moved_anchors_are_rewritten_and_the_diff_is_shown(root):
    name = note(root, f"# T\n\n- `fill_depot` (`depot/workflow.py:{FILL - 4}`), kept\n")
    status, out = run(name, "--fix")
    assert status == 0
    assert f"+- `fill_depot` (`depot/workflow.py:{FILL}`), kept" in out
    assert run(name)[1] == "1 claim: 1 true\n"


@pytest.mark.parametrize("how", [(), ("--gate",)])
def test_a_damaged_package_is_refuted_and_not_refused(root, how):
    (root / "package").mkdir()
    (root / "package/evidence.json").write_text('{"broken":')
    assert run("package", *how)[0] == 4


def test_the_line_that_is_rewritten_is_counted_as_markdown_counts(root):
    name = note(root, f"a\x0cb\u2028c\n\n- `fill_depot` (`depot/workflow.py:{FILL - 4}`)\n")
    assert run(name, "--fix")[0] == 0
    assert run(name)[1] == "1 claim: 1 true\n"


def test_docstrings_are_reviewed_where_they_stand(root):
    (root / "depot/extra.py").write_text('def f():\n    """Does things.\n\n    See depot/nothing.py:3.\n    """\n')
    status, out = run("--docstrings", "--json")
    (claim,) = json.loads(out)["claims"]
    assert (status, claim["document"], claim["document_line"]) == (4, "depot/extra.py", 4)


def test_a_baseline_covers_what_is_known_and_nothing_new(root):
    name = note(root, "see depot/nothing.py:3\n")
    assert run(name, "--write-baseline", "known.json")[0] == 0
    assert run(name, "--baseline", "known.json")[0] == 0
    note(root, "new line\n\nsee depot/nothing.py:3 and depot/other.py:4\n")
    status, out = run(name, "--baseline", "known.json", "--json")
    assert (status, [claim["text"] for claim in json.loads(out)["claims"]]) == (4, ["depot/other.py:4"])


def test_sarif_and_annotations_point_at_the_document(root):
    name = note(root, "x\n\nsee depot/nothing.py:3\n")
    _, out = run(name, "--format", "sarif")
    (result,) = json.loads(out)["runs"][0]["results"]
    place = result["locations"][0]["physicalLocation"]
    assert (result["ruleId"], place["artifactLocation"]["uri"]) == ("false", "note.md")
    assert place["region"]["startLine"] == 3
    status, out = run(name, "--format", "github")
    assert (status, out.startswith("::error file=note.md,line=3,title=false anchor::")) == (4, True)


@pytest.mark.parametrize("arguments", [(), ("nowhere.md",), ("depot",), ("note.md", "--baseline", "taps.toml")])
def test_bad_input_is_told_in_one_line(root, arguments):
    note(root, "x\n")
    with pytest.raises(CallchainError):
        run(*arguments)
