"""The verdict of each edge of the sample, and of edges made for one rule each."""

from __future__ import annotations

import msgspec
import pytest

from callchain.evidence.flows import MOST_OBSERVED, index_edges, join_flow
from callchain.evidence.sources import Sources
from callchain.evidence.verdicts import merge_edges, observe
from callchain.model.chain import Flow, FlowEdge
from callchain.model.graph import Edge
from callchain.model.package import Evidence
from callchain.model.recording import ObservedEdge, ObservedEffect, RunRecord
from tests.evidence import sample, shop
from tests.evidence.shop import APP_PY, STORE_PY, app, line, store


def edges_of(evidence: Evidence, flow: str = "save") -> dict[str, FlowEdge]:
    found = next(f for f in evidence.flows if f.name == flow)
    return {edge.callee.rpartition("::")[2]: edge for edge in found.edges}


@pytest.mark.parametrize(
    ("callee", "verdict", "count", "via"),
    [
        ("train", "confirmed", 1, ()),
        ("Store.__init__", "confirmed", 1, ()),
        ("Store.save", "confirmed", 1, ()),  # observed at another line of the same statement
        ("give_up", "static-only: not reached", 0, ()),
        ("notify", "static-only: line ran", 0, ()),
        ("audit", "observed-only", 1, ("callback",)),
        ("Store.__getattr__", "observed-only", 1, ("__getattr__",)),
        ("scale", "observed-only", 2, ("call by name",)),
    ],
)
def test_each_verdict(evidence: Evidence, callee: str, verdict: str, count: int, via: tuple[str, ...]):
    edge = edges_of(evidence)[callee]
    assert (edge.verdict, edge.count, edge.via) == (verdict, count, via)


def test_without_a_run_nothing_is_judged(read_only: Evidence):
    assert {edge.verdict for flow in read_only.flows for edge in flow.edges} == {"not run"}


def test_an_edge_that_was_read_but_lies_off_the_flow_is_not_added(evidence: Evidence):
    assert "Store._log" not in edges_of(evidence)


def test_both_ends_of_an_edge_get_the_place_of_the_definition(evidence: Evidence):
    edge = edges_of(evidence)["give_up"]
    assert (edge.callee_path, edge.callee_line) == (APP_PY, line(APP_PY, "def give_up"))


def test_an_edge_between_stages_that_was_read_elsewhere_is_confirmed(sources: Sources):
    flow = Flow("f", "", (sample.MAIN, sample.LOAD))
    read = index_edges([Edge(app("main"), line(APP_PY, '    load("out'), store("load"), "imported", 0.9)])
    edge = join_flow(flow, observe([sample.run()]), sources, read).flow.edges[-1]
    assert edge.callee == store("load")
    assert (edge.verdict, edge.rule, edge.confidence) == ("confirmed", "imported", 0.9)


def judged(edge: FlowEdge, run: RunRecord, sources: Sources, traced: frozenset[str] | None = None) -> FlowEdge:
    flow = Flow("f", "", (), (edge,))
    return join_flow(flow, observe([run], traced), sources, {}).flow.edges[0]


def test_a_class_counts_as_the_constructor_it_runs(sources: Sources):
    edge = sample.call(app("train"), store("Store"), 'Store("out.zip")')
    assert judged(edge, sample.run(), sources).verdict == "confirmed"


def test_a_file_that_was_not_traced_is_not_judged(sources: Sources):
    edge = sample.call(app("train"), app("give_up"), "        give_up()")
    told = judged(edge, sample.run(), sources, frozenset({STORE_PY}))
    assert told.verdict == "not run"
    assert "not under the tracer" in told.why


def test_the_same_pair_at_another_statement_is_another_edge(sources: Sources):
    edge = sample.call(app("train"), store("Store.save"), "store.finish()")
    assert judged(edge, sample.run(), sources).verdict == "static-only: line ran"


def test_a_wrapper_in_between_is_named(sources: Sources):
    at = line(APP_PY, "        give_up()")
    run = RunRecord(
        "r",
        (),
        0,
        "hunter",
        edges=(ObservedEdge(app("train"), at, app("audit")), ObservedEdge(app("audit"), 33, app("give_up"))),
    )
    told = judged(sample.call(app("train"), app("give_up"), "        give_up()"), run, sources)
    assert told.verdict == "static-only: line ran"
    assert told.via == (app("audit"),)


def test_a_call_that_leaves_the_namespace_is_confirmed_by_its_effect(sources: Sources):
    edge = sample.call(store("Store.save"), "zipfile.ZipFile", "with zipfile.ZipFile(self.path")
    told = judged(edge, sample.run(), sources)
    assert (told.verdict, told.count, told.via) == ("confirmed", 2, ("open",))


def test_a_call_that_leaves_the_namespace_without_effect_is_not_claimed(sources: Sources):
    edge = sample.call(store("Store.save"), "json.dumps", "json.dumps(items)")
    told = judged(edge, sample.run(), sources)
    assert told.verdict == "static-only: line ran"
    assert "not recorded" in told.why


def test_what_a_confirmed_call_went_through_is_kept(sources: Sources):
    edge = sample.call(app("main"), app("train"), "train([1, 2]")
    observed = ObservedEdge(app("main"), edge.line, app("train"), 3, ("keras",))
    told = judged(edge, RunRecord("r", (), 0, "hunter", edges=(observed,)), sources)
    assert (told.verdict, told.count, told.via) == ("confirmed", 3, ("keras",))


