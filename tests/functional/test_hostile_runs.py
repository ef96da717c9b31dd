"""Whatever a program does while it is traced, a package is complete, or `PARTIAL` and readable."""

from __future__ import annotations

import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from callchain.evidence.package import EVIDENCE, PARTIAL, damaged, load
from callchain.model.package import Evidence
from callchain.trace.request import Limits
from tests.functional.mounts import MOUNTS_OF_ITS_OWN, needs_mounts
from tests.trace.programs import Traced, edges

ROOT = Path(__file__).parents[2]

ACTS = {
    "deletes its own modules": """
        os.remove(__file__)
        sys.modules.clear()
    """,
    "sets a trace function of its own": """
        sys.settrace(lambda *_: None)
        leaf()
        sys.settrace(None)
    """,
    "sets an import hook of its own": """
        class Hook:
            def find_spec(self, name, path=None, target=None):
                leaf()
                return None
        sys.meta_path.insert(0, Hook())
        builtins.__import__ = lambda *a, real=builtins.__import__, **k: real(*a, **k)
        import colorsys
    """,
    "closes every file": """
        os.closerange(3, 5000)
        mine = open("mine.txt", "w")
        mine.write("mine alone")
    """,
    "closes its standard streams": """
        sys.stdout.close()
        os.close(0)
        os.close(1)
        os.close(2)
    """,
    "changes its folder and deletes it": """
        os.mkdir("gone")
        os.chdir("gone")
        os.rmdir("../gone")
    """,
    "replaces what the probe uses": """
        sys.stdout = None
        time.monotonic_ns = time.time_ns = os.write = os.getpid = json.dumps = lambda *_: 1 / 0
        os.environ.clear()
        threading._active = {}
    """,
    "takes the hooks away": """
        sys.setprofile(None)
        gc.disable()
        sys.setrecursionlimit(60)
        atexit._clear()
    """,
}
PROGRAM = """\
import atexit, builtins, gc, json, os, sys, threading, time

def leaf():
    pass

def act():
{act}

def after():
    for _ in range(10):
        leaf()

act()
after()
"""


@pytest.mark.parametrize("act", ACTS)
def test_a_program_that_meddles_is_recorded_all_the_same(tmp_path: Path, act: str) -> None:
    traced = Traced(tmp_path)
    body = "\n".join(line[4:] for line in ACTS[act].strip("\n").splitlines())
    record = traced({"main.py": PROGRAM.replace("{act}", body)})
    output = (traced.recording / "run.out").read_text(encoding="utf-8")
    assert (record.exit_code, output) == (0, ""), output
    assert record.ended == "exit"
    after = [edge for name, edge in edges(record).items() if name.startswith("after:") and name.endswith("→ leaf")]
    assert [count for count, _ in after] == [10]
    mine = traced.work / "mine.txt"
    assert not mine.exists() or mine.read_text() == "mine alone", "the recording went into the program's file"


MANY = """\
import os, subprocess, sys, time

def start():
    child = [sys.executable, "-c", "import time; time.sleep(60)"]
    return [subprocess.Popen(child, start_new_session=n % 2 == 0) for n in range(30)]

children = start()
time.sleep(60)
"""


def test_dozens_of_children_are_bounded_and_none_is_left(tmp_path: Path) -> None:
    traced = Traced(tmp_path)
    started = time.monotonic()
    record = traced({"main.py": MANY}, limits=Limits(processes=8))
    assert record.ended == "process limit"
    assert 8 < len(record.processes) <= 31
    assert time.monotonic() - started < 50
    assert [pid for pid in (process.pid for process in record.processes) if _lives(pid)] == []


