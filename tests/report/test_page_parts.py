"""What the page is made of: numbers as pictures, files as a tree, calls as rows, views that are laid out."""

from __future__ import annotations

import math

import msgspec
import pytest

from callchain.model.chain import Artefact, Flow, Member
from callchain.model.package import Evidence
from callchain.model.recording import CallNode, ThreadTree
from callchain.model.tap import Hit, Snapshot
from callchain.report.index_html import segments
from callchain.report.names import names_of
from callchain.report.page.captured import captured
from callchain.report.page.files import Entry, file_tree, size
from callchain.report.page.findings import findings_of
from callchain.report.page.layout import BOX_HEIGHT, lay_out
from callchain.report.page.payload import payload
from callchain.report.page.plots import HEIGHT, WIDTH, plots_of
from callchain.report.page.symbols import LONGEST, Symbols, shortened

replace = msgspec.structs.replace


def number(value: float) -> Snapshot:
    return Snapshot("float", value)


def tap_with(evidence: Evidence, *values: dict[str, Snapshot]):
    hits = tuple(Hit(n, 0, "MainThread", value) for n, value in enumerate(values, 1))
    return replace(evidence.taps[0], snapshots=hits, hits=len(hits))


def test_a_number_that_changes_over_the_hits_becomes_a_curve(evidence: Evidence):
    tap = tap_with(evidence, *({"loss": number(x), "same": number(3.0)} for x in (4.0, 2.0, 1.0)))
    (plot,) = plots_of(tap)
    assert (plot.name, plot.caption, plot.low, plot.high) == ("loss", "over the hits", "1", "4")
    assert (plot.first, plot.last) == ("hit 1", "hit 3")
    xs, ys = zip(*plot.points, strict=True)
    assert list(xs) == sorted(xs)
    assert list(ys) == sorted(ys), "falling values go down, and down is larger"


def test_a_training_history_becomes_a_curve_a_list(evidence: Evidence):
    losses = Snapshot("list", length=4, items=tuple(map(number, (3.0, 2.0, 1.5, 1.4))))
    history = Snapshot("dict", length=2, fields=(("loss", losses), ("name", Snapshot("str", "x"))))
    (plot,) = plots_of(tap_with(evidence, {"history": history}))
    assert (plot.name, plot.caption, plot.last) == ("history.loss", "in the last hit", "item 4")
    assert len(plot.points) == 4


def test_tensors_become_ranges_over_the_hits_and_a_histogram(evidence: Evidence):
    def tensor(low: float, high: float) -> Snapshot:
        facts = {"shape": [8], "min": low, "max": high, "mean": (low + high) / 2, "histogram": [1, 0, 4, 3]}
        return Snapshot("numpy.ndarray", array=facts)

    histogram, ranges = plots_of(tap_with(evidence, {"w": tensor(0.0, 1.0)}, {"w": tensor(-1.0, 2.0)}))
    assert [bar[3] for bar in histogram.bars] == [18.0, 0.0, 72.0, 54.0]
    assert (ranges.low, ranges.high) == ("-1", "2")
    assert ranges.bars[1][3] == pytest.approx(3 * ranges.bars[0][3])


@pytest.mark.parametrize(
    "values",
    [
        (1e308, -1e308),
        (5e-324, 0.0),
        (math.nan, 1.0, 2.0),
        (math.inf, 1.0, 2.0),
        (10**400, 1, 2),
    ],
)
def test_strange_numbers_stay_inside_the_picture(evidence: Evidence, values: tuple[float, ...]):
    tap = tap_with(evidence, *({"x": Snapshot("float", value)} for value in values))
    for plot in plots_of(tap):
        for x, y in plot.points:
            assert 0 <= x <= WIDTH
            assert 0 <= y <= HEIGHT


def test_captured_values_that_are_the_same_are_told_once(evidence: Evidence):
    got = captured(tap_with(evidence, *({"a": number(1.0), "b": number(float(n))} for n in range(9))))
    assert [hit.sequence for hit in got.hits] == [1, 2, 3, 9]
    assert got.left_out == 5
    same, other = got.rows
    assert (same.name, same.same, same.values) == ("a", True, ("1.0",))
    assert (other.same, other.values) == (False, ("0.0", "1.0", "2.0", "8.0"))


def outline(entries: tuple[Entry, ...] | list[Entry], depth: int = 0) -> list[str]:
    return [
        line
        for entry in entries
        for line in (f"{'  ' * depth}{entry.name}", *outline(list(entry.children.values()), depth + 1))
    ]


def test_artefacts_are_a_tree_of_folders_files_and_members():
    members = (Member("a/x.bin", 10), Member("top.json", 3))
    tree = file_tree(
        (
            Artefact("out/store.zip", "archive", members=members, expected=("top.json", "lost.json")),
            Artefact("out/run.log", "file"),
        )
    )
    assert outline(tree) == [
        "out",
        "  store.zip",
        "    a",
        "      x.bin",
        "    top.json",
        "    lost.json",
        "  run.log",
    ]
    archive = tree[0].children["store.zip"]
    assert archive.children["lost.json"].missing
    assert archive.children["a"].children["x.bin"].unforeseen


