"""What a program can see of itself is the same with probes in its code as without."""

from __future__ import annotations

import os
import subprocess
import sys
import types
from collections.abc import Iterator
from pathlib import Path

import pytest

from callchain.probe.assembler import Program
from tests.trace.interpreters import Interpreter, interpreters
from tests.trace.programs import Traced, edges, outline

on_each_interpreter = pytest.mark.parametrize("python", interpreters(), ids=lambda python: python.version)

LOOKS_AT_ITSELF = '''\
"""Docstring of the module."""
import asyncio
import functools
import inspect
import marshal
import sys
import traceback
import types
import warnings


def plain(a, b: int = 2, *rest, key=None, **options):
    """Docstring."""
    inner = a + b
    return sorted(locals())


class Base:
    """A class."""
    def __init__(self):
        self.names = [__class__.__name__]

    @property
    def size(self):
        return len(self.names)

    @classmethod
    def make(cls):
        return cls()

    @staticmethod
    def free(x): return x * 2

    @functools.lru_cache(maxsize=None)
    def cached(self, n):
        return n + self.size


class Below(Base):
    def __init__(self):
        super().__init__()
        self.names.append(type(self).__qualname__)


def closure(n):
    def add(m):
        nonlocal n
        n += m
        return n
    return add


def numbers(n):
    got = yield n
    try:
        while True:
            got = yield got
    finally:
        print("finally", got)


async def ticks(n):
    for i in range(n):
        yield i
        await asyncio.sleep(0)


async def main():
    return [i async for i in ticks(3)]


def fails(n):
    try:
        if n:
            fails(n - 1)
        else:
            {}["missing"]
    finally:
        n = None


def caller():
    return sys._getframe(1).f_code.co_name, sys._getframe(1).f_lineno


def signature(function):
    code = function.__code__
    return (code.co_name, code.co_qualname, code.co_firstlineno, code.co_flags, code.co_varnames, code.co_freevars,
            code.co_cellvars, code.co_argcount, function.__doc__, str(inspect.signature(function)))


print(plain(1), plain.__annotations__, signature(plain))
print(inspect.getsource(plain), inspect.getsource(Below))
box = Below.make()
print(box.names, box.size, Base.free(2), box.cached(1), box.cached(1), Base.cached.cache_info())
add = closure(1)
print(add(2), add(3), signature(add), add.__closure__[0].cell_contents)
stream = numbers(1)
print(next(stream), stream.send("x"), inspect.getgeneratorstate(stream), stream.gi_frame.f_lineno)
stream.close()
print(asyncio.run(main()), caller())
try:
    fails(2)
except KeyError as error:
    traceback.print_exc(file=sys.stdout)
    print(error.__context__, sys.exc_info()[1] is error)
again = types.FunctionType(marshal.loads(marshal.dumps(plain.__code__)), globals())
print(again(1, 2), "probe" in repr(marshal.dumps(plain.__code__)))
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    (lambda: warnings.warn("here", stacklevel=2))()
print([each.lineno for each in caught], sorted(name for name in globals() if "call" in name or "probe" in name))
print(inspect.isgeneratorfunction(numbers), inspect.iscoroutinefunction(main), inspect.isasyncgenfunction(ticks))
print(__name__, __file__ == sys.argv[0], __doc__, __spec__, __builtins__ is not None)
class Bad:
    def __del__(self):
        print("deleted")
bad = Bad()
del bad
raise SystemExit(fails.__name__ and 7)
'''


def plain_run(traced: Traced, python: str) -> tuple[int, str]:
    done = subprocess.run(
        [python, str(traced.root / "main.py")], capture_output=True, text=True, cwd=traced.work, check=False
    )
    return done.returncode, done.stdout + done.stderr