def _lives(pid: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().split()[2]
    except OSError:
        return False


# ---- through the command, to a package ------------------------------------------------------------------------

SUBJECT = """\
import os, signal, sys, time

def save(path):
    with open(path, "w") as stream:
        stream.write("x")

def main(how):
    save("out.txt")
    if how == "segv":
        os.kill(os.getpid(), signal.SIGSEGV)
    if how == "ignore":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if how in ("ignore", "sleep"):
        print("sleeping", flush=True)
        time.sleep(60)
    if how == "talk":
        for n in range(20_000):
            print("x" * 100)
    if how == "fill":
        with open("big", "wb") as stream:
            while True:
                stream.write(bytes(1 << 16))

main(sys.argv[1])
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "root"
    folder.mkdir()
    (folder / "subject.py").write_text(SUBJECT)
    return folder


def words(root: Path, out: Path, how: str, *options: str) -> list[str]:
    asked = ["-q", "How does save write the file?", "--root", str(root), "--out", str(out), *options]
    program = [sys.executable, str(root / "subject.py"), how]
    work = ["--workdir", str(root.parent)]
    return [sys.executable, "-m", "callchain", "run", *asked, *work, "--", *program]


def called(command: list[str]) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert "Traceback" not in done.stderr, done.stderr
    return done


def complete(out: Path) -> Evidence:
    evidence = load(out)
    assert damaged(out, evidence) == ()
    return evidence


def partial(out: Path) -> None:
    assert (out / PARTIAL).exists()
    assert not (out / EVIDENCE).exists()


@pytest.mark.parametrize(
    ("how", "status", "ended"),
    [("segv", 3, "signal 11"), ("ignore", 124, "time budget")],
)
def test_a_program_that_ends_badly_has_a_complete_package(root: Path, how: str, status: int, ended: str) -> None:
    out = root.parent / "package"
    done = called(words(root, out, how, "--time-budget-minutes", "0.04"))
    assert done.returncode == status, done.stderr
    evidence = complete(out)
    assert evidence.runs[0].ended == ended
    assert any(effect.verdict == "confirmed" for effect in evidence.effects), "what ran before is there"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_is_written_with_what_there_is(root: Path, number: int) -> None:
    out = root.parent / "package"
    process = subprocess.Popen(words(root, out, "sleep"), stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT)
    _until(lambda: "sleeping" in _text(out / "trace/recording/run.out"))
    process.send_signal(number)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130, said
    assert complete(out).runs[0].ended == "interrupted"


def test_two_runs_into_one_folder(root: Path) -> None:
    out = root.parent / "package"
    first = subprocess.Popen(
        words(root, out, "sleep"), cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    _until(lambda: "sleeping" in _text(out / "trace/recording/run.out"))
    second = called(words(root, out, "none"))
    assert second.returncode == 2 and "another callchain is writing" in second.stderr
    first.send_signal(signal.SIGINT)
    _, said = first.communicate(timeout=60)
    assert first.returncode == 130, said
    assert complete(out).runs[0].ended == "interrupted"
    third = called(words(root, out, "none"))
    assert third.returncode == 2 and "already holds a complete package" in third.stderr


PHASES: dict[str, Callable[[Path], bool]] = {
    "begun": lambda out: (out / PARTIAL).exists(),
    "running": lambda out: "sleeping" in _text(out / "trace/recording/run.out"),
    "writing": lambda out: (out / "callchain").exists(),
}


@pytest.mark.parametrize("phase", PHASES)
def test_a_killed_callchain_leaves_a_mark_and_can_be_started_again(root: Path, phase: str) -> None:
    out = root.parent / "package"
    how = "sleep" if phase == "running" else "none"
    process = subprocess.Popen(
        words(root, out, how), cwd=ROOT, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL
    )
    _until(lambda: PHASES[phase](out) or process.poll() is not None)
    process.kill()
    process.wait()
    if not (out / EVIDENCE).exists() or (out / PARTIAL).exists():
        assert (out / PARTIAL).exists()
    else:
        complete(out)  # it was quicker than the test
        shutil.rmtree(out)
    _until(lambda: not _running(str(root / "subject.py")))
    done = called(words(root, out, "none"))
    assert done.returncode == 0, done.stderr
    assert complete(out).runs[0].ended == "exit"


def _until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < deadline, "it never came to that"
        time.sleep(0.02)


def _text(file: Path) -> str:
    return file.read_text(encoding="utf-8") if file.exists() else ""


def _running(script: str) -> bool:
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            said = entry.read_bytes().split(b"\0")
        except OSError:
            continue
        if script.encode() in said and b"callchain" not in said:
            return True
    return False


# ---- places without room ---------------------------------------------------------------------------------------


def small(place: Path, command: list[str], options: str) -> subprocess.CompletedProcess[str]:
    """Run with a small file system of its own at `place`, in a mount namespace that ends with the command."""
    place.mkdir()
    mount = f"mount -t tmpfs -o {options} tmpfs {shlex.quote(str(place))}"
    copy = f"mkdir -p {place}/kept; cp -r {place}/package {place}.kept 2>/dev/null"
    remount = f"mount -o remount,ro {place};" if "ro" in options.split(",") else ""
    script = f"{mount} && {remount} {shlex.join(command)}; status=$?; {copy}; exit $status"
    done = subprocess.run(
        [*MOUNTS_OF_ITS_OWN, "sh", "-c", script],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done


@needs_mounts
@pytest.mark.parametrize("room", ["60k", "900k"])
def test_a_full_file_system_as_output(root: Path, room: str) -> None:
    place = root.parent / "small"
    done = small(place, words(root, place / "package", "talk"), f"size={room}")
    assert done.returncode in (0, 2), done.stderr
    kept = root.parent / "small.kept"
    if done.returncode == 0:
        complete(kept)
    else:
        partial(kept)
        assert "No space left" in done.stderr


@needs_mounts
def test_a_program_that_fills_its_file_system(root: Path) -> None:
    place = root.parent / "small"
    command = words(root, root.parent / "package", "fill")
    command[command.index("--workdir") + 1] = str(place)
    done = small(place, command, "size=1m")
    assert done.returncode == 3, done.stderr
    evidence = complete(root.parent / "package")
    assert any("No space left" in text for text in evidence.runs[0].exceptions)


@needs_mounts
def test_a_place_that_is_read_only(root: Path) -> None:
    place = root.parent / "small"
    done = small(place, words(root, place / "package", "none"), "ro,size=1m")
    assert done.returncode == 2
    assert "cannot be written: Read-only file system" in done.stderr
