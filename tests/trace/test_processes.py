from __future__ import annotations

import os
import signal
import time

import pytest

from callchain.model.errors import CallchainError
from tests.trace.programs import Traced, edges, outline, tap


def test_a_child_process_records_itself(traced: Traced) -> None:
    record = traced(
        {
            "main.py": """\
            import subprocess
            import sys

            def start():
                child = __file__.replace("main", "child")
                subprocess.run([sys.executable, child, "--token", "s3cret-value"], check=True)

            start()
            """,
            "child.py": """\
            def work():
                pass

            work()
            """,
        }
    )
    assert len(record.processes) == 2
    assert outline(record, process=0) == ["<module>", "  start"]
    assert outline(record, process=1) == ["<module>", "  work"]
    assert record.processes[1].parent == record.processes[0].pid
    assert "s3cret-value" not in repr(record)
    assert [(e.kind, e.action, e.line) for e in record.effects if e.kind == "subprocess"] == [
        ("subprocess", "start", 6)
    ]


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_multiprocessing_workers_record_themselves(traced: Traced, method: str) -> None:
    record = traced(
        {
            "main.py": f"""\
            import multiprocessing

            def work(n):
                return leaf(n)

            def leaf(n):
                return n

            def main():
                context = multiprocessing.get_context("{method}")
                process = context.Process(target=work, args=(1,))
                process.start()
                process.join()

            if __name__ == "__main__":
                main()
            """
        }
    )
    assert edges(record)["work:4 → leaf"] == (1, ())
    assert any("  leaf" in line for index in range(1, len(record.processes)) for line in outline(record, index))


def test_os_exit_keeps_the_recording(traced: Traced) -> None:
    record = traced(
        {
            "main.py": """\
            import os

            def last():
                os._exit(7)

            for _ in range(3):
                str(_)
            last()
            """
        }
    )
    assert record.exit_code == 7
    assert outline(record) == ["<module> open", "  last open"]


def test_sys_exit_and_an_uncaught_exception_keep_the_exit_code(traced: Traced) -> None:
    assert traced({"main.py": "import sys\nsys.exit(3)\n"}).exit_code == 3
    record = traced({"main.py": "def f():\n    raise KeyError('x')\n\nf()\n"})
    assert record.exit_code == 1
    assert record.exceptions == ("main.py::f:2 KeyError: x", "main.py::<module>:4 KeyError: x")
    assert "KeyError" in (traced.recording / "run.out").read_text(encoding="utf-8")


def test_a_killed_process_leaves_what_it_recorded(traced: Traced) -> None:
    record = traced(
        {
            "main.py": """\
            import os, signal

            def before():
                pass

            def kill():
                os.kill(os.getpid(), signal.SIGKILL)

            before()
            kill()
            """
        }
    )
    assert record.ended == f"signal {signal.SIGKILL.value}"
    assert record.exit_code == -signal.SIGKILL
    assert not record.processes[0].clean
    assert [line.split()[0] for line in outline(record)] == ["<module>", "before", "kill"]
    assert record.lines["main.py"] == (1, 3, 4, 6, 7, 9, 10)


def test_a_killed_process_leaves_the_counts_of_its_last_moment(traced: Traced) -> None:
    record = traced(
        {
            "main.py": """\
            import os, signal

            def leaf(n):
                if n % 10 == 0:
                    raise ValueError(n)
                os.environ["STEP"] = "x"

            for n in range(1, 501):
                try:
                    leaf(n)
                except ValueError:
                    pass
            os.kill(os.getpid(), signal.SIGKILL)
            """
        },
        taps=(tap("main.py::leaf", "entry", (3, 3), 3, n="n"),),
    )
    assert not record.processes[0].clean
    assert edges(record)["<module>:10 → leaf"] == (500, ())
    counts = {node.outcome: node.count for node in record.processes[0].threads[0].roots[0].children}
    assert counts == {"return": 450, "raise ValueError": 50}
    assert [(effect.target, effect.count) for effect in record.effects] == [("STEP=x", 450)]
    assert record.hits_total == {"look": 500}


