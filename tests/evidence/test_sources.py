"""Extents of definitions and statements."""

from __future__ import annotations

import textwrap

import pytest

from callchain.evidence.sources import Extent, Sources, structure_of

CODE = textwrap.dedent("""
    import functools


    @functools.cache
    @other(
        1,
    )
    def outer(a, b=lambda: 1):
        with open(
            a
        ) as f:
            return [x for x in f]
        try:
            inner = lambda v: (lambda w: w)(v)
        except (
            ValueError,
        ):
            pass
        match a:
            case str():
                return inner(
                    a,
                    b,
                )
        class C:
            def m(self): return 1


    if True:
        def twice(): pass
    else:
        def twice():
            return 2
    """).lstrip()


def extents(name: str) -> list[tuple[int, int, int]]:
    return [(e.first_line, e.line, e.end_line) for e in structure_of(CODE).definitions[name]]


def test_a_definition_starts_at_its_first_decorator():
    assert extents("outer") == [(4, 8, 26)]


def test_nested_names_and_lambdas_are_named_by_their_scope():
    names = set(structure_of(CODE).definitions)
    assert names == {
        "outer",
        "<lambda>",
        "outer.<lambda>",
        "outer.<lambda>.<lambda>",
        "outer.C",
        "outer.C.m",
        "twice",
    }


def test_a_name_defined_twice_has_two_extents():
    assert [(first, last) for first, _, last in extents("twice")] == [(30, 30), (32, 33)]


@pytest.mark.parametrize(
    ("line", "extent"),
    [
        (1, (1, 1)),
        (6, (4, 8)),  # decorators belong to the header of the definition
        (10, (9, 11)),  # the header of a with statement, not its body
        (12, (12, 12)),
        (16, (15, 17)),  # the header of a handler
        (20, (20, 20)),  # a case has no line of its own, its pattern has
        (22, (21, 24)),  # a call over several lines
        (3, (3, 3)),  # no statement: the line itself
        (26, (26, 26)),  # a definition and its body on one line
    ],
)
def test_the_extent_of_the_statement_at_a_line(line: int, extent: tuple[int, int]):
    assert structure_of(CODE).extent_of(line) == extent


def test_a_file_that_does_not_parse_has_no_structure():
    broken = structure_of("def f(:\n")
    assert broken.definitions == {}
    assert broken.extent_of(1) == (1, 1)


def test_an_expression_too_deep_to_parse_is_no_crash():
    assert structure_of("x = " + "(" * 5000 + ")" * 5000).definitions == {}


class OneFile:
    def lines(self, path: str) -> list[str]:
        return {"a.py": ["x = 1", "y = 2"], "empty.py": []}[path]


def test_module_code_spans_the_file_and_a_missing_file_has_none():
    sources = Sources(OneFile())
    assert sources.extents("a.py::<module>") == (Extent(1, 1, 2, "module"),)
    assert sources.extents("empty.py::<module>") == (Extent(1, 1, 1, "module"),)
    assert sources.extents("b.py::<module>") == ()
    assert sources.lines("b.py") is None
