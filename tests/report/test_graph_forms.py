import json

import pytest

from callchain.callgraph.select import Selection
from callchain.model.graph import BlindSpot, Edge
from callchain.report.graph_forms import FORMS

HOSTILE = 'a.py::<img onerror="x">|`]\n‮'
EDGES = (Edge("a.py::f", 3, "a.py::g", "direct", 1.0), Edge("a.py::f", 5, HOSTILE, "getattr", 0.6))
PART = Selection(
    edges=EDGES,
    external=(Edge("a.py::f", 4, "json.dumps", "module", 0.95),),
    blind_spots=(BlindSpot("a.py", 9, "a.py::f", "call", "unknown", "x()"),),
)


def test_json_has_the_promised_shape() -> None:
    found = json.loads(FORMS["json"](PART))
    assert found["edges"][0] == {
        "caller": "a.py::f",
        "callee": "a.py::g",
        "line": 3,
        "provenance": "direct",
        "confidence": 1.0,
    }
    assert found["external"][0]["callee"] == "json.dumps"
    assert found["blind_spots"][0]["reason"] == "unknown"
    assert "paths" not in found


def test_ways_are_printed_step_by_step() -> None:
    text = FORMS["text"](Selection(edges=EDGES[:1], paths=(EDGES[:1],)))
    assert text == "a.py::f\n  → a.py::g  a.py:3  direct 1.00\n"


@pytest.mark.parametrize("form", ["dot", "svg", "mermaid", "text"])
def test_target_text_is_data_in_every_form(form: str) -> None:
    text = FORMS[form](PART)
    assert "<img" not in text or form in {"dot", "text"}
    assert "‮" not in text
    assert "json.dumps" in text


@pytest.mark.parametrize("form", sorted(FORMS))
def test_nothing_is_printed_well_too(form: str) -> None:
    assert isinstance(FORMS[form](Selection(edges=())), str)
