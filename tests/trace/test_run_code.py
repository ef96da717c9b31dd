"""Code of the namespace that no loader hands out: the program compiles it and runs it by `exec` and `eval`."""

from __future__ import annotations

import pytest

from tests.trace.interpreters import Interpreter, interpreters
from tests.trace.programs import Traced, comparable, edges

on_each_interpreter = pytest.mark.parametrize("python", interpreters(), ids=lambda python: python.version)

RUNNING = """\
import builtins
import inspect
import pickle

def inner(n):
    return n

def work():
    held = 4
    text = "def made(n):\\n    return inner(n)\\nvalue = made(3)\\n"
    names = {"inner": inner}
    exec(compile(text, __file__, "exec"), names)
    exec(compile("here = inner(held)", __file__, "exec"))
    exec(compile("found = inner(held)", __file__, "exec"), {"inner": inner, "held": 2}, names)
    print(names["value"], names["made"](5), names["found"])
    print(eval(compile("[inner(i) for i in range(2)]", __file__, "eval"), names), eval("inner(1)"))

    def closing():
        return held

    exec(closing.__code__, {}, closure=closing.__closure__)
    print(repr(exec), exec.__module__, exec.__self__ is builtins, inspect.signature(exec), eval.__doc__[:20])
    print(pickle.loads(pickle.dumps(exec)) is exec is builtins.exec, exec.__name__)

def refused(call, *words):
    try:
        call(*words)
    except (TypeError, ZeroDivisionError, NameError) as error:
        print(type(error).__name__, error)

work()
refused(exec)
refused(eval, 1)
refused(exec, compile("1 / 0", __file__, "exec"))
refused(eval, compile("inner(1)", __file__, "eval"), {})
"""


@on_each_interpreter
def test_what_the_program_runs_itself(traced: Traced, python: Interpreter) -> None:
    command = (python.path, str(traced.root / "main.py"))
    records, said = {}, set()
    for engine in python.engines:
        records[engine] = traced({"main.py": RUNNING}, *command, engine=engine)
        said.add((traced.recording / "run.out").read_text(encoding="utf-8"))
    assert len(said) == 1 and "ZeroDivisionError" in said.pop()
    rewritten = records.pop("rewrite")
    if (
        rewritten.environment["target"]["core"] == "compiled"
    ):  # Python's own `exec` looks at the frame that calls it
        assert edges(rewritten)["<module>:3 → made"] == (1, ())
        for engine, record in records.items():
            assert comparable(record) == comparable(rewritten), engine


def test_a_program_that_replaces_exec_for_a_while(traced: Traced) -> None:
    text = """\
    import atexit
    import builtins

    first = builtins.exec
    atexit.register(lambda: print(builtins.exec is first, repr(builtins.exec)))
    builtins.exec = print
    exec("mine")
    builtins.exec = first
    """
    traced({"main.py": text}, engine="rewrite")
    assert (traced.recording / "run.out").read_text() == "mine\nTrue <built-in function exec>\n"
