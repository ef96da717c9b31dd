"""A traced program goes as it does untraced: as deep, and with its own trace and profile functions."""

from __future__ import annotations

import subprocess
import textwrap

import pytest

from callchain.model.recording import RunRecord
from tests.trace.interpreters import Interpreter, interpreters
from tests.trace.marked_taps import marked
from tests.trace.programs import Traced, comparable, watch

on_each_interpreter = pytest.mark.parametrize("python", interpreters(), ids=lambda python: python.version)

SEEING = """\
    import collections
    import sys
    import threading
    cfg = {}
    seen = collections.Counter()

    def see(frame, event, argument):
        code = frame.f_code
        where = "main" if code.co_filename == __file__ else code.co_filename
        if where == "main" or where.endswith("module.py") or "callchain" in where:
            seen[where, code.co_name, event, frame.f_lineno if KIND == "settrace" else 0] += 1
        return see

    def leaf(n): return n

    def pairs(n):
        for i in range(n): yield leaf(i), [leaf(j) for j in range(2)]

    def failing(n):
        try:
            raise KeyError(n)
        except KeyError:
            cfg[n] = n
        finally:
            while n:
                n -= 1

    def work():
        total = 0
        for i, _ in pairs(3):
            total += leaf(
                i)  # tap
        with open(__file__) as stream:
            failing(total)
            import module
            return len(stream.readline())

    KIND = sys.argv[1]
    getattr(threading, KIND)(see)
    getattr(sys, KIND)(see)
    work()
    work()
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    getattr(sys, KIND)(None)
    for key in sorted(seen):
        print(*key, seen[key])
    """


FULL_STACK = """\
    import sys
    cfg = {}

    def deep(n):
        try:
            return deep(n + 1)
        except RecursionError:
            return n

    def down(n):
        leaf(n)
        return down(n + 1)

    def leaf(n):
        return n

    def steps(n):
        yield n
        yield from steps(n + 1)

    def through(n):
        return max([n], key=lambda m: through(m + 1))

    def imported(n):
        import colorsys
        return deep(n)

    def failing(call):
        try:
            return call(0)
        except RecursionError as error:
            return type(error).__name__

    def work():
        last = 0
        try:
            for last in steps(0):
                cfg["last"] = last
        except RecursionError:
            pass
        found = deep(0), imported(0), last
        return found, failing(down), failing(through)  # tap

    sys.setrecursionlimit(120)
    print(work(), leaf(1), sys.getrecursionlimit())
    """


def untraced(traced: Traced, python: Interpreter, text: str, *words: str) -> list[str]:
    """The lines that the program prints by itself."""
    for name, each in files_of(text).items():
        traced.root.joinpath(name).write_text(textwrap.dedent(each), encoding="utf-8")
    command = [python.path, str(traced.root / "main.py"), *words]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()


def files_of(text: str) -> dict[str, str]:
    """The program and the module that it imports."""
    return {"main.py": text, "module.py": "def f():\n    return 1\n\nf()\n"}


def printed(traced: Traced) -> list[str]:
    """The lines that the last run printed, those of its error output among them."""
    return (traced.recording / "run.out").read_text(encoding="utf-8").splitlines()


def has_core(record: RunRecord) -> bool:
    """Whether the interpreter that ran had a compiled core; without one the probe takes room and is seen."""
    return bool(record.environment["target"]["core"] == "compiled")


@pytest.mark.parametrize("kind", ["setprofile", "settrace"])
@on_each_interpreter
def test_its_own_trace_and_profile_functions_see_the_same(traced: Traced, python: Interpreter, kind: str) -> None:
    expected = untraced(traced, python, SEEING, kind)
    assert any(line.startswith("main leaf call") for line in expected)
    assert any("module.py f call" in line for line in expected)
    command = (python.path, str(traced.root / "main.py"), kind)
    armed = {"taps": marked(SEEING), "watch": (watch("__main__", "cfg"),)}
    for engine in python.engines:
        if kind == "settrace" and engine in ("hunter", "settrace"):
            continue  # they work by the thread's trace function, and leave it to the program
        for options in ({}, armed):
            record = traced(files_of(SEEING), *command, engine=engine, **options)
            seen = printed(traced)
            assert [line for line in seen if "callchain" not in line] == expected, engine
            assert seen == expected or not has_core(record), engine


@on_each_interpreter
def test_it_recurses_as_deep_and_nothing_is_lost(traced: Traced, python: Interpreter) -> None:
    expected = untraced(traced, python, FULL_STACK)
    command = (python.path, str(traced.root / "main.py"))
    records = [traced(files_of(FULL_STACK), *command, engine=engine) for engine in python.engines]
    for record in filter(has_core, records):
        armed = {"taps": marked(FULL_STACK), "watch": (watch("__main__", "cfg"),)}
        looked = traced(files_of(FULL_STACK), *command, engine=record.engine.split()[0], **armed)
        assert printed(traced) == expected, record.engine
        assert comparable(record) == comparable(records[0]), record.engine
        assert looked.edges == record.edges and looked.hits, record.engine
        assert not any("stack" in reason or "probe error" in reason for reason in looked.dropped)
    assert all(record.exit_code == 0 for record in records)


@on_each_interpreter
def test_without_the_core_what_a_full_stack_loses_is_counted(traced: Traced, python: Interpreter) -> None:
    command = (python.path, str(traced.root / "main.py"))
    for engine in python.engines:
        record = traced(files_of(FULL_STACK), *command, engine=engine, pure=True)
        assert record.exit_code == 0, engine
        assert any("stack" in reason or "RecursionError" in reason for reason in record.dropped), engine
