"""Of a comparison both sides begin alike where two of their ways do, though another way is better."""

from callchain.question.found_flows import FoundFlow, _matched
from callchain.question.pathways import Worth
from callchain.question.plan import FlowPlan
from callchain.question.sides import Side
from callchain.question.trunk import Trunk
from callchain.question.understand import understand


def side(stem: str) -> Side:
    return Side(stem, understand(f"building a {stem}"), frozenset({stem}), frozenset())


def flow(*starts: str) -> tuple[FoundFlow, ...]:
    plan = FlowPlan("answer", "answer", (), frozenset(), frozenset({"m.py"}))
    return (
        FoundFlow(plan, Worth({}, {}, {}, frozenset()), tuple(Trunk((f"m.py::{start}",), ()) for start in starts)),
    )


def begins(left: tuple[FoundFlow, ...], right: tuple[FoundFlow, ...]) -> list[str]:
    found = _matched([left, right], (side("wheel"), side("sdist")))
    return [each.trunks[0].symbols[0].partition("::")[2] for each in found]


def test_the_better_way_waits_where_the_other_side_has_none_that_begins_so() -> None:
    assert begins(flow("wheel_metadata", "build_wheel"), flow("build_sdist")) == ["build_wheel", "build_sdist"]


def test_the_best_ways_stay_where_nothing_begins_alike() -> None:
    assert begins(flow("wheel_metadata", "pack_wheel"), flow("build_sdist")) == ["wheel_metadata", "build_sdist"]
