"""The capture language: what it compiles to, and what it refuses."""

import json

import pytest

from callchain.model.errors import CallchainError
from callchain.taps.capture import compile_expression, root_names


@pytest.mark.parametrize(
    ("text", "program"),
    [
        ("x", ["name", "x"]),
        ("params.cfg['N']", ["item", ["attr", ["name", "params"], "cfg"], ["const", "N"]]),
        ("x[-1]", ["item", ["name", "x"], ["const", -1]]),
        ("x[key]", ["item", ["name", "x"], ["name", "key"]]),
        ("None", ["const", None]),
        ("[a, 1.5, True]", ["list", [["name", "a"], ["const", 1.5], ["const", True]]]),
        ("(a, b)", ["list", [["name", "a"], ["name", "b"]]]),
        ("{'k': a, 2: b}", ["dict", [[["const", "k"], ["name", "a"]], [["const", 2], ["name", "b"]]]]),
        ("sorted(keys(x))", ["call", "sorted", [["call", "keys", [["name", "x"]]]]]),
        ("checkpoint_keys(cb.path)", ["call", "checkpoint_keys", [["attr", ["name", "cb"], "path"]]]),
        ("  len( x )  ", ["call", "len", [["name", "x"]]]),
        ("files", ["name", "files"]),
    ],
)
def test_an_expression_compiles_to_lists_that_json_carries(text, program):
    compiled = compile_expression(text)
    assert compiled == program
    assert json.loads(json.dumps(compiled)) == program


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "it is empty"),
        ("x +", "it is not an expression"),
        ("x + 1", r"`x \+ 1` is not part"),
        ("not x", "`not x` is not part"),
        ("x.__class__", "the object's machinery"),
        ("x.save()", r"`x\.save\(…\)` would run code"),
        ("open('f')", r"`open\(…\)` would run code"),
        ("(lambda: 1)()", "would run code"),
        ("len(x, y)", "`len` takes one argument"),
        ("len(*x)", "`len` takes one argument"),
        ("len(x=1)", "`len` takes one argument"),
        ("x[1:2]", "slices are not part"),
        ("x[f()]", r"`f\(…\)` would run code"),
        ("{**x}", r"`\*\*` is not part"),
        ("[*x]", r"`\*x` is not part"),
        ("[i for i in x]", "is not part"),
        ("f'{x}'", "is not part"),
        ("x if y else z", "is not part"),
        ("(x := 1)", "is not part"),
        ("await x", "is not part"),
        ("b'x'", "a literal of type bytes"),
        ("1j", "a literal of type complex"),
        ("...", "a literal of type ellipsis"),
        ("1e999", "not finite"),
        ("-1e999", "not finite"),
        ("99999999999999999999", "too large"),
        ("x\ny", "it is not an expression"),
        ("import os", "it is not an expression"),
        ("(" * 300 + "x" + ")" * 300, "it is not an expression|cannot be parsed"),
        ("x" * 2000, "longer than 1000 characters"),
        ("x\0", "it is not an expression|cannot be parsed"),
    ],
)
def test_what_goes_beyond_the_language_is_refused_and_the_language_named(text, said):
    with pytest.raises(CallchainError, match=said) as caught:
        compile_expression(text)
    assert "checkpoint_keys" in caught.value.hint
    assert "\n" not in str(caught.value)


def test_the_variables_a_program_starts_from():
    program = compile_expression("{'a': [x.name, y['name']], b: len(files(d)), 'c': 'text'}")
    assert root_names(program) == {"x", "y", "b", "d"}
    assert root_names(compile_expression("[]")) == frozenset()
