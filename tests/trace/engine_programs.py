"""Programs on which all engines must tell the same: each is a `main.py`, with taps on it by its marks.

A line that ends in `# tap` gets one tap before and one after it; every program watches `cfg`.
"""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import NamedTuple

import msgspec

from callchain.model.tap import LocatedTap
from tests.trace.programs import tap

PROGRAMS = {
    "loops on one line": """\
        cfg = {"n": 0}

        def leaf(x): return x

        def work():
            total = 0
            for i in range(3): total += leaf(i)  # tap
            while total: total -= 1
            for i in range(2): cfg["n"] = i + 5
            values = [leaf(j)
                      for j in range(2)]
            while True:
                total += 1
                if total > 2: break
            return {k: leaf(k) for k in values}

        work()
        """,
    "generators": """\
        cfg = {}

        def numbers(n):
            for i in range(n): yield i
            try:
                got = yield 10  # tap
                cfg["got"] = got
                yield 11; yield 12
            except KeyError as error:
                cfg["caught"] = str(error)
                yield 13
            finally:
                cfg["done"] = n

        def outer(n):
            result = yield from numbers(n)
            return result

        def drive():
            list(outer(2))
            early = numbers(1)
            next(early); next(early); early.send("x"); early.close()
            thrown = numbers(0)
            next(thrown); thrown.throw(KeyError("k"))
            unstarted = numbers(1)
            try:
                unstarted.throw(ValueError("never ran"))
            except ValueError:
                pass
            leaving = numbers(0)
            next(leaving)
            try:
                leaving.throw(ZeroDivisionError("out"))
            except ZeroDivisionError:
                pass
            return sum(i * i for i in numbers(3) if i < 3)

        drive()
        """,
    "exceptions": """\
        import contextlib
        cfg = {}

        def low(kind):
            raise kind("low")

        def cleaned(kind):
            try:
                low(kind)
            finally:
                cfg[kind.__name__] = True

        def again(kind):
            try:
                cleaned(kind)
            except OSError:
                raise
            except ValueError as error:
                raise RuntimeError("wrapped") from error

        @contextlib.contextmanager
        def guarded():
            try:
                yield 1
            except RuntimeError:
                cfg["guarded"] = 1

        def work():
            for kind in (KeyError, OSError, ValueError):
                try:
                    again(kind)  # tap
                except (KeyError, OSError, RuntimeError):
                    continue
            with guarded():
                again(ValueError)
            with contextlib.suppress(KeyError):
                {}["none"]
            return None

        work()
        try:
            low(TypeError)
        except TypeError:
            pass
        """,
    "asyncio": """\
        import asyncio
        cfg = {}

        class Room:
            async def __aenter__(self):
                await asyncio.sleep(0)
                return self

            async def __aexit__(self, *_):
                cfg["left"] = True

        async def ticks(n):
            for i in range(n):
                await asyncio.sleep(0)
                yield i

        async def task(n):
            async with Room():
                total = 0
                async for i in ticks(n):
                    total += i  # tap
            return total

        async def failing():
            await asyncio.sleep(0)
            raise ValueError("late")

        async def main():
            done = await asyncio.gather(task(2), task(3), failing(), return_exceptions=True)
            try:
                await asyncio.wait_for(asyncio.Event().wait(), 0.01)
            except asyncio.TimeoutError:
                cfg["late"] = True
            return [value async for value in ticks(2)], done[:2]

        asyncio.run(main())
        """,
    "threads": """\
        import threading
        cfg = {}

        def leaf(x):
            return x * 2

        def work(name):
            total = 0
            for i in range(20):
                total += leaf(i)
            return total

        def start(name):
            thread = threading.Thread(target=work, args=(name,), name=name)
            thread.start()
            thread.join()

        for each in ("one", "two", "three"):
            start(each)  # tap
        """,
    "decorators and classes": """\
        import dataclasses
        import enum
        import functools
        cfg = {}

        def deco(function):
            @functools.wraps(function)
            def wrapper(*args, **options):
                cfg[function.__name__] = len(args)
                return function(*args, **options)
            return wrapper

        class Meta(type):
            def __call__(cls, *args):
                return super().__call__(*args)

        class Base(metaclass=Meta):
            names = [n for n in ("a", "b")]

            def __init__(self, n):
                self.n = n

            @property
            def double(self):
                return self.n * 2

            @classmethod
            @deco
            def make(cls, n): return cls(n)

            @staticmethod
            def free(n):
                return (lambda m: m + n)(1)

            @functools.lru_cache(maxsize=None)
            def cached(self): return self.double

            def __getattr__(self, name):
                if name.startswith("x"):
                    return name
                raise AttributeError(name)

        class Below(Base):
            @deco
            def __call__(self, n):
                return super().free(n)

        @dataclasses.dataclass
        class Point:
            x: int
            y: list = dataclasses.field(default_factory=lambda: [1])

            def __post_init__(self):
                self.z = self.x

        class Kind(enum.Enum):
            ONE = 1

            @property
            def label(self):
                return self.name

        def work():
            box = Below.make(3)
            box.cached(); box.cached()  # tap
            return box(2), box.xy, hasattr(box, "none"), Point(1), Kind.ONE.label

        work()
        """,
    "callbacks through outside": """\
        import functools
        import json
        import re
        cfg = {}

        def hook(found):
            cfg["found"] = sorted(found)
            return leaf(len(found))

        def leaf(n):
            return n

        def compare(a, b):
            return leaf(a) - leaf(b)

        def work():
            text = json.loads('{"a": {"b": 1}, "c": 2}', object_hook=hook)
            parts = re.sub("[a-z]", lambda match: str(leaf(1)), "abc")
            order = sorted([3, 1, 2], key=functools.cmp_to_key(compare))  # tap
            return functools.reduce(lambda a, b: a + b, map(leaf, order))

        work()
        """,
    "recursion": """\
        cfg = {"depth": 0}

        def even(n):
            return True if n == 0 else odd(n - 1)

        def odd(n):
            cfg["depth"] = n
            return False if n == 0 else even(n - 1)

        def fib(n):
            if n < 2:
                return n
            return fib(n - 1) + fib(n - 2)  # tap

        even(11)
        fib(6)
        """,
    "code made at run time": """\
        cfg = {}
        source = "def made(n):\\n    return inner(n)\\n"

        def inner(n):
            return n

        def work():
            names = {"inner": inner}
            exec(source, names)
            value = names["made"](2)  # tap
            return eval("inner(value)", {"inner": inner, "value": value})

        work()
        """,
    "processes": """\
        import multiprocessing
        cfg = {}

        def leaf(n):
            return n + 1

        def work(n):
            cfg["n"] = n
            return leaf(n)

        def main():
            context = multiprocessing.get_context("fork")
            child = context.Process(target=work, args=(3,))
            child.start()
            child.join()

        if __name__ == "__main__":
            main()  # tap
        """,
    "match, walrus and try-else": """\
        cfg = {}

        def kind(value):
            match value:
                case {"a": found}:
                    return found
                case [first, *rest] if rest:
                    return first
                case _:
                    return None

        def work():
            seen = []
            for value in ({"a": 1}, [1, 2], [1], 3):
                try:
                    if (got := kind(value)) is None:
                        raise LookupError(value)
                except LookupError:
                    cfg["missed"] = cfg.get("missed", 0) + 1
                else:
                    seen.append(
                        got,
                    )  # tap
                finally:
                    cfg["last"] = str(value)
            else:
                seen.append("end")
            return seen

        work()
        """,
}

