"""Tracing in this very process leaves a recording and nothing else."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

import callchain
from callchain.model.recording import ObservedEdge
from callchain.trace.inside import Inside

ENGINES = ("auto", "hunter", "settrace")
SAVED = ObservedEdge("librarian/core.py::main", 10, "librarian/core.py::save")


@pytest.mark.parametrize("engine", ENGINES)
def test_a_block_is_recorded_and_leaves_the_process_as_it_was(root: Path, engine: str) -> None:
    from librarian import core

    code, trace_before = core.main.__code__, (sys.gettrace(), sys.getprofile(), os._exit, threading.gettrace())
    with callchain.trace(root, namespaces=["librarian"], engine=engine) as recorded:
        core.main("a.txt")
        core.aside("b.txt")
    core.main("c.txt")
    assert {(edge.caller, edge.callee): edge.count for edge in recorded.edges} == {(SAVED.caller, SAVED.callee): 2}
    names = {thread.name for process in recorded.record.processes for thread in process.threads}
    assert names == {"MainThread", "aside"}
    assert {effect.target.rpartition("/")[2] for effect in recorded.record.effects} == {"a.txt", "b.txt"}
    assert core.main.__code__ is code
    assert (sys.gettrace(), sys.getprofile(), os._exit, threading.gettrace()) == trace_before
    assert "save  librarian/core.py:4" in str(recorded)


def test_a_function_is_recorded_each_time_it_is_called(root: Path) -> None:
    from librarian import core

    recorder = callchain.trace(root, namespaces=["librarian"])

    @recorder
    def work(times: int) -> int:
        """Do it."""
        for _ in range(times):
            core.main("a.txt")
        return work(times - 1) if times > 2 else times

    assert (work.__name__, work.__doc__) == ("work", "Do it.")
    assert work(3) == 2
    assert recorder.edges[0].count == 5
    assert work(1) == 1
    assert recorder.edges == (SAVED,)


def test_taps_are_judged(root: Path) -> None:
    from librarian import core

    with callchain.trace(root, namespaces=["librarian"], taps="taps.toml") as recorded:
        core.main("a.txt")
        core.main("a.txt", text="<b>")
    (tap,) = recorded.taps
    assert (tap.key, tap.hits, tap.expectations[0].verdict) == ("what", 2, "fail")
    shown = recorded._repr_html_()
    assert "&lt;b&gt;" in shown
    assert "<b>&" not in shown
    assert "what is saved &amp; &lt;where&gt;" in shown


def test_an_error_of_the_block_goes_on_and_the_recording_stays(root: Path) -> None:
    from librarian import core

    recorder = callchain.trace(root, namespaces=["librarian"])
    with pytest.raises(ValueError, match="no"), recorder:
        core.fail()
    assert recorder.record.exceptions == ("librarian/core.py::fail:20 ValueError: no",)


def test_one_trace_at_a_time_and_none_before_its_end(root: Path) -> None:
    outer = callchain.trace(root)
    with pytest.raises(callchain.CallchainError, match="has not ended"):
        _ = outer.record
    with outer, pytest.raises(callchain.CallchainError, match="traced already"), callchain.trace(root):
        pass
    with pytest.raises(callchain.CallchainError, match="no such engine: magic"):
        callchain.trace(root, engine="magic")
    with callchain.trace(root):
        pass


def test_a_process_that_is_forked_after_a_trace_records_nothing(root: Path, tmp_path: Path) -> None:
    program = f"""
import os, sys
sys.path[:0] = [{str(root)!r}, {str(Path(callchain.__file__).parents[1])!r}]
import callchain
from librarian.core import main
with callchain.trace({str(root)!r}, namespaces=["librarian"]) as recorded:
    main({str(tmp_path / "a")!r})
child = os.fork()
if not child:
    main({str(tmp_path / "b")!r})
    os._exit(7)
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
print(recorded.edges[0].count)
"""
    # Python 3.12 warns of a thread that has ended and that the system has not cleared away yet.
    command = [sys.executable, "-W", "ignore::DeprecationWarning", "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, "1", "")


def test_a_recording_that_cannot_begin_lets_the_next_one_begin(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("callchain.trace.inside.Probe", lambda *_: 1 / 0)
    request = callchain.trace(root)._request
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            Inside(request)