def test_counts_of_several_runs_add_up(sources: Sources):
    edge = sample.call(app("main"), app("train"), "train([1, 2]")
    flow = Flow("f", "", (), (edge,))
    assert join_flow(flow, observe([sample.run(), sample.run()]), sources, {}).flow.edges[0].count == 2


def test_equal_observations_merge_whatever_their_order():
    one, two = ObservedEdge("a", 1, "b", 2, ("x",)), ObservedEdge("a", 1, "b", 3, ("y",))
    assert merge_edges([one, two]) == merge_edges([two, one]) == (ObservedEdge("a", 1, "b", 5, ("x", "y")),)


def test_more_observed_edges_than_can_be_shown_are_counted(sources: Sources):
    at = line(APP_PY, "        hook(values)")
    many = tuple(ObservedEdge(app("train"), at, app(f"made_{n:03}")) for n in range(MOST_OBSERVED + 7))
    flow = Flow("f", "", (sample.TRAIN,))
    joined = join_flow(flow, observe([RunRecord("r", (), 0, "hunter", edges=many)]), sources, {})
    assert len(joined.flow.edges) == MOST_OBSERVED
    assert joined.left_out[0].reason.startswith("7 more observed edges")


def test_calls_between_stages_survive_the_bound(sources: Sources):
    at = line(APP_PY, "        hook(values)")
    many = [ObservedEdge(app("main"), 1, app(f"made_{n:03}")) for n in range(MOST_OBSERVED)]
    inner = ObservedEdge(app("train"), at, store("Store.save"))
    flow = Flow("f", "", (sample.MAIN, sample.TRAIN, sample.SAVE))
    run = RunRecord("r", (), 0, "hunter", edges=(*many, inner))
    assert store("Store.save") in {e.callee for e in join_flow(flow, observe([run]), sources, {}).flow.edges}


@pytest.mark.parametrize(
    ("caller", "snippet", "callee", "via", "mechanism"),
    [
        (app("<module>"), "from shop import", f"{shop.SETTINGS_PY}::<module>", (), ("import",)),
        (app("train"), "        hook(values)", app("audit"), ("keras",), ("keras",)),
        (
            app("train"),
            "        hook(values)",
            app("audit"),
            ("tensorflow.python.autograph",),
            ("AutoGraph",),
        ),
        (app("train"), "store.finish()", store("Store.finish"), (), ("method of an untyped value",)),
        (app("scale"), "return value", app("audit"), (), ("callback",)),
        (app("<module>"), "from shop.store", store("load"), (), ("import-time call",)),
    ],
)
def test_the_mechanism_of_a_call_that_was_not_read(
    sources: Sources, caller: str, snippet: str, callee: str, via: tuple[str, ...], mechanism: tuple[str, ...]
):
    stage = msgspec.structs.replace(sample.MAIN, symbol=caller)
    observed = ObservedEdge(caller, line(APP_PY, snippet), callee, 1, via)
    flow = Flow("f", "", (stage,))
    joined = join_flow(flow, observe([RunRecord("r", (), 0, "hunter", edges=(observed,))]), sources, {})
    assert joined.flow.edges[0].via == mechanism


def test_effects_tell_nothing_of_another_function(sources: Sources):
    edge = sample.call(store("load"), "zipfile.ZipFile", "with zipfile.ZipFile(path)")
    other = ObservedEffect("file", "read", "x", STORE_PY, edge.line, store("Store.save"), "open")
    assert (
        judged(edge, RunRecord("r", (), 0, "hunter", effects=(other,)), sources).verdict
        == "static-only: not reached"
    )


def test_an_import_of_a_module_that_is_there_already_says_so(sources: Sources):
    module = f"{STORE_PY}::<module>"
    edge = sample.call(app("<module>"), module, "from shop.store")
    earlier = ObservedEdge(f"{shop.SETTINGS_PY}::<module>", 3, module)
    run = RunRecord("r", (), 0, "hunter", edges=(earlier,), lines={APP_PY: (edge.line,)})
    told = judged(edge, run, sources)
    assert (told.verdict, told.via) == ("static-only: line ran", ("imported before",))


def test_a_callee_whose_caller_was_not_traced_is_told_to_have_run(sources: Sources):
    edge = sample.call(app("main"), store("load"), 'load("out')
    told = judged(edge, sample.run(), sources, frozenset({STORE_PY}))
    assert told.verdict == "not run"
    assert "the callee was entered once" in told.why


def test_what_a_line_entered_instead_is_told_though_it_was_read(sources: Sources):
    at = line(APP_PY, "        hook(values)")
    edge = sample.call(app("train"), app("notify"), "        hook(values)")
    observed = ObservedEdge(app("train"), at, app("audit"), 2)
    elsewhere = ObservedEdge(app("train"), line(APP_PY, "    store.finish()"), store("Store.finish"))
    read = index_edges([Edge(app("train"), e.line, e.callee, "points-to", 0.6) for e in (observed, elsewhere)])
    run = RunRecord("r", (), 0, "hunter", edges=(observed, elsewhere))
    joined = join_flow(Flow("f", "", (sample.TRAIN,), (edge,)), observe([run]), sources, read)
    assert [(e.callee, e.verdict, e.why) for e in joined.flow.edges[1:]] == [
        (app("audit"), "confirmed", "what the line entered instead")
    ]