LOOKS = {"cfg": "cfg", "total": "total", "i": "i"}
"""What the taps capture; a name that a program does not have is captured as an error, by every engine alike."""


def marked(text: str) -> tuple[LocatedTap, ...]:
    """Taps of every kind at the statement whose last line is marked, and at the function around it."""
    source = textwrap.dedent(text)
    number = next(at for at, line in enumerate(source.splitlines(), 1) if line.endswith("# tap"))
    statement, names, defined = _innermost(ast.parse(source), number, (), 1)
    place = f"main.py::{'.'.join(names) or '<module>'}"
    lines = (statement.lineno, statement.end_lineno or number)
    found = [_named(tap(place, where, lines, defined, **LOOKS)) for where in ("before", "after")]
    if names:
        around = (defined, defined)
        found.append(_named(tap(place, "entry", around, defined, cfg="cfg")))
        found.append(_named(tap(place, "return", around, defined, result="result", cfg="cfg")))
        found.append(_named(tap(place, "raise", around, defined, kind="type_name(error)")))
    return tuple(found)


def _named(located: LocatedTap) -> LocatedTap:
    return msgspec.structs.replace(located, spec=msgspec.structs.replace(located.spec, key=located.spec.where))


def _innermost(
    node: ast.AST, line: int, names: tuple[str, ...], defined: int
) -> tuple[ast.stmt, tuple[str, ...], int]:
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, ast.stmt | ast.match_case | ast.excepthandler):
            continue
        last = max(getattr(each, "end_lineno", 0) or 0 for each in ast.walk(child))
        first = min(getattr(each, "lineno", last) for each in ast.walk(child))
        if not first <= line <= last:
            continue
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            return _innermost(child, line, (*names, child.name), child.lineno)
        if any(isinstance(each, ast.stmt) for each in ast.iter_child_nodes(child)) or not isinstance(
            child, ast.stmt
        ):
            return _innermost(child, line, names, defined)
        return child, names, defined
    raise LookupError(f"no statement at line {line}")


class Interpreter(NamedTuple):
    """A Python that programs are run with, and the engines that work in it, the best first."""

    version: str
    path: str
    engines: tuple[str, ...]


def interpreters() -> list[Interpreter]:
    """The one that runs the tests, and those of 3.12 and 3.13 that are found besides."""
    found = {f"{sys.version_info[0]}.{sys.version_info[1]}": sys.executable}
    for version in ("3.12", "3.13"):
        for candidate in _candidates(version):
            if version not in found and _answers(candidate, "import sys"):
                found[version] = candidate
    return [_interpreter(version, path) for version, path in sorted(found.items())]


def _candidates(version: str) -> list[str]:
    name = f"python{version}"
    kept = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    on_path = shutil.which(name)
    return [*([on_path] if on_path else []), *(str(each) for each in sorted(kept.glob(f"{version}.*/bin/{name}")))]


def _interpreter(version: str, path: str) -> Interpreter:
    engines = ["settrace"]
    if path == sys.executable or _answers(path, "import hunter"):
        engines.insert(0, "hunter")
    engines.insert(0, "rewrite")
    if _answers(path, "import sys; sys.monitoring"):
        engines.insert(0, "monitoring")
    return Interpreter(version, path, tuple(engines))


def _answers(path: str, code: str) -> bool:
    return subprocess.run([path, "-c", code], capture_output=True, check=False).returncode == 0
