"""Programs that leave functions and blocks in many ways: further ones on which all engines must tell the same."""

from __future__ import annotations

LEAVING = {
    "context managers": """\
        from contextlib import ExitStack, contextmanager, suppress
        cfg = {"open": 0}

        @contextmanager
        def opened(name):
            cfg["open"] += 1
            try:
                yield name.upper()
            except LookupError:
                cfg["swallowed"] = name
            finally:
                cfg["open"] -= 1

        class Lock:
            def __enter__(self):
                return self

            def __exit__(self, kind, error, trace):
                return kind is ZeroDivisionError

            @property
            def held(self):
                return True

        def both(names):
            with ExitStack() as stack:
                got = [stack.enter_context(opened(name)) for name in names]  # tap
                stack.callback(cfg.__setitem__, "called", len(got))
                return "".join(got)

        def early(values):
            for value in values:
                with Lock() as lock:
                    if value > 1:
                        return lock.held
                    value / 0
            return None

        def swallowed():
            with opened("a"):
                raise KeyError("gone")
            return "after"

        def kept():
            try:
                return "first"
            finally:
                cfg["kept"] = both("x")

        both("ab"); early([0, 1, 2]); swallowed(); kept()
        with suppress(ValueError), opened("c"):
            raise ValueError("past all of them")
        """,
    "task groups": """\
        import asyncio
        cfg = {}

        async def step(n):
            for i in range(n):
                await asyncio.sleep(0)
            return n * 10

        async def endless():
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                cfg["cancelled"] = cfg.get("cancelled", 0) + 1
                raise
            finally:
                await step(1)

        async def broken():
            await step(2)
            raise RuntimeError("one of the group")

        async def grouped():
            async with asyncio.TaskGroup() as group:
                first, second = group.create_task(step(1)), group.create_task(step(3))
            return first.result() + second.result()  # tap

        async def failing():
            try:
                async with asyncio.TaskGroup() as group:
                    group.create_task(endless())
                    group.create_task(broken())
            except* RuntimeError as errors:
                cfg["failed"] = [str(error) for error in errors.exceptions]

        async def shielded():
            task = asyncio.create_task(step(2))
            try:
                async with asyncio.timeout(0):
                    await asyncio.shield(task)
            except TimeoutError:
                cfg["late"] = True
            return await task

        async def main():
            await grouped()
            await failing()
            return await shielded()

        asyncio.run(main())
        """,
}
