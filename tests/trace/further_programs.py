"""Programs that a sceptical user might try: further ones on which all engines must tell the same."""

from __future__ import annotations

_BRANCHES = "".join(f"if x == {number}:\n    total += leaf({number})\n" for number in range(1000, 1300)).replace(
    "\n", "\n" + " " * 12
)

FURTHER = {
    "generators that nobody ends": """\
        import asyncio
        import gc
        cfg = {}

        def note(tag):
            cfg[tag] = cfg.get(tag, 0) + 1

        def numbers(tag):
            try:
                yield tag
                yield 2
            finally:
                note(tag)

        def in_a_ring():
            waiting = numbers("ring")
            ring = {"of": waiting}
            ring["itself"] = ring
            next(waiting)

        async def ticks(tag):
            try:
                yield tag
                yield 3
            finally:
                await asyncio.sleep(0)
                note(tag)

        async def left():
            async for _ in ticks("broken off"):
                break
            closed, thrown = ticks("closed"), ticks("thrown")
            await closed.__anext__()
            await closed.aclose()
            await thrown.__anext__()
            try:
                await thrown.athrow(ValueError("x"))
            except ValueError:
                note("came out")
            return [x async for x in ticks("whole")]

        def ended():
            yield 1
            raise StopIteration("a")

        def exhausted():
            yield next(iter(()))

        async def misused():
            raise StopIteration("b")

        async def stopped():
            yield 1
            raise StopAsyncIteration("c")

        async def over():
            async for _ in stopped():
                pass

        def outcome(function):
            try:
                return list(function())
            except RuntimeError as error:
                return str(error)

        def awaited(function):
            try:
                return asyncio.run(function())
            except RuntimeError as error:
                return str(error)

        def work():
            first = numbers("dropped")
            next(first)
            del first
            in_a_ring()
            gc.collect()
            numbers("never begun").close()
            told = [outcome(ended), outcome(exhausted), awaited(misused), awaited(over), awaited(left)]
            return told  # tap

        work()
        """,
    "calls that C makes": """\
        import functools
        import heapq
        import itertools
        import weakref
        cfg = {}

        def leaf(x):
            return x

        class Checked:
            def __set_name__(self, owner, name):
                self.name = "_" + name

            def __get__(self, instance, owner=None):
                return getattr(instance, self.name, None)

            def __set__(self, instance, value):
                setattr(instance, self.name, leaf(value))

        class Meta(type):
            @classmethod
            def __prepare__(cls, name, bases, **options):
                return {"options": options}

            def __new__(cls, name, bases, names, **options):
                return super().__new__(cls, name, bases, dict(names))

            def __init__(cls, name, bases, names, **options):
                super().__init__(name, bases, names)

            def __instancecheck__(cls, value):
                return leaf(True)

        class Box(metaclass=Meta, size=1):
            __slots__ = ("_n", "__weakref__")
            n = Checked()

            def __init__(self, n):
                self.n = n

            def __init_subclass__(cls, **options):
                cfg[cls.__name__] = options

            def __class_getitem__(cls, item):
                return item

            def key(self, x):
                return leaf(-x)

            def __lt__(self, other):
                return leaf(self.n) < other.n

            def __iter__(self):
                return iter((self.n, 2))

            def __len__(self):
                return 2

            def __format__(self, how):
                return how

            def __contains__(self, item):
                return item == 1

            def __bool__(self):
                return leaf(True)

            def __del__(self):
                cfg["gone"] = cfg.get("gone", 0) + 1

        class Below(Box):
            pass

        class Shown:
            @functools.singledispatchmethod
            def show(self, value):
                return "any"

            @show.register
            def _(self, value: int):
                return leaf(value)

            @functools.cached_property
            def once(self):
                return leaf(7)

        def work():
            box, shown = Box(1), Shown()
            found = [
                sorted([1, 3, 2], key=box.key),
                [each.n for each in sorted([Box(3), Below(1)])],
                list(map(box.key, [1, 2])),
                list(filter(leaf, [0, 1])),
                list(itertools.accumulate([1, 2], lambda a, b: leaf(a + b))),
                functools.reduce(lambda a, b: a + leaf(b), [1, 2, 3]),
                functools.partial(leaf, 3)(),
                isinstance(3, Box), Box[5], *box, len(box), f"{box:zz}", 1 in box, bool(box),
                shown.show(1), shown.show("s"), shown.once, shown.once,
            ]
            heap = []
            for n in (3, 1, 2):
                heapq.heappush(heap, Box(n))
            watched = weakref.ref(box, lambda _: leaf("dead"))
            del box
            return found, watched()  # tap

        work()
        """,
    "odd functions": f"""\
        cfg = {{}}

        def leaf(*args, **options):
            return args[0] if args else options

        def big(x):
            total = 0
            for _ in range(2):
                try:
                    total += branches(x)
                    if x: continue
                    break
                finally:
                    total += 1
            else:
                leaf(total)
            return total

        def branches(x):
            total = 0
            {_BRANCHES.strip()}
            return total

        def many(a, /, b, *rest, d=1, **more):
            del b
            return leaf(a, *rest, d=d, **more)

        def first():
            for i in range(3):
                try:
                    return i
                finally:
                    if i == 0: continue

        def groups():
            try:
                raise ExceptionGroup("g", [ValueError(1), TypeError(2), KeyError(3)])
            except* ValueError as caught: total = len(caught.exceptions)
            except* TypeError: total = leaf(1)
            except* KeyError: cfg["key"] = 1
            return total

        def nested():
            calls = [lambda: i for i in range(3)]
            return [call() for call in calls], {{(y := leaf(2)) and 1}}, y

        def empty(): ...

        def told():
            \"\"\"Nothing but this.\"\"\"

        def chained(a): return 0 < a < 3 and not a == 2 or leaf(a) if a else None

        async def awaited(): return leaf(1)

        def driven():
            try:
                awaited().send(None)
            except StopIteration as stop:
                return stop.value

        def work():
            values = [big(1200), big(0), many(1, 2, 3, d=4, e=5), first(), groups(), nested(), empty(), told()]
            values += [chained(1), chained(0), chained(2), driven()]
            return values  # tap

        work()
        """,
}
