"""How likely a call is by what stands beside it: other candidates, and other places of a candidate."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from callchain.callgraph.graph import CallGraph

GraphOf = Callable[[Mapping[str, str]], CallGraph]
SHOWN = 0.55
_STEPS = "".join(f"def step_{n}(): return {n}\n" for n in range(12))
_TABLE = f"steps = [{', '.join(f'step_{n}' for n in range(12))}]\n"
_CALLER = "def {}(number):\n    chosen = steps[number]\n    return chosen()\n"


def _confidences(graph: CallGraph, caller: str) -> list[float]:
    return [edge.confidence for edge in graph.calls_from(f"m.py::{caller}")]


def test_functions_that_can_be_meant_at_one_place_only_are_called_there(graph_of: GraphOf) -> None:
    graph = graph_of({"m.py": _STEPS + _TABLE + _CALLER.format("first")})
    found = _confidences(graph, "first")
    assert len(found) == 12
    assert min(found) >= SHOWN


@pytest.mark.parametrize("places", [2, 3])
def test_many_that_can_be_meant_at_several_places_are_likely_at_none(graph_of: GraphOf, places: int) -> None:
    callers = [f"caller_{n}" for n in range(places)]
    graph = graph_of({"m.py": _STEPS + _TABLE + "".join(map(_CALLER.format, callers))})
    for caller in callers:
        found = _confidences(graph, caller)
        assert len(found) == 12, "they stay in the graph for whoever asks"
        assert max(found) < SHOWN


def test_few_candidates_may_be_meant_at_several_places(graph_of: GraphOf) -> None:
    few = "def a(): pass\ndef b(): pass\ndef c(): pass\nsteps = [a, b, c]\n"
    graph = graph_of({"m.py": few + _CALLER.format("first") + _CALLER.format("second")})
    assert min(_confidences(graph, "first") + _confidences(graph, "second")) >= SHOWN


def test_the_only_override_of_a_method_that_is_there_is_less_likely_than_the_method(graph_of: GraphOf) -> None:
    program = """
        class Base:
            def run(self): return self.step()
            def step(self): return 1
        class Below(Base):
            def step(self): return 2
        def go(thing: Base): thing.run()
        """
    found = {edge.callee: edge.confidence for edge in graph_of({"m.py": program}).calls_from("m.py::Base.run")}
    assert found["m.py::Base.step"] >= SHOWN > found["m.py::Below.step"]


def test_what_only_a_class_below_has_is_what_its_mixin_calls(graph_of: GraphOf) -> None:
    program = """
        class Mixin:
            def run(self):
                self.step()
                self(1)
                return self[2]
        class Called:
            def __call__(self, value): return value
        class Whole(Mixin, Called):
            def step(self): return 2
            def __getitem__(self, key): return key
        """
    found = {edge.callee: edge.confidence for edge in graph_of({"m.py": program}).calls_from("m.py::Mixin.run")}
    assert sorted(found) == ["m.py::Called.__call__", "m.py::Whole.__getitem__", "m.py::Whole.step"]
    assert min(found.values()) >= SHOWN
