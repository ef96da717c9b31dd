"""A function that ran although its edge was not reached is told to have run, and from where."""

from __future__ import annotations

import msgspec

from callchain.evidence.absences import SELECTED
from callchain.evidence.entries import Entry, entries_of
from callchain.evidence.verdicts import NOT_REACHED, NOT_RUN
from callchain.model.chain import Flow
from callchain.model.package import Evidence
from callchain.model.recording import CallNode, ProcessRecord, RunRecord, ThreadTree
from callchain.report import graph_dot, graph_mermaid, static_md, summary_md, tap_points_md
from callchain.report.all import render_all
from callchain.report.counts import TIMES
from callchain.report.names import names_of
from callchain.report.stage_marks import StageMarks
from callchain.source.tree import SourceTree
from tests.evidence import sample
from tests.evidence.shop import APP_PY, STORE_PY, app, line, store

replace = msgspec.structs.replace


def driven(*roots: CallNode) -> RunRecord:
    """A run whose functions were entered by a driver that lies outside the traced files."""
    threads = (ThreadTree("MainThread", roots),)
    process = ProcessRecord(1, 0, ("python", "drive.py"), "3.11", "hunter", True, threads)
    return RunRecord("drive", ("python", "drive.py"), 0, "hunter", processes=(process,))


SAVED = CallNode(store("Store.save"), STORE_PY, sample.SAVE.line, via=("__main__",), count=2)


def test_a_stage_entered_by_a_driver_is_told_to_have_run(tree: SourceTree):
    evidence = sample.evidence(tree, record=driven(SAVED))
    edge = next(edge for edge in evidence.flows[0].edges if edge.callee == store("Store.save"))
    assert edge.verdict == NOT_REACHED
    assert edge.why.endswith("; the callee was entered 2 times from elsewhere")
    told = f"`Store.save` `shop/store.py:11` (sink, ran {TIMES}2, entered from outside the traced files)"
    assert told in summary_md.render(evidence)
    assert (
        f"`shop/store.py:11-17` (ran {TIMES}2, entered from outside the traced files): writes"
        in static_md.render(evidence)
    )
    page = render_all(evidence)["index.html"].decode()
    assert f"ran {TIMES}2, entered from outside the traced files" in page
    assert "; 1 of them into functions that ran, entered from elsewhere" in summary_md.render(evidence)


def test_a_stage_that_nothing_entered_says_so(tree: SourceTree):
    evidence = sample.evidence(tree, record=driven(SAVED))
    document = summary_md.render(evidence)
    assert "1. `main` `shop/app.py:36` (entry, did not run)" in document
    assert "`train` `shop/app.py:9` (core, static-only: not reached)" in document


def test_the_caller_that_a_run_saw_is_named(evidence: Evidence):
    """No edge of the flow enters `load` here, but the run saw who did."""
    flow = Flow("f", "", (sample.MAIN, sample.LOAD))
    marks = StageMarks(evidence, names_of(evidence)).of(flow)
    at = line(APP_PY, '    load("out')
    assert marks[store("load")] == f"ran {TIMES}1, entered from `main` `{APP_PY}:{at}`"
    assert marks[app("main")] == f"ran {TIMES}1, entered from outside the traced files"


def test_several_callers_are_counted(evidence: Evidence):
    run = evidence.runs[0]
    more = tuple(replace(edge, line=edge.line + 1) for edge in run.edges if edge.callee == store("load"))
    record = replace(evidence, runs=(replace(run, edges=(*run.edges, *more)),))
    marks = StageMarks(record, names_of(record)).of(Flow("f", "", (sample.LOAD,)))
    assert marks[store("load")].startswith(f"ran {TIMES}2, entered from `main` ")
    assert marks[store("load")].endswith(" and 1 more place")


def test_a_file_that_was_not_traced_is_not_said_not_to_have_run(evidence: Evidence):
    edge = replace(evidence.flows[0].edges[0], caller=app("export"), callee=app("audit"), verdict=NOT_RUN)
    flow = Flow("f", "", (sample.EXPORT,), (edge,))
    assert StageMarks(evidence, names_of(evidence)).of(flow) == {app("export"): "was not traced"}


def test_without_a_run_no_stage_is_marked(read_only: Evidence):
    assert StageMarks(read_only, names_of(read_only)).of(read_only.flows[0]) == {}


def test_entries_come_from_roots_and_calls(evidence: Evidence):
    found = entries_of(evidence.runs)
    assert found[app("main")] == (Entry(1),)
    assert found[app("scale")] == (Entry(2, app("train"), line(APP_PY, "values = [scale")),)
    assert found[app("scale")][0].path == APP_PY


def test_a_flow_without_an_entry_point_says_where_it_begins(evidence: Evidence):
    absent = {title: why for title, why in evidence.absent.items() if title != SELECTED}
    document = static_md.render(replace(evidence, entry_points=(), absent=absent))
    assert "Not filled: no confident entry point: one candidate was judged by words" in document
    document = static_md.render(evidence)
    assert (
        "- flow `contrast` begins at `export` `shop/app.py:41`, which is none of the candidates chosen" in document
    )
    assert "- flow `save` begins" not in document


def test_the_drawings_show_what_ran_although_no_edge_was_taken(tree: SourceTree):
    evidence = sample.evidence(tree, record=driven(SAVED))
    dot = graph_dot.render(evidence)
    assert f"sink, ran {TIMES}2" in dot
    assert "entry, did not run" in dot
    assert "entry, did not run" in graph_mermaid.render(evidence)
    assert "ran" not in graph_mermaid.render(sample.evidence(tree, ran=False)).replace("train", "")


def test_a_tap_in_a_function_that_a_driver_entered_says_so(tree: SourceTree):
    evidence = sample.evidence(tree, record=driven(SAVED))
    document = tap_points_md.render(evidence)
    assert "- `train → Store.save` `shop/app.py:17`, static-only: not reached" in document
    assert f"- entered from outside the traced files, seen {TIMES}2 in run `drive`" in document
