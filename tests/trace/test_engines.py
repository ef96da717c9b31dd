from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import msgspec
import pytest

from callchain.model.recording import RunRecord
from tests.trace.programs import Traced, edges, outline, tap, watch

PROGRAM = {
    "main.py": """\
    import asyncio
    import contextlib
    import functools
    import json
    import threading
    from helper import Box, numbers

    cfg = {"n": 0}

    def deco(function):
        @functools.wraps(function)
        def wrapper(*args):
            return function(*args)
        return wrapper

    @deco
    def step(x):
        cfg["n"] = x
        return x + 1

    def boom():
        raise ValueError("bad")

    async def task(n):
        await asyncio.sleep(0)
        return step(n)

    async def tasks():
        return await asyncio.gather(task(1), task(2))

    def down(n):
        return down(n - 1) if n else 0

    def work():
        for value in numbers(4):
            step(value)
        with contextlib.suppress(ValueError):
            boom()
        json.loads('{"a": 1}', object_hook=lambda d: step(1))
        return Box(3).double

    thread = threading.Thread(target=work, name="worker")
    thread.start()
    thread.join()
    work()
    asyncio.run(tasks())
    down(5)
    """,
    "helper.py": """\
    class Box:
        def __init__(self, n):
            self.n = n

        @property
        def double(self):
            return self.n * 2

    def numbers(n):
        for i in range(n):
            yield i
    """,
}


def comparable(record: RunRecord) -> bytes:
    """All that two engines must agree on."""
    trees = [[(thread.name, thread.roots) for thread in process.threads] for process in record.processes]
    parts = (trees, record.edges, record.lines, record.hits, record.mutations, record.exceptions, record.dropped)
    return msgspec.json.encode(parts)


def test_the_engines_tell_the_same(traced: Traced) -> None:
    taps = (
        tap("main.py::step", "before", (19, 19), 17, x="x"),
        tap("main.py::boom", "raise", (21, 21), 21, e="error"),
    )
    records = {
        engine: traced(PROGRAM, taps=taps, watch=(watch("__main__", "cfg"),), engine=engine)
        for engine in ("hunter", "settrace")
    }
    assert records["hunter"].engine.startswith("hunter ")
    assert (records["settrace"].engine, records["settrace"].reason) == ("settrace", "asked for")
    assert records["hunter"].hits["look"] and records["hunter"].mutations
    assert comparable(records["hunter"]) == comparable(records["settrace"])


def test_two_runs_are_the_same(traced: Traced) -> None:
    assert comparable(traced(PROGRAM)) == comparable(traced(PROGRAM))


def test_without_hunter_the_plain_engine_runs_and_says_why(traced: Traced) -> None:
    record = traced(
        {
            "main.py": "def f():\n    pass\n\nf()\n",
            "hunter.py": "raise ImportError('not for this interpreter')\n",
        },
        "env",
        f"PYTHONPATH={os.pathsep.join([_shim(), str(traced.root)])}",
        sys.executable,
        str(traced.root / "main.py"),
        paths=["main.py"],
    )
    assert record.engine == "settrace"
    assert "hunter cannot be imported here (ImportError: not for this interpreter)" in record.reason
    assert outline(record) == ["<module>", "  f"]


def _shim() -> str:
    from callchain.trace.launch import SHIM

    return str(SHIM)


def test_another_tracer_is_noted(traced: Traced) -> None:
    record = traced(
        {
            "main.py": """\
            import sys

            def before():
                pass

            def after():
                pass

            before()
            sys.settrace(lambda *_: None)
            after()
            """
        }
    )
    assert "<module>:9 → before" in edges(record)
    assert record.processes[0].notes == (
        "the trace function was replaced by __main__; later calls may be missing",
    )


def test_an_interrupt_reaches_the_program_and_the_record_says_so(traced: Traced) -> None:
    script = textwrap.dedent(
        f"""
        import sys
        sys.path.insert(0, {str(Path.cwd())!r})
        from pathlib import Path
        from tests.trace.programs import Traced
        base = Path({str(traced.root.parent)!r}) / "again"
        base.mkdir()
        record = Traced(base)({{"main.py": "import time\\nopen('up', 'w').close()\\ntime.sleep(60)\\n"}})
        print(record.ended, record.exit_code, record.exceptions)
        """
    )
    tool = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    up = traced.root.parent / "again" / "work" / "up"
    deadline = time.monotonic() + 30
    while not up.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    tool.send_signal(signal.SIGINT)
    output, _ = tool.communicate(timeout=60)
    assert output.startswith("interrupted ")
    assert "KeyboardInterrupt" in output


@pytest.mark.parametrize("engine", ["hunter", "settrace"])
def test_an_exception_of_a_signal_handler_reaches_the_program(traced: Traced, engine: str) -> None:
    record = traced(
        {
            "main.py": """\
            import signal

            class Late(Exception):
                pass

            def ring(number, frame):
                raise Late

            def spin():
                n = 0
                while True:
                    n += 1

            signal.signal(signal.SIGALRM, ring)
            signal.setitimer(signal.ITIMER_REAL, 0.3)
            try:
                spin()
            except Late:
                print("late")
            """
        },
        engine=engine,
        time_budget_s=20.0,
    )
    assert (record.ended, record.exit_code) == ("exit", 0)
    assert (traced.recording / "run.out").read_text(encoding="utf-8") == "late\n"