@on_each_interpreter
def test_a_program_that_looks_at_itself_sees_no_difference(traced: Traced, python: Interpreter) -> None:
    record = traced({"main.py": LOOKS_AT_ITSELF}, python.path, str(traced.root / "main.py"), engine="rewrite")
    assert record.engine == "rewrite"
    code, output = plain_run(traced, python.path)
    assert (record.exit_code, (traced.recording / "run.out").read_text(encoding="utf-8")) == (code, output)
    assert not record.dropped and record.processes[0].notes == ()


@on_each_interpreter
def test_an_uncaught_exception_is_told_as_without_probes(traced: Traced, python: Interpreter) -> None:
    source = "def f():\n    raise KeyError('x')\n\ndef g():\n    try:\n        f()\n    except KeyError as e:\n"
    source += "        raise ValueError('y') from e\n\ng()\n"
    record = traced({"main.py": source}, python.path, str(traced.root / "main.py"), engine="rewrite")
    code, output = plain_run(traced, python.path)
    assert (record.exit_code, (traced.recording / "run.out").read_text(encoding="utf-8")) == (code, output)
    assert record.exceptions[-1] == "main.py::<module>:10 ValueError: y"


def test_references_that_were_taken_before_are_recorded(traced: Traced) -> None:
    """Another loader than the usual one runs the module, and a name is taken while it is imported."""
    files = {
        "main.py": """\
        import importlib.abc
        import importlib.machinery
        import sys

        class Loader(importlib.abc.Loader):
            def __init__(self, path):
                self.path = path

            def exec_module(self, module):
                module.__file__ = self.path
                with open(self.path) as stream:
                    exec(compile(stream.read(), self.path, "exec"), vars(module))

        class Finder(importlib.abc.MetaPathFinder):
            def find_spec(self, name, path=None, target=None):
                found = importlib.machinery.PathFinder.find_spec(name, path)
                if name == "subject":
                    found.loader = Loader(found.origin)
                return found

        sys.meta_path.insert(0, Finder())
        from subject import Box, held, made

        held[0](1)
        made(2)
        Box().get()
        Box.make()
        Box().size
        """,
        "subject.py": """\
        import functools

        def inner(n):
            return n

        held = [inner]

        def outer(n):
            def closed(m):
                return inner(n + m)
            return closed

        made = functools.lru_cache(outer(1))

        class Box:
            def get(self):
                return inner(0)

            @classmethod
            def make(cls):
                return cls().get()

            @property
            def size(self):
                return self.get()
        """,
    }
    # The compiled core would see to what `exec` runs.
    record = traced(files, engine="rewrite", paths=["subject.py"], pure=True)
    assert record.exit_code == 0
    assert outline(record) == [
        "inner",
        "outer.closed",
        "  inner",
        "Box.get",
        "  inner",
        "Box.make",
        "  Box.get",
        "    inner",
        "Box.size",
        "  Box.get",
        "    inner",
    ]


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_children_of_multiprocessing(traced: Traced, method: str) -> None:
    source = f"""\
    import multiprocessing

    def leaf(n):
        return n + 1

    def work(n):
        return leaf(n)

    if __name__ == "__main__":
        context = multiprocessing.get_context({method!r})
        child = context.Process(target=work, args=(3,))
        child.start()
        child.join()
    """
    record = traced({"main.py": source}, engine="rewrite")
    assert record.exit_code == 0
    assert edges(record)["work:7 → leaf"] == (1, ())


def codes(code: types.CodeType) -> Iterator[types.CodeType]:
    yield code
    for each in code.co_consts:
        if isinstance(each, types.CodeType):
            yield from codes(each)


def test_code_taken_apart_and_put_together_is_the_same() -> None:
    seen = 0
    for name in ("argparse.py", "typing.py", "asyncio/tasks.py", "contextlib.py", "tarfile.py"):
        path = Path(os.__file__).parent / name
        for code in codes(compile(path.read_bytes(), name, "exec")):
            again = Program(code).assemble()
            assert again.co_code == code.co_code
            assert again.co_exceptiontable == code.co_exceptiontable
            assert list(again.co_positions()) == list(code.co_positions())
            seen += 1
    assert seen > 500 and sys.version_info >= (3, 11)
