"""Planned taps: five to seven, found as code, keys without lines, proposals marked; and the tests made of them."""

import os
import subprocess
import sys

import msgspec
import pytest

from callchain.ask.plan_taps import plan_for
from callchain.ask.request import AskRequest
from callchain.chain.syntax import Syntax
from callchain.evidence.package import load as load_package
from callchain.model.chain import Chain
from callchain.model.errors import CallchainError
from callchain.model.tap import ExpectationResult, Hit, Snapshot, TapResult, TapSpec
from callchain.source.tree import read_tree
from callchain.taps.check import check_file
from callchain.taps.fixtures import Driver, render_module
from callchain.taps.propose import propose
from callchain.taps.tap_toml import as_toml, spec_of
from callchain.taps.tapfile import load
from tests.review.program import QUESTION, SETTINGS, WORKFLOW, write_program


def planned(root, earlier=(), question=QUESTION):
    return plan_for(AskRequest(question=question, root=root, namespaces=("depot",)), earlier, lambda _: None)


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return tmp_path_factory.mktemp("plan")


@pytest.fixture(scope="module")
def root(place):
    return write_program(place / "subject")


@pytest.fixture(scope="module")
def plan(root):
    return planned(root)


def test_five_to_seven_taps_cover_the_roles_and_are_found(plan, root, tmp_path):
    assert 5 <= len(plan.taps) <= 7
    assert {"config", "sink", "load"} <= {each.role for each in plan.taps}
    file = tmp_path / "taps.toml"
    file.write_text(plan.toml, encoding="utf-8")
    assert load(file) == tuple(each.spec for each in plan.taps)
    found = check_file(file, read_tree(root))
    assert [finding.problem for finding in found if not finding.found] == []
    assert [finding.line for finding in found] == [each.line for each in plan.taps]
    assert all(each.spec.capture for each in plan.taps)


def test_keys_are_the_same_after_lines_moved(plan, tmp_path):
    moved = write_program(tmp_path / "moved")
    (moved / "depot/workflow.py").write_text("# one\n# two\n\n" + WORKFLOW)
    (moved / "depot/settings.py").write_text("# one\n" + SETTINGS)
    again = planned(moved)
    assert [each.spec.key for each in again.taps] == [each.spec.key for each in plan.taps]
    assert [each.line for each in again.taps] != [each.line for each in plan.taps]


def test_what_a_run_saw_is_proposed_and_marked(plan, root, place):
    file = place / "planned.toml"
    file.write_text(plan.toml, encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "callchain",
        "run",
        "-q",
        QUESTION,
        "--root",
        str(root),
        "--namespace",
        "depot",
    ]
    command += ["--taps", str(file), "--workdir", str(root), "--out", str(place / "package")]
    done = subprocess.run(
        [*command, "--", sys.executable, "scripts/fill.py", str(place / "out")],
        capture_output=True,
        text=True,
        env=os.environ | {"CALLCHAIN_CACHE_DIR": str(place / "cache")},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    evidence = load_package(place / "package")
    assert [tap.key for tap in evidence.taps if not tap.hits] == []
    again = planned(root, [evidence])
    proposals = [proposal for each in again.taps for proposal in each.proposals]
    assert any(each.source.startswith("seen in ") for each in proposals)
    assert all(f"# proposed: {each}" in again.toml for each in proposals)
    told = [each.spec.expected for each in again.taps if each.proposals]
    assert told
    assert all(text.startswith("proposed, to be confirmed") for text in told)


DOCUMENTED = '''
def scale(factor: float, names: list[str], limit: "int | None" = None, size=3, note: t.Any = None):
    """Scale.

    Args:
        factor: positive, at most 10.
        names: what is scaled, non-empty.
        size (int): between 1 and 8 pixels.
    """
    total: int = 0
    return total
'''


def test_annotations_and_docstrings_become_proposals(tmp_path):
    (tmp_path / "m.py").write_text(DOCUMENTED)
    names = {name: name for name in ("factor", "names", "limit", "size", "note", "total")}
    spec = TapSpec("k", "p", "m.py::scale", "entry", "", names)
    found = {each.expression: each.source for each in propose(spec, Chain(()), Syntax(read_tree(tmp_path)))}
    assert found == {
        "factor is not None": "annotated float",
        "type_name(names) == 'list'": "annotated list[str]",
        "type_name(total) == 'int'": "annotated int",
        "factor > 0": "docstring: positive, at most 10.",
        "factor <= 10": "docstring: positive, at most 10.",
        "len(names) > 0": "docstring: what is scaled, non-empty.",
        "size >= 1 and size <= 8": "docstring: between 1 and 8 pixels.",
    }


def seen(*values):
    hits = tuple(Hit(n, 0, "", {"x": value}) for n, value in enumerate(values, 1))
    return TapResult("k", "", "m.py::f", "m.py", 1, 1, "entry", "", "", "", "", len(hits), hits, ())


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([Snapshot("int", 3), Snapshot("int", 3)], ["x == 3"]),
        ([Snapshot("int", 3), Snapshot("float", 0.5)], ["x > 0"]),
        ([Snapshot("int", 3), Snapshot("int", -1)], ["x is not None"]),
        ([Snapshot("NoneType")], ["x is None"]),
        ([Snapshot("str", "a"), Snapshot("NoneType")], []),
        ([Snapshot("list", length=2, items=())], ["len(x) == 2"]),
        ([Snapshot("numpy.ndarray", array={"shape": [2, 3]})], ["x.shape == [2, 3]"]),
        ([Snapshot("str", error="no such name")], []),
        ([Snapshot("str", omitted="redacted")], []),
    ],
)
def test_what_all_hits_have_in_common_is_proposed(tmp_path, values, expected):
    (tmp_path / "m.py").write_text("def f(x):\n    return x\n")
    spec = TapSpec("k", "p", "m.py::f", "entry", "", {"x": "x"})
    found = propose(spec, Chain(()), Syntax(read_tree(tmp_path)), [seen(*values)])
    assert [each.expression for each in found] == expected


