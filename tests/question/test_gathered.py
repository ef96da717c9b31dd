"""Which other ways are shown beside the best one."""

from callchain.question.pairs import by_starts, gathered
from callchain.question.pathways import Way

BEST = Way(2.0, ("save", "write"))
SAME = Way(1.6, ("save", "close"))
ELSEWHERE = Way(1.8, ("export", "write"))


def test_ways_that_begin_elsewhere_are_shown_where_the_best_beginning_is_in_doubt() -> None:
    assert gathered([BEST, ELSEWHERE, SAME], 9) == (BEST, ELSEWHERE, SAME)


def test_ways_begin_where_the_question_names_the_beginning() -> None:
    assert gathered([BEST, ELSEWHERE, SAME], 9, through={"save"}) == (BEST, SAME)


def test_ways_begin_where_the_best_one_does_if_it_is_better_by_far() -> None:
    assert gathered([BEST, Way(1.69, ("export", "write")), SAME], 9) == (BEST, SAME)


def test_no_more_functions_than_asked_for() -> None:
    assert gathered([BEST, ELSEWHERE, SAME], 3) == (BEST, ELSEWHERE)


def test_a_beginning_of_many_good_ways_goes_before_one_of_a_single_better_way() -> None:
    many = [Way(2.0 - number / 50, ("open", f"end{number}")) for number in range(4)]
    ordered = sorted(by_starts([Way(2.1, ("close", "end")), *many]), key=lambda way: -way.score)
    assert [way.symbols for way in ordered] == [*(way.symbols for way in many), ("close", "end")]


def test_a_way_with_another_beginning_waits_for_those_without() -> None:
    assert gathered([BEST, Way(1.75, ("export", "write")), SAME], 3) == (BEST, SAME)


def test_ways_far_worse_than_the_best_add_nothing() -> None:
    assert gathered([BEST, Way(1.3, ("save", "log"))], 9) == (BEST,)
