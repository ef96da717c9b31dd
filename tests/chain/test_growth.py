from callchain.callgraph.graph import CallGraph
from callchain.chain.growth import alternatives, grown, in_order
from callchain.model.graph import Edge
from callchain.question.pathways import Worth, best_ways
from callchain.question.trunk import Trunk

FILE = "a.py"


def edge(caller: str, callee: str, line: int, confidence: float = 1.0, rule: str = "direct") -> Edge:
    return Edge(f"{FILE}::{caller}", line, f"{FILE}::{callee}", rule, confidence)


def graph(*edges: Edge) -> CallGraph:
    return CallGraph({}, tuple(sorted(edges)), (), ())


def named(*names: str) -> tuple[str, ...]:
    return tuple(f"{FILE}::{name}" for name in names)


def worth(**prizes: float) -> Worth:
    prize = {f"{FILE}::{name}": value for name, value in prizes.items()}
    return Worth(prize, dict.fromkeys(prize, 0.1), dict.fromkeys(prize, 0.1))


def test_functions_come_in_the_order_of_the_calling_lines():
    edges = [edge("main", "late", 9), edge("main", "early", 3), edge("early", "deep", 20)]
    assert in_order(named("main"), edges) == named("main", "early", "deep", "late")


def test_a_loop_ends():
    edges = [edge("a", "b", 1), edge("b", "a", 2)]
    assert in_order(named("a"), edges) == named("a", "b")


def test_branches_are_added_only_when_they_earn_their_calls():
    calls = graph(edge("main", "wanted", 2), edge("main", "noise", 3))
    symbols, edges = grown(Trunk(named("main"), ()), worth(wanted=0.9), calls, {FILE}, 12)
    assert symbols == named("main", "wanted")
    assert [step.callee for step in edges] == list(named("wanted"))


def test_a_branch_goes_only_as_deep_as_asked():
    calls = graph(edge("main", "a", 2), edge("a", "b", 3), edge("b", "wanted", 4))
    deep, _ = grown(Trunk(named("main"), ()), worth(wanted=3.0), calls, {FILE}, 12)
    assert deep == named("main", "a", "b", "wanted")
    shallow, _ = grown(Trunk(named("main"), ()), worth(wanted=3.0), calls, {FILE}, 12, depth=2)
    assert shallow == named("main")


def test_what_changes_state_counts_where_the_trunk_calls_it():
    calls = graph(edge("main", "changer", 2))
    symbols, _ = grown(Trunk(named("main"), ()), worth(), calls, {FILE}, 12, set(named("changer")))
    assert symbols == named("main", "changer")


def test_the_other_candidate_of_a_doubtful_call_is_shown():
    calls = [edge("main", "A.send", 2, 0.8), edge("main", "B.send", 2, 0.8), edge("main", "B.close", 2, 0.8)]
    found = alternatives((calls[0],), worth(), graph(*calls), {FILE})
    assert [step.callee for step in found] == list(named("B.send"))


def test_ways_lead_from_what_reaches_the_hits_and_never_through_imports():
    calls = graph(
        edge("main", "load", 2),
        edge("load", "sink", 3),
        edge("other", "sink", 4, 1.0, "import"),
    )
    (best, *_) = best_ways(calls, worth(main=0.3, load=0.5, sink=0.9, other=0.3), named("main", "other"), {FILE})
    assert best.symbols == named("main", "load", "sink")


def test_a_sure_detour_beats_a_doubtful_short_cut():
    calls = graph(edge("a", "z", 1, 0.4), edge("a", "b", 2), edge("b", "z", 3))
    (best, *_) = best_ways(calls, worth(a=0.5, z=0.9), named("a"), {FILE})
    assert best.symbols == named("a", "b", "z")