@pytest.mark.parametrize(
    ("count", "text"), [(0, "0 bytes"), (999, "999 bytes"), (1000, "1 kB"), (33414, "33.4 kB")]
)
def test_sizes_are_told_as_people_read_them(count: int, text: str):
    assert size(count) == text


def test_the_findings_name_what_speaks_against_the_answer(evidence: Evidence):
    found = findings_of(evidence, names_of(evidence))
    assert [finding.grade for finding in found] == ["fail", "warn", "warn", "warn"]
    assert found[0].detail.startswith("len(config) > 20")
    assert {finding.what for finding in found[1:]} == {
        "A tap was not reached",
        "A call that was read did not happen, though its line ran",
        "Not written into out.zip",
    }


def made(evidence: Evidence) -> dict:
    names = names_of(evidence)
    return payload(evidence, names, Symbols(names))


def test_every_call_of_the_flows_is_in_the_data_once(evidence: Evidence):
    data = made(evidence)
    wanted = {(edge.caller, edge.callee, edge.path, edge.line) for flow in evidence.flows for edge in flow.edges}
    symbols = [row[1] for row in data["symbols"]]
    found = [
        (symbols[tail], symbols[head], data["calls"][call][0], data["calls"][call][1])
        for tail, head, _, calls in data["arrows"]
        for call in calls
    ]
    assert sorted(found) == sorted(wanted)
    assert len(found) == len(data["calls"])


def test_the_rows_of_the_call_tree_are_its_calls_in_order(evidence: Evidence):
    data = made(evidence)
    (tree,) = data["trees"]
    rows = [tree["rows"][n : n + 6] for n in range(0, len(tree["rows"]), 6)]
    names = [(depth, data["symbols"][symbol][0], count) for depth, symbol, _, count, _, _ in rows]
    assert names == [(0, "main", 1), (1, "train", 1), (2, "audit", 1), (2, "Store.save", 1), (1, "load", 3)]
    assert data["words"][rows[4][5]] == "raise OSError"
    assert data["words"][rows[2][4]] == "keras"


def test_a_tree_deeper_than_the_interpreters_stack_has_its_rows(evidence: Evidence):
    node = CallNode("a.py::leaf", "a.py", 1)
    for level in range(5_000):
        node = CallNode(f"a.py::f{level % 7}", "a.py", 1, children=(node,))
    process = replace(evidence.runs[0].processes[0], threads=(ThreadTree("MainThread", (node,)),))
    deep = replace(evidence, runs=(replace(evidence.runs[0], processes=(process,)),))
    (tree,) = made(deep)["trees"]
    assert len(tree["rows"]) == 6 * 5_001


def test_the_views_are_all_flows_and_each_alone(evidence: Evidence):
    views = made(evidence)["views"]
    assert [view["name"] for view in views] == ["all flows", "save", "load", "contrast"]
    single = made(replace(evidence, flows=evidence.flows[:1]))["views"]
    assert [view["name"] for view in single] == ["save"]
    assert made(replace(evidence, flows=()))["views"] == []


def test_an_empty_flow_is_a_view_without_boxes(evidence: Evidence):
    (view,) = made(replace(evidence, flows=(Flow("none", "", ()),)))["views"]
    assert list(view["nodes"]) == []


def test_the_layout_puts_a_callee_right_of_its_caller_and_no_box_on_another():
    widths = {0: 120, 1: 200, 2: 160}
    first, second = lay_out([(widths, {7: (0, 1), 8: (0, 2)}), ({5: 120}, {3: (5, 5)})])
    x, y = zip(*(first.boxes[number] for number in (0, 1, 2)), strict=True)
    assert x[0] + 60 < x[1] - 100
    assert x[0] + 60 < x[2] - 80
    assert abs(y[1] - y[2]) >= BOX_HEIGHT
    assert set(first.paths) == {7, 8}
    assert first.paths[7].startswith("M")
    assert (set(second.boxes), set(second.paths)) == ({5}, {3})


def test_long_names_lose_their_middle():
    name = shortened("a" * 100 + "z" * 100)
    assert len(name) == LONGEST
    assert name.startswith("aaa")
    assert name.endswith("zzz")


@pytest.mark.parametrize(
    ("question", "pieces"),
    [
        ("who calls `f.g` here?", [("who calls ", False), ("f.g", True), (" here?", False)]),
        ("an odd ` one", [("an odd ` one", False)]),
        ("`all`", [("all", True)]),
    ],
)
def test_code_in_the_question_is_told_apart(question: str, pieces: list[tuple[str, bool]]):
    assert segments(question) == pieces
