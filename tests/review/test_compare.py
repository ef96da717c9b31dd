"""Two packages compared: the same ones differ in nothing, three planted changes are exactly the three named."""

import json
import os
import subprocess
import sys

import msgspec
import pytest
import typer
from typer.testing import CliRunner

from callchain.cli.diff_command import diff
from callchain.evidence.package import load
from callchain.model.tap import Snapshot
from callchain.review.compare import compare
from callchain.review.difference import as_markdown
from callchain.review.tolerance import Tolerance, disagreements
from tests.review.program import QUESTION, WORKFLOW, write_program

FILLING = WORKFLOW.replace("SCALE = 2.5", "SCALE = 2.5\nLIMIT = 40").replace(
    """    packer = Packer(archive_path(folder))
    return packer.pack_all(make_crates(values))
""",
    '''    packer = Packer(archive_path(folder))
    total = packer.pack_all(make_crates(values)[:LIMIT])
    with open(os.path.join(folder, "names.txt"), "w") as file:
        file.write("names")
    with open(os.path.join(folder, "weights.txt"), "w") as file:
        file.write("weights")
    announce(total)
    return total


def announce(total):
    """Say how many."""
    settings.put("limit", total)
''',
)
REORDERED = """    with open(os.path.join(folder, "weights.txt"), "w") as file:
        file.write("weights")
    with open(os.path.join(folder, "names.txt"), "w") as file:
        file.write("names")
"""


def make(place, workflow):
    root = write_program(place / "subject")
    (root / "depot/workflow.py").write_text(workflow)
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
    command += ["--taps", str(root / "taps.toml"), "--workdir", str(root), "--out", str(place / "package")]
    done = subprocess.run(
        [*command, "--", sys.executable, "scripts/fill.py", str(place / "out")],
        capture_output=True,
        text=True,
        cwd=place,
        check=False,
        env=os.environ | {"CALLCHAIN_CACHE_DIR": str(place / "cache")},
    )
    assert done.returncode == 0, done.stderr
    return place / "package"


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    return make(tmp_path_factory.mktemp("first"), FILLING)


@pytest.fixture(scope="module")
def changed(tmp_path_factory):
    text = "# moved\n\n" + FILLING.replace("LIMIT = 40", "LIMIT = 50").replace("    announce(total)\n", "")
    start, end = text.index('    with open(os.path.join(folder, "names'), text.index("    return total")
    return make(tmp_path_factory.mktemp("second"), text[:start] + REORDERED + text[end:])


def test_a_package_and_its_twin_with_moved_lines_do_not_differ(first, tmp_path):
    assert compare(load(first), load(first)).same
    moved = compare(load(first), load(make(tmp_path, f"# moved\n\n\n{FILLING}")))
    assert moved.differences == ()


def test_three_changes_are_exactly_the_three_that_are_named(first, changed):
    found = compare(load(first), load(changed))
    source = [(d.aspect, d.what, d.a, d.b) for d in found.differences if d.level == "source"]
    assert ("edge", "fill_depot → announce", "called", "") in source
    assert ("constant", "LIMIT in depot/workflow.py", "40", "50") in source
    (order,) = [d for d in found.differences if d.aspect == "order"]
    assert (order.what, "names.txt" in order.a, "weights.txt" in order.b) == ("effects of fill_depot", True, True)
    assert len(source) == 3
    assert found.first is not None
    assert found.first.a_anchor.startswith("depot/workflow.py:")


def test_the_first_divergence_is_the_call_at_which_the_runs_part(first, changed):
    earlier = load(first)
    twin = load(changed)
    same = {"constants": earlier.constants, "effects": earlier.effects}
    found = compare(earlier, msgspec.structs.replace(twin, **same))
    assert found.first is not None
    assert "announce" in f"{found.first.what} {found.first.a}"


def number(value):
    return Snapshot(type=type(value).__name__, value=value)


@pytest.mark.parametrize(
    ("one", "other", "tolerance", "names"),
    [
        (number(1.0), number(1.0 + 1e-12), Tolerance(), []),
        (number(1.0), number(1.01), Tolerance(), ["x"]),
        (number(1.0), number(1.01), Tolerance(absolute=0.1), []),
        (number(100), number(101.0), Tolerance(relative=0.02), []),
        (number("a"), number("b"), Tolerance(absolute=9), ["x"]),
        (number(True), number(1), Tolerance(absolute=9), ["x"]),
        (number(float("nan")), number(float("nan")), Tolerance(), []),
    ],
)
def test_numbers_agree_within_the_tolerance(one, other, tolerance, names):
    assert [name for name, _, _ in disagreements(one, other, tolerance, "x")] == names


def test_arrays_are_compared_by_shape_dtype_and_statistics():
    facts = {"shape": [2], "dtype": "float32", "min": 0.0, "max": 1.0, "mean": 0.5, "digest": "aa"}
    one = Snapshot(type="numpy.ndarray", array=facts)
    near = Snapshot(type="numpy.ndarray", array=facts | {"mean": 0.5001, "digest": "bb"})
    wide = Snapshot(type="torch.Tensor", array=facts | {"shape": [3], "digest": "cc"})
    assert [n for n, _, _ in disagreements(one, near, Tolerance(absolute=0.01), "t")] == []
    assert [n for n, _, _ in disagreements(one, near, Tolerance(), "t")] == ["t.mean"]
    assert [n for n, _, _ in disagreements(one, wide, Tolerance(absolute=0.01), "t")] == ["t.shape"]


def test_taps_are_matched_by_a_mapping(first):
    evidence = load(first)
    names = {"tap_count": "other_tap_count"}
    renamed = tuple(msgspec.structs.replace(tap, key=names.get(tap.key, tap.key)) for tap in evidence.taps)
    twin = msgspec.structs.replace(evidence, taps=renamed)
    assert {d.what for d in compare(evidence, twin).differences} == {"tap_count", "other_tap_count"}
    assert compare(evidence, twin, mapping={"tap_count": "other_tap_count"}).same


def test_the_command_prints_both_forms_and_exits_1_on_a_difference(first, changed):
    app = typer.Typer()
    app.command()(diff)
    same = CliRunner().invoke(app, [str(first), str(first)], standalone_mode=False)
    assert (same.return_value, "Nothing differs." in same.stdout) == (0, True)
    other = CliRunner().invoke(app, [str(first), str(changed), "--json"], standalone_mode=False)
    assert other.return_value == 1
    assert {"aspect", "what", "a", "b", "a_anchor", "b_anchor"} <= set(json.loads(other.stdout)["differences"][0])
    page = as_markdown(compare(load(first), load(changed)))
    assert "## First divergence" in page
    assert "depot/workflow.py:" in page
