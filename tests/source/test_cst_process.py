"""The guarded process: its limits hold, and it is there again after they were met."""

import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from callchain.source.cst_jobs import CallsJob, SearchJob
from callchain.source.cst_process import ParsingFailedError, Worker

GOOD = CallsJob("f()\n", (1,))


@pytest.fixture
def worker():
    worker = Worker()
    yield worker
    worker.close()


def test_jobs_are_answered_one_after_the_other(worker):
    assert worker.ask(GOOD).calls == {1: ("f",)}
    assert worker.ask(SearchJob("x = 1\n", (("<module>", "x = 1"),))).found[0].spans[0].line == 1


def test_a_job_past_its_deadline_is_ended_and_the_next_one_answered():
    worker = Worker(deadline_s=0.3)
    worker.ask(GOOD)
    many = CallsJob("\n".join(f"f{number}(g({number}))" for number in range(60_000)), (1,))
    try:
        with pytest.raises(ParsingFailedError, match=r"did not finish within 0\.3 s"):
            worker.ask(many)
        worker._deadline_s = 30
        assert worker.ask(GOOD).calls == {1: ("f",)}
    finally:
        worker.close()


def test_a_job_past_its_memory_is_ended_and_the_next_one_answered():
    worker = Worker(memory_bytes=300 << 20)
    many = CallsJob("\n".join(f"f{number}(g({number}))" for number in range(100_000)), (1,))
    try:
        with pytest.raises(ParsingFailedError, match="memory"):
            worker.ask(many)
        assert worker.ask(GOOD).calls == {1: ("f",)}
    finally:
        worker.close()


def test_a_hostile_expression_is_an_error_and_not_a_crash(worker):
    with pytest.raises(ParsingFailedError):
        worker.ask(CallsJob("x = " + "(" * 20_000 + ")" * 20_000, (1,)))
    assert worker.ask(GOOD).calls == {1: ("f",)}


def test_lone_surrogates_are_an_error(worker):
    with pytest.raises(ParsingFailedError, match="surrogates"):
        worker.ask(CallsJob("x = '\ud800'\n", (1,)))


def test_the_worker_imports_nothing_from_the_folder_it_is_used_in(tmp_path):
    for name in ("libcst", "msgspec", "typing", "struct"):
        (tmp_path / f"{name}.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\n")
    program = textwrap.dedent(f"""
        import os, sys
        sys.path[:] = {[entry for entry in sys.path if entry]!r}
        os.chdir({str(tmp_path)!r})
        from callchain.source.reprove import call_names
        sys.path.insert(0, "")
        print(call_names("f()", 1))
    """)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "('f',)\n"
    assert not (tmp_path / "ran").exists()


def test_the_worker_ends_with_its_parent():
    program = textwrap.dedent(f"""
        import os, sys
        sys.path[:] = {[entry for entry in sys.path if entry]!r}
        from callchain.source import cst_process
        from callchain.source.reprove import call_names
        call_names("f()", 1)
        print(cst_process._shared()._process.pid, flush=True)
        os._exit(0)
    """)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    pid = int(done.stdout)
    for _ in range(200):
        if not _runs(pid):
            return
        time.sleep(0.02)
    pytest.fail("the worker outlived its parent")


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
