from __future__ import annotations

from tests.trace.programs import Traced, edges, outline


def test_nested_and_repeated_calls_are_folded_with_counts(traced: Traced) -> None:
    record = traced(
        {
            "main.py": """\
            from helper import twice

            def inner(x):
                return x

            def outer():
                for i in range(5):
                    inner(i)
                return [inner(i) for i in range(3)]

            outer()
            twice(inner)
            """,
            "helper.py": """\
            def twice(function):
                function(1)
                function(2)
            """,
        }
    )
    assert outline(record) == [
        "<module>",
        "  <module>",
        "  outer",
        "    inner x5",
        "    inner x3",
        "  twice",
        "    inner",
        "    inner",
    ]
    found = edges(record)
    assert found["outer:8 → inner"] == (5, ())
    assert found["outer:9 → inner"] == (3, ())
    assert found["<module>:1 → <module>"] == (1, ())
    assert record.exit_code == 0 and record.ended == "exit"
    assert record.processes[0].clean


def test_recursion_keeps_its_depth(traced: Traced) -> None:
    record = traced(
        {
            "main.py": """\
            def down(n):
                return 0 if n == 0 else down(n - 1)

            down(3)
            """
        }
    )
    assert outline(record) == ["<module>", "  down", "    down", "      down", "        down"]
    assert edges(record)["down:2 → down"] == (3, ())


def test_very_deep_recursion_keeps_its_edge(traced: Traced) -> None:
    record = traced(
        {
            "main.py": """\
            def down(n):
                return 0 if n == 0 else down(n - 1)

            down(900)
            """
        }
    )
    assert edges(record)["down:2 → down"] == (900, ())
    assert sum(record.dropped.values()) > 0, "places given up are counted"


def test_generators_yield_and_return_under_the_first_consumer(traced: Traced) -> None:
    record = traced(
        {
            "main.py": """\
            def numbers():
                yield 1
                helper()
                yield 2

            def helper():
                pass

            def consume():
                return list(numbers())

            def abandon():
                it = numbers()
                next(it)
                global kept
                kept = it

            consume()
            abandon()
            """
        }
    )
    assert outline(record) == [
        "<module>",
        "  consume",
        "    numbers",
        "      helper",
        "  abandon",
        "    numbers yield",
    ]


def test_exceptions_are_told_from_returns_of_none(traced: Traced) -> None:
    record = traced(
        {
            "main.py": """\
            import contextlib

            def none():
                return None

            def fails():
                try:
                    raise ValueError("bad")
                finally:
                    none()

            def swallowed():
                with contextlib.suppress(ValueError):
                    fails()

            swallowed()
            """
        }
    )
    assert outline(record) == ["<module>", "  swallowed", "    fails raise ValueError", "      none"]
    assert record.exceptions == ("main.py::fails:8 ValueError: bad",)


def test_callbacks_through_outside_frames_keep_their_way(traced: Traced) -> None:
    record = traced(
        {
            "main.py": """\
            import functools
            import json
            import threading

            def hook(value):
                return value

            def order(value):
                return -value

            @functools.lru_cache
            def cached(x):
                return x

            class Base:
                @functools.cached_property
                def lazy(self):
                    return 1

            def main():
                json.loads('{"a": 1}', object_hook=hook)
                sorted([2, 1], key=order)
                cached(1)
                cached(1)
                Base().lazy

            main()
            """
        }
    )
    found = edges(record)
    assert found["main:21 → hook"] == (1, ("json",))
    assert found["main:22 → order"] == (2, ())
    assert found["main:23 → cached"] == (1, ())
    assert found["main:25 → Base.lazy"] == (1, ("functools",))


