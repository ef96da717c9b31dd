import asyncio, contextlib
class Conn:
    async def __aenter__(self): return self
    async def __aexit__(self, *exc): return None
    async def fetch(self): return Row()
    def __aiter__(self): return self
    async def __anext__(self): raise StopAsyncIteration
class Row:
    def value(self): return 1
@contextlib.asynccontextmanager
async def session():
    yield Conn()
async def numbers():
    yield Row()
async def main():
    async with Conn() as conn:
        row = await conn.fetch()
        row.value()
    async with session() as conn:
        (await conn.fetch()).value()
    async for row in numbers():
        row.value()
    async for _ in Conn():
        pass
    found = [row.value() async for row in numbers()]
    one, two = await asyncio.gather(Conn().fetch(), Conn().fetch())
    one.value()
    task = asyncio.create_task(Conn().fetch())
    (await task).value()
    (await asyncio.wait_for(Conn().fetch(), 1)).value()
asyncio.run(main())
