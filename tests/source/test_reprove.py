"""Reading the calls of a line a second time."""

import pytest

from callchain.model.errors import CallchainError
from callchain.source.reprove import call_names, call_names_by_line

TEXT = """\
@decorated(1)
@plain.mark
def f(x):
    a = super().save(g(x), key=h)
    b = (
        x.first()
        .second(
            third()
        )
    )
    handlers["k"](b)
    (lambda: 1)()
    # call_in_a_comment()
    return "call_in_a_text()"
"""


@pytest.mark.parametrize(
    ("line", "names"),
    [
        (1, ("decorated", "decorated()")),
        (2, ("plain.mark",)),
        (3, ()),
        (4, ("g", "super", "super().save")),
        (6, ("x.first", "x.first().second")),
        (7, ("x.first().second",)),
        (8, ("third",)),
        (11, ("handlers[]",)),
        (12, ("…",)),
        (13, ()),
        (14, ()),
        (99, ()),
    ],
)
def test_the_names_called_on_a_line(line, names):
    assert call_names(TEXT, line) == names


def test_several_lines_in_one_visit():
    assert call_names_by_line(TEXT, [8, 7, 8]) == {7: ("x.first().second",), 8: ("third",)}


def test_text_that_does_not_parse():
    with pytest.raises(CallchainError, match="call sites cannot be proved again"):
        call_names("def (:\n", 1)
