"""Programs on which all engines must tell the same: each is a `main.py`, with taps on it by its marks.

A line that ends in `# tap` gets one tap before and one after it; every program watches `cfg`.
"""

from __future__ import annotations

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
