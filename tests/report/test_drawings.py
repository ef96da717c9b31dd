"""The drawings: what is in them, how they are bounded, and that a reader of their format accepts them."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import msgspec
import pytest

from callchain.model.chain import FlowEdge
from callchain.model.errors import CallchainError
from callchain.model.package import Evidence
from callchain.report import graph_dot, graph_mermaid, graph_svg
from callchain.report.counts import TIMES
from callchain.report.graph_model import MOST_BESIDE, drawing_of
from callchain.report.names import names_of
from tests.evidence import sample
from tests.evidence.shop import APP_PY, app

replace = msgspec.structs.replace


def titles(svg: str, kind: str) -> list[str]:
    root = ET.fromstring(svg)  # noqa: S314 - reads what the test itself rendered
    space = "{http://www.w3.org/2000/svg}"
    groups = [group for group in root.iter(f"{space}g") if group.get("class") == kind]
    return [" ".join((text.text or "").strip() for text in group.iter(f"{space}text")) for group in groups]


def test_the_svg_shows_every_stage_and_edge(evidence: Evidence):
    svg = graph_svg.render(graph_dot.render(evidence))
    nodes, edges, clusters = titles(svg, "node"), titles(svg, "edge"), titles(svg, "cluster")
    assert "Store.save shop/store.py:11 sink" in nodes
    assert f":17 {TIMES}1" in edges
    assert ":16 line ran" in edges
    assert f":20 {TIMES}1 via __getattr__" in edges
    assert clusters == ["save", "load", "contrast"]


def test_verdicts_differ_in_colour_and_in_line(evidence: Evidence):
    dot = graph_dot.render(evidence)
    looks = {
        re.search(r"color=\"(#\w+)\".*style=(\w+)", line).groups() for line in dot.splitlines() if "->" in line
    }  # type: ignore[union-attr]  # each edge has both
    assert len({colour for colour, _ in looks}) == len({line for _, line in looks}) == 4


def test_the_mermaid_drawing_has_the_same_edges(evidence: Evidence):
    mermaid = graph_mermaid.render(evidence)
    arrows = re.findall(r"^  f\dn\d+ (\S+)\|", mermaid, re.MULTILINE)
    assert sorted(arrows) == sorted(["-->"] * 4 + ["==>"] * 3 + ["-.->"] * 2)
    assert mermaid.count("linkStyle") == len(arrows)


def test_edges_beside_the_chain_are_bounded_and_counted(evidence: Evidence):
    edge = FlowEdge(app("train"), app("seen"), APP_PY, 10, verdict="observed-only", count=1)
    many = tuple(replace(edge, callee=app(f"beside_{n}"), verdict="static-only: not reached") for n in range(30))
    flow = replace(evidence.flows[0], edges=(*evidence.flows[0].edges[:1], *many, edge))
    drawing = drawing_of(flow, names_of(evidence))
    assert len(drawing.arrows) == 1 + MOST_BESIDE
    assert drawing.left_out == 31 - MOST_BESIDE
    assert app("seen") in {node.key for node in drawing.nodes}
    record = replace(evidence, flows=(flow,))
    assert "23 more edges" in graph_dot.render(record)
    assert "23 more edges" in graph_mermaid.render(record)


def test_what_one_line_enters_through_a_framework_is_one_bundle(evidence: Evidence):
    edge = FlowEdge(app("train"), "", APP_PY, 10, verdict="observed-only", count=2, via=("keras",))
    flow = replace(evidence.flows[0], edges=tuple(replace(edge, callee=app(f"layer_{n}")) for n in range(5)))
    drawing = drawing_of(flow, names_of(evidence))
    assert [node.label for node in drawing.nodes][
        -1
    ] == "5 functions\nlayer_0\nlayer_1\nlayer_2\n… 2 more".replace("layer", f"{APP_PY}::layer")
    assert [arrow.label for arrow in drawing.arrows] == [f":10 {TIMES}10\nvia keras"]
    assert drawing.left_out == 0


def test_calls_of_one_verdict_between_two_functions_are_one_arrow(evidence: Evidence):
    edge = FlowEdge(app("main"), app("train"), APP_PY, 10, verdict="confirmed", count=2)
    flow = replace(evidence.flows[0], edges=tuple(replace(edge, line=n) for n in range(10, 15)))
    (arrow,) = drawing_of(flow, names_of(evidence)).arrows
    assert arrow.label == f":10 :11 :12 … {TIMES}10"


def test_no_flow_is_drawn_as_a_sentence(evidence: Evidence):
    record = replace(evidence, flows=())
    assert "no flow answers the question" in graph_svg.render(graph_dot.render(record))
    assert "no flow answers the question" in graph_mermaid.render(record)


def test_a_source_that_cannot_be_drawn_is_one_clear_line():
    with pytest.raises(CallchainError, match="could not draw") as caught:
        graph_svg.render("digraph {")
    assert "\n" not in str(caught.value)


def test_a_missing_program_is_one_clear_line(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(graph_svg, "PROGRAM", "no-such-program-anywhere")
    with pytest.raises(CallchainError, match="is missing"):
        graph_svg.render("digraph {}")


def test_a_function_on_two_flows_is_drawn_in_each(evidence: Evidence):
    svg = graph_svg.render(graph_dot.render(evidence))
    assert titles(svg, "node").count(f"main shop/app.py:{sample.MAIN.line} entry, ran {TIMES}1") == 2
