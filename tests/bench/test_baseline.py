"""The committed baseline, and what is told of a run that is worse."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from bench import baseline
from bench.accuracy import compare, plain
from bench.child import Limits
from bench.figures import Figure
from bench.latency import latency
from bench.run import checked
from bench.static.trees import copy_tree

GOOD = [
    Figure("reading t", "ast.parse", 1.0, 1.0),
    Figure("reading t", "ours, cold", 6.0, 6.0),
    Figure("accuracy, p", "recall", share=0.97),
]


@pytest.fixture
def kept(tmp_path):
    file = tmp_path / "baseline.json"
    baseline.write(file, baseline.record(GOOD, {"cores": 2, "load": [1.0]}))
    return file


def test_a_run_is_no_worse_than_itself(kept, capsys):
    assert checked(GOOD, kept) == 0
    assert capsys.readouterr().out.startswith("no regression: ratios within +50%")


def test_a_slower_run_and_a_lower_share_are_told_in_a_line_each(kept, capsys):
    worse = [GOOD[0], replace(GOOD[1], ratio=9.6), replace(GOOD[2], share=0.9)]
    assert checked(worse, kept) == 1
    assert capsys.readouterr().out.splitlines() == [
        "regression: reading t: ours, cold: ratio 9.60, the baseline has 6.00 (+60%, +50% is allowed)",
        "regression: accuracy, p: recall: 90.00%, the baseline has 97.00% (0.5% less is allowed)",
    ]


def test_a_program_that_did_not_end_is_a_regression(kept):
    assert checked([replace(GOOD[1], ended="DNF")], kept) == 1


def test_scatter_within_the_tolerance_is_none(kept):
    assert checked([replace(GOOD[1], ratio=8.9), replace(GOOD[2], share=0.966)], kept) == 0


def test_what_a_run_lacks_is_named_and_no_regression(kept, capsys):
    assert checked(GOOD[:2], kept) == 0
    assert "not measured here: accuracy, p: recall" in capsys.readouterr().out


def test_a_baseline_holds_ratios_of_ours_and_no_load(kept):
    found = json.loads(kept.read_text())
    assert (found["ratios"], found["shares"]) == ({"reading t: ours, cold": 6.0}, {"accuracy, p: recall": 0.97})
    assert found["machine"] == {"cores": 2}


def test_a_part_measured_anew_leaves_the_others(kept):
    baseline.update(kept, baseline.record([replace(GOOD[1], ratio=5.0)], {"cores": 4}))
    found = baseline.load(kept)
    assert (found["ratios"], found["shares"]) == ({"reading t: ours, cold": 5.0}, {"accuracy, p: recall": 0.97})


def test_the_committed_baseline_covers_every_kind_of_figure():
    found = baseline.load(baseline.FILE)
    kinds = {key.partition(" ")[0] for key in found["ratios"]} | {key.partition(",")[0] for key in found["shares"]}
    assert {"reading", "question", "running:", "accuracy"} <= kinds
    assert all(ratio > 0 for ratio in found["ratios"].values())


def test_edges_are_compared_with_those_that_ran():
    def edge(caller, callee, kind="call", caller_kind="function"):
        return {"caller": caller, "callee": callee, "kind": kind, "caller_kind": caller_kind}

    seen = {
        "edges": [
            edge("a.py::f", "a.py::g"),
            edge("a.py::f.<locals>.<genexpr>", "a.py::h"),
            edge("a.py::C", "a.py::deco", caller_kind="class_body"),
            edge("a.py::<module>", "a.py::C", kind="body"),
        ],
        "via": [edge("a.py::f", "a.py::called_back")],
        "lines": {"a.py": [1, 2, 3]},
    }
    ours = {
        ("a.py::f", 2, "a.py::g"),
        ("a.py::f", 3, "a.py::called_back"),
        ("a.py::f", 3, "a.py::never"),
        ("a.py::f", 9, "a.py::on_a_line_that_did_not_run"),
        ("a.py::<module>", 1, "a.py::deco"),
    }
    assert compare(seen, ours) == [2, 3, 3, 4]


def test_symbols_are_plain_names():
    assert plain("a.py::f.<locals>.<listcomp>") == "a.py::f"
    assert plain("a.py::<listcomp>") == "a.py::<module>"
    assert plain("a.py::f.<locals>.<lambda2>") == "a.py::f.<lambda>"


def test_a_question_is_timed_cold_known_and_again(tmp_path):
    package = tmp_path / "pkg"
    package.mkdir()
    (package / "work.py").write_text("def run():\n    return save()\n\n\ndef save():\n    return open('x', 'w')\n")
    tree = copy_tree("small", [package], tmp_path / "copies")
    figures = list(latency(tree, "How does run save?", 0.01, tmp_path, 1, Limits(cpu_s=60)))
    assert [(each.program, each.ended, each.cpu_s > 0) for each in figures] == [
        ("ours, cold", "", True),
        ("ours, nothing changed", "", True),
        ("ours, asked again", "", True),
    ]