def test_decorators_closures_lambdas_and_class_bodies(traced: Traced) -> None:
    record = traced(
        {
            "main.py": """\
            import functools
            from dataclasses import dataclass

            def deco(function):
                @functools.wraps(function)
                def wrapper(*args):
                    return function(*args)
                return wrapper

            def default():
                return 3

            class Box:
                size = default()

                @deco
                def method(self):
                    return (lambda: default())()

            @dataclass
            class Point:
                x: int

                def __post_init__(self):
                    default()

            Box().method()
            Point(1)
            """
        }
    )
    found = edges(record)
    assert found["<module>:14 → default"] == (1, ()), "a class body is its module"
    assert found["deco.wrapper:7 → Box.method"] == (1, ())
    assert found["Box.method:18 → Box.method.<lambda>"] == (1, ())
    assert found["<module>:28 → Point.__post_init__"] == (1, ()), "a generated __init__ is no outside package"
    method = next(node for node in record.processes[0].threads[0].roots[0].children if "wrapper" in node.symbol)
    assert (method.line, method.children[0].line) == (6, 17), "the lines of the defs, not of the decorators"


def test_threads_have_trees_of_their_own(traced: Traced) -> None:
    record = traced(
        {
            "main.py": """\
            import threading

            def leaf():
                pass

            def work():
                for _ in range(50):
                    leaf()

            threads = [threading.Thread(target=work, name=f"worker-{i}") for i in range(3)]
            for t in threads:
                t.start()
            for t in threads:
                t.join()
            """
        }
    )
    threads = record.processes[0].threads
    assert [thread.name for thread in threads] == ["MainThread", "worker-0", "worker-1", "worker-2"]
    for number in (1, 2, 3):
        assert outline(record, thread=number) == ["work", "  leaf x50"]
    assert threads[1].roots[0].via == ("threading",)


def test_coroutines_are_resumed_under_their_own_entry(traced: Traced) -> None:
    record = traced(
        {
            "main.py": """\
            import asyncio

            async def step(n):
                await asyncio.sleep(0)
                return n

            async def main():
                await asyncio.gather(step(1), step(2))
                await step(3)

            asyncio.run(main())
            """
        }
    )
    roots = {edge.callee.partition("::")[2]: edge.count for edge in record.edges}
    assert roots["main"] == 1
    counts = sum(edge.count for edge in record.edges if edge.callee.endswith("::step"))
    assert counts == 3
    assert not any("open" in line for line in outline(record))


def test_lines_that_ran(traced: Traced) -> None:
    record = traced(
        {
            "main.py": """\
            def choose(flag):
                if flag:
                    return 1
                return 2

            choose(True)
            """
        }
    )
    assert record.lines == {"main.py": (1, 2, 3, 6)}


def test_only_the_namespace_is_recorded(traced: Traced) -> None:
    files = {
        "main.py": """\
        import outside

        def inside():
            return 1

        outside.call(inside)
        """,
        "outside.py": """\
        def call(function):
            return function()
        """,
    }
    record = traced(files, paths=["main.py"])
    assert edges(record) == {"<module>:6 → inside": (1, ("outside",))}
    assert list(record.lines) == ["main.py"]


def test_a_namespace_module_imported_by_an_outside_one_is_traced(traced: Traced) -> None:
    record = traced(
        {
            "main.py": "import outside\n",
            "outside.py": "import plugin\n",
            "plugin.py": """\
            def register():
                pass

            register()
            """,
        },
        paths=["main.py", "plugin.py"],
    )
    assert edges(record) == {"<module>:1 → <module>": (1, ("outside",)), "<module>:4 → register": (1, ())}


def test_a_script_with_a_relative_name_that_changes_directory(traced: Traced) -> None:
    traced.root.joinpath("sub").mkdir()
    record = traced(
        {
            "main.py": """\
            import os

            def after():
                return os.getcwd()

            os.chdir("/")
            after()
            """
        },
        "python",
        "../subject/main.py",
    )
    assert outline(record) == ["<module>", "  after"]


def test_an_exhausted_stack_does_not_end_the_recording(traced: Traced) -> None:
    record = traced(
        {
            "main.py": """\
            def forever():
                forever()

            def after():
                return 1

            try:
                forever()
            except RecursionError:
                pass
            open(__file__).close()
            after()
            """
        }
    )
    assert record.exit_code == 0
    # The interpreter takes away a trace function that fails, as ours does on a full stack; an effect restores it.
    assert edges(record)["<module>:12 → after"] == (1, ())