def test_any_tap_reads_back_from_its_table(tmp_path):
    spec = TapSpec(
        key="tap.odd-key",
        purpose='says "so"\n',
        symbol="m.py::f",
        where="after",
        code='x = "\\\\é"\ny',
        capture={"a_b": "x['k\"']"},
        units="µm \x7f",
        expect=("a_b > 1",),
        stage="s → t",
        expected="in 'words'",
        checklist=("one", "two"),
        occurrence=2,
        compiled=True,
    )
    (tmp_path / "t.toml").write_text(
        as_toml([spec], ["a note\nin two lines"], {spec.key: ["why"]}), encoding="utf-8"
    )
    assert load(tmp_path / "t.toml") == (spec,)
    results = tuple(ExpectationResult(each, "pass") for each in spec.expect)
    told = (spec.where, spec.code, spec.units, spec.stage, spec.expected)
    result = TapResult(spec.key, spec.purpose, spec.symbol, "m.py", 1, 1, *told, 0, (), results)
    kept = {"checklist": spec.checklist, "capture": spec.capture, "occurrence": spec.occurrence, "compiled": True}
    assert spec_of(msgspec.structs.replace(result, **kept)) == spec


# ---- tests made of a tap file -----------------------------------------------------------------------------------


def run_pytest(folder):
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "callchain.pytest_plugin", "--tb=short", str(folder)],
        capture_output=True,
        text=True,
        cwd=folder,
        env=os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        check=False,
    )
    return done.stdout + done.stderr


DRIVER = """
from depot.workflow import fill_depot


def drive(folder):
    fill_depot(str(folder), [1, 2, 3])
"""


@pytest.mark.parametrize(
    "driver",
    [Driver(function="driving:drive"), Driver(command=("python", "scripts/fill.py", "out"))],
    ids=["in the test's process", "recorded from outside"],
)
def test_the_module_fails_with_value_line_and_expectation(tmp_path, driver):
    root = write_program(tmp_path / "subject")
    (root / "driving.py").write_text(DRIVER)
    checks = root / "checks"
    checks.mkdir()
    specs = load(root / "taps.toml")
    text = render_module(specs, driver, taps=root / "taps.toml", root=root, place=checks)
    (checks / "test_taps.py").write_text(text, encoding="utf-8")
    said = run_pytest(checks)
    assert "1 failed, 5 passed" in said, said
    assert "tap_count: count > 5 failed on hit 1 of 1" in said
    assert "seen      count = 3" in said
    assert "at        depot/packer.py:34 (on return, in Packer.pack_all)" in said
    assert "tap_crates: packed < 3 failed" not in said


def test_a_module_needs_exactly_one_driver(tmp_path):
    for driver in (Driver(), Driver("a:b", ("c",)), Driver("no driver")):
        with pytest.raises(CallchainError):
            render_module((), driver, taps=tmp_path / "t.toml", root=tmp_path, place=tmp_path)
