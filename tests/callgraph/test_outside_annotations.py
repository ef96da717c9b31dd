"""What is annotated with a class of the standard library is one, even where no call in the program brings any."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from observed import observed_calls

from callchain.callgraph.graph import CallGraph

PROGRAM = """
    import asyncio
    import contextlib
    from concurrent.futures import Future
    class Resource:
        def __enter__(self): return self
        def __exit__(self, *error): return None
    def farewell(word): return word
    async def step():
        return await further()
    async def further():
        return 1
    def use(stack: contextlib.ExitStack):
        stack.enter_context(Resource())
    def turn(loop: asyncio.AbstractEventLoop):
        return loop.run_until_complete(step())
    def wait(future: "Future[int]"):
        future.add_done_callback(farewell)
        future.set_result(1)
    class Owner:
        stack: contextlib.ExitStack
        def use(self):
            self.stack.enter_context(Resource())
    def unread(*parts):
        return globals()["".join(parts)]
    with contextlib.ExitStack() as stack:
        unread("u", "se")(stack)
        owner = Owner()
        setattr(owner, "".join(["sta", "ck"]), stack)
        owner.use()
    loop = asyncio.new_event_loop()
    unread("tu", "rn")(loop)
    loop.close()
    unread("wa", "it")(Future())
"""


def test_calls_through_what_is_annotated_are_read(
    graph_of: Callable[[Mapping[str, str]], CallGraph], tmp_path: Path
) -> None:
    graph = graph_of({"main.py": PROGRAM})
    ran = {
        (caller, callee)
        for caller, _, callee in observed_calls(tmp_path / "main.py", through_others=True)
        if not caller.endswith(("<module>", "unread"))
    }
    static = {(edge.caller, edge.callee) for edge in graph.edges}
    assert len(ran) == 5
    assert sorted(ran - static) == []
