from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from callchain.model.errors import CallchainError
from callchain.probe.running import compiled_core
from tests.trace.engine_programs import PROGRAMS as STEPPING
from tests.trace.further_programs import FURTHER
from tests.trace.interpreters import Interpreter, interpreters
from tests.trace.leaving_programs import LEAVING
from tests.trace.marked_taps import marked
from tests.trace.programs import Traced, comparable, edges, outline, watch

PROGRAMS = {**STEPPING, **LEAVING, **FURTHER}
PROBES = "probes are put into the code of the namespace alone, so outside code runs at full speed"
on_each_interpreter = pytest.mark.parametrize("python", interpreters(), ids=lambda python: python.version)


@pytest.mark.parametrize("name", PROGRAMS)
@on_each_interpreter
def test_the_engines_tell_the_same(traced: Traced, python: Interpreter, name: str) -> None:
    files = {"main.py": PROGRAMS[name]}
    command = (python.path, str(traced.root / "main.py"))
    records = {
        engine: traced(
            files, *command, taps=marked(PROGRAMS[name]), watch=(watch("__main__", "cfg"),), engine=engine
        )
        for engine in python.engines
    }
    first = next(iter(records.values()))
    assert first.exit_code == 0 and first.hits
    for engine, record in records.items():
        assert record.engine.split()[0] == engine
        assert record.reason == "asked for"
        assert comparable(record) == comparable(first), f"{engine} and {first.engine}"


@pytest.mark.parametrize("name", ["generators", "exceptions", "threads", "recursion", "callbacks through outside"])
@on_each_interpreter
def test_the_compiled_core_and_python_record_the_same(traced: Traced, python: Interpreter, name: str) -> None:
    """Without taps and watched state, where the core does most of the work."""
    files = {"main.py": PROGRAMS[name]}
    command = (python.path, str(traced.root / "main.py"))
    engine = python.engines[0]
    either, pure = (traced(files, *command, engine=engine, pure=pure) for pure in (False, True))
    assert pure.environment["target"]["core"] == "python"
    assert comparable(either) == comparable(pure)
    assert pure.edges


def test_the_environment_says_whether_the_core_was_there(traced: Traced) -> None:
    record = traced({"main.py": "pass\n"})
    built = compiled_core(pure=False) is not None
    assert record.environment["target"]["core"] == ("compiled" if built else "python")


@on_each_interpreter
def test_the_chooser_takes_the_best_and_says_why(traced: Traced, python: Interpreter) -> None:
    record = traced({"main.py": "def f():\n    pass\n\nf()\n"}, python.path, str(traced.root / "main.py"))
    best = python.engines[0]
    assert record.engine.split()[0] == best
    if best == "monitoring":
        expected = f"Python {python.version} has sys.monitoring: outside code is switched off per code object"
    else:
        expected = f"Python {python.version} has no sys.monitoring; {PROBES}"
    assert record.reason == expected


@pytest.mark.parametrize("taken", [1, 6])
@on_each_interpreter
def test_a_tool_id_that_is_taken(traced: Traced, python: Interpreter, taken: int) -> None:
    files = {
        "main.py": "def f():\n    pass\n\nf()\n",
        "sitecustomize.py": f"""\
        import sys
        free = (3, 4, 2, 5, 1, 0)[:{taken}]
        for each in free if hasattr(sys, "monitoring") else ():
            sys.monitoring.use_tool_id(each, "other")
        """,
    }
    # The other tool is there first when its own `sitecustomize` loads the probe's.
    load = f"exec(open({str(Path(_shim()) / 'sitecustomize.py')!r}).read(), {{'__file__': {_shim()!r} + '/x'}})\n"
    files["sitecustomize.py"] = textwrap.dedent(files["sitecustomize.py"]) + load
    environment = f"PYTHONPATH={traced.root}"
    record = traced(files, "env", environment, python.path, str(traced.root / "main.py"), paths=["main.py"])
    if "monitoring" in python.engines and taken == 6:
        assert record.engine.split()[0] == python.engines[1]
        assert record.reason.startswith("all tool ids of sys.monitoring are taken (by other)")
    else:
        assert record.engine.split()[0] == python.engines[0]
    assert outline(record) == ["<module>", "  f"]


def test_an_engine_that_does_not_exist_is_refused(traced: Traced) -> None:
    with pytest.raises(CallchainError, match="no such engine: magic"):
        traced({"main.py": ""}, engine="magic")


def test_two_runs_are_the_same(traced: Traced) -> None:
    files = {"main.py": PROGRAMS["asyncio"]}
    assert comparable(traced(files)) == comparable(traced(files))


@on_each_interpreter
def test_the_line_of_a_module_that_is_a_docstring_alone(traced: Traced, python: Interpreter) -> None:
    files = {"main.py": "import told\n", "told.py": '# one\n"""Two."""\n'}
    for engine in python.engines:
        record = traced(files, python.path, str(traced.root / "main.py"), engine=engine)
        assert (engine, record.lines) == (engine, {"main.py": (1,), "told.py": (2,)})


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
        engine="hunter",
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
        },
        engine="hunter",
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


@on_each_interpreter
def test_a_keyboard_interrupt_that_nobody_catches_ends_by_its_signal(traced: Traced, python: Interpreter) -> None:
    text = "def f():\n    raise KeyboardInterrupt\n\nf()\n"
    for engine in python.engines:
        record = traced({"main.py": text}, python.path, str(traced.root / "main.py"), engine=engine)
        assert (engine, record.exit_code) == (engine, -signal.SIGINT)
        assert not record.effects