def test_the_time_budget_ends_the_whole_group(traced: Traced) -> None:
    started = time.monotonic()
    record = traced(
        {
            "main.py": """\
            import os, subprocess, sys, time

            def wait():
                child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
                with open("child.pid", "w") as f:
                    f.write(str(child.pid))
                time.sleep(60)

            wait()
            """
        },
        time_budget_s=3.0,
    )
    assert record.ended == "time budget"
    assert time.monotonic() - started < 30
    assert [line.split()[0] for line in outline(record)] == ["<module>", "wait"]
    child = int((traced.work / "child.pid").read_text())
    with pytest.raises(ProcessLookupError):
        os.kill(child, 0)


def test_a_program_that_ignores_sigterm_is_killed(traced: Traced) -> None:
    record = traced(
        {
            "main.py": """\
            import signal, time

            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            time.sleep(60)
            """
        },
        time_budget_s=4,
    )
    assert (record.ended, record.exit_code) == ("time budget", -signal.SIGKILL)


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (("no-such-program-anywhere",), "no such program: no-such-program-anywhere"),
        (("missing.py",), "no such file: missing.py"),
        (("python", "missing.py"), "no such file: missing.py"),
        ((), "there is no command"),
    ],
)
def test_a_command_that_does_not_start_says_so_in_one_line(
    traced: Traced, command: tuple[str, ...], words: str
) -> None:
    from callchain.trace.command import resolve

    with pytest.raises(CallchainError, match=words) as caught:
        resolve(command, traced.work)
    assert "\n" not in str(caught.value)


def test_a_script_or_module_without_python_before_it(traced: Traced) -> None:
    files = {"main.py": "def f():\n    pass\n\nf()\n"}
    assert outline(traced(files, str(traced.root / "main.py"))) == ["<module>", "  f"]
    record = traced(files, "-m", "timeit", "-n", "1", "-r", "1", "-s", "import sys", "pass")
    assert record.exit_code == 0 and record.edges == ()


def test_a_program_that_is_not_python_runs_and_says_why_nothing_was_recorded(traced: Traced) -> None:
    record = traced({"main.py": ""}, "sh", "-c", "exit 4")
    assert (record.exit_code, record.processes, record.engine) == (4, (), "none")
    assert "no Python process" in record.reason


def test_pytest_as_a_command(traced: Traced) -> None:
    record = traced(
        {
            "subject.py": "def double(x):\n    return 2 * x\n",
            "test_subject.py": "from subject import double\n\ndef test_it():\n    assert double(2) == 4\n",
        },
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        str(traced.root / "test_subject.py"),
    )
    assert record.exit_code == 0
    assert edges(record)["test_it:4 → double"][0] == 1


def test_nothing_is_written_into_the_target_tree(traced: Traced) -> None:
    files = {
        "main.py": "import pack.inner\n",
        "pack/__init__.py": "",
        "pack/inner.py": "def f():\n    pass\n\nf()\n",
    }
    record = traced(files)
    assert record.exit_code == 0
    left = sorted(path.relative_to(traced.root).as_posix() for path in traced.root.rglob("*"))
    assert left == ["main.py", "pack", "pack/__init__.py", "pack/inner.py"]
    assert list(traced.work.iterdir()) == []


def test_a_sitecustomize_of_the_target_still_runs(traced: Traced, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(traced.root))
    record = traced(
        {
            "main.py": "import sys\n\nprint(sys.marker, 'sitecustomize' in sys.modules)\nprint(sys.path[1])\n",
            "sitecustomize.py": "import sys\n\nsys.marker = 'theirs'\n",
        }
    )
    assert record.exit_code == 0
    lines = (traced.recording / "run.out").read_text(encoding="utf-8").splitlines()
    assert lines == ["theirs True", str(traced.root)]
