"""A real scheduler and two workers, one of them killed midway: the same bytes as from this machine alone."""

from __future__ import annotations

import builtins
import contextlib
import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import distributed
import pytest

from callchain.facts import fleet as fleet_module
from callchain.facts.fleet import batches, fleet
from callchain.model.errors import CallchainError

PROJECT = Path(__file__).parents[2]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(PROJECT), "OMP_NUM_THREADS": "1"}
WORKER = ["--no-nanny", "--nthreads", "1", "--no-dashboard", "--memory-limit", "0"]
PACKAGES = ("email", "json", "logging")


def dask(role: str, *words: str, cwd: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "dask", role, *words]
    return subprocess.Popen(
        command, cwd=cwd, env=ENVIRONMENT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


@contextlib.contextmanager
def ended(processes: list[subprocess.Popen[bytes]]) -> Iterator[None]:
    try:
        yield
    finally:
        for process in processes:
            process.kill()
            process.wait()


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """The address of a scheduler and its two workers."""
    folder = tmp_path_factory.mktemp("dask")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    place = ["--host", "127.0.0.1"]
    main = dask("scheduler", *place, "--port", str(port), "--no-dashboard", cwd=folder)
    address = f"127.0.0.1:{port}"
    workers = [dask("worker", f"tcp://{address}", *place, *WORKER, cwd=folder) for _ in range(2)]
    with ended([main, *workers]):
        with distributed.Client(f"tcp://{address}", timeout=30, set_as_default=False) as client:
            client.wait_for_workers(2, timeout=60)
        yield f"dask://{address}", workers


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Some dozens of files of the standard library, in several batches."""
    root = tmp_path_factory.mktemp("tree")
    for name in PACKAGES:
        shutil.copytree(Path(json.__file__).parents[1] / name, root / name, ignore=shutil.ignore_patterns("*.pyc"))
    return root


def index(tree: Path, cache: Path, *words: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "callchain", "index", f"tree={tree}", "--json", *words]
    environment = {**ENVIRONMENT, "CALLCHAIN_CACHE_DIR": str(cache)}
    return subprocess.Popen(command, env=environment, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def kept(cache: Path) -> dict[bytes, bytes]:
    with contextlib.closing(sqlite3.connect(cache / "facts.sqlite")) as connection:
        return dict(connection.execute("SELECT key, value FROM entry"))


@pytest.fixture(scope="module")
def alone(tree: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, dict[bytes, bytes]]:
    """What this machine alone prints and keeps."""
    cache = tmp_path_factory.mktemp("local")
    printed, told = index(tree, cache).communicate()
    assert (told, json.loads(printed)[0]["repository"]) == (b"", "tree")
    return printed, kept(cache)


def test_a_killed_worker_costs_nothing_but_time(scheduler, tree, alone, tmp_path):
    address, workers = scheduler
    store = tmp_path / "store"
    running = index(tree, tmp_path / "cache", "--executor", address, "--store", str(store))
    with ended([running]):
        while running.poll() is None and not list(store.glob("facts/*/[!.]*")):
            time.sleep(0.005)
        workers[0].send_signal(signal.SIGKILL)
        done_then = len(list(store.glob("facts/*/[!.]*")))
        printed, told = running.communicate()
    files = json.loads(printed)[0]["files"]
    assert 0 < done_then < files
    assert (told, printed, kept(tmp_path / "cache")) == (b"", *alone)
    assert len(list(store.glob("facts/*/[!.]*"))) == files


def test_facts_come_back_by_wire_without_a_shared_folder(scheduler, tree, alone, tmp_path):
    printed, told = index(tree, tmp_path, "--executor", scheduler[0]).communicate()
    assert (told, printed, kept(tmp_path)) == (b"", *alone)


def test_what_the_store_holds_is_not_read_again(scheduler, tmp_path, monkeypatch):
    jobs = [(f"{name}.py", name, f"def {name}(): pass\n".encode(), 3) for name in "abcde"]
    first = fleet(scheduler[0], tmp_path)(jobs)
    assert [facts.definitions[-1].qualname for facts in first] == list("abcde")
    damaged = sorted(tmp_path.glob("*/*"))[0]
    damaged.write_bytes(b"\xc1")
    asked = []
    monkeypatch.setattr(fleet_module, "_on_workers", lambda missing, *_: asked.extend(missing) or ())
    with pytest.raises(KeyError):
        fleet(scheduler[0], tmp_path)(jobs)
    assert [len(batch) for batch in asked] == [1]


def test_a_file_that_no_worker_returns_is_read_here(monkeypatch):
    jobs = [("a.py", "a", b"def a(): pass\n", 3)]
    monkeypatch.setattr(fleet_module, "_on_workers", lambda missing, *_: [(missing[0], [None])])
    (facts,) = fleet("dask://127.0.0.1:1")(jobs)
    assert facts.definitions[-1].qualname == "a"


def test_batches_hold_about_equal_work():
    jobs = [(f"{number}.py", str(number), b"#" * size, 3) for number, size in enumerate([1] * 65 + [900_000, 1])]
    assert [len(batch) for batch in batches(jobs)] == [64, 1, 1, 1]


def test_a_worker_with_other_code_is_refused(scheduler, monkeypatch):
    monkeypatch.setattr(fleet_module, "GRAMMAR", b"python 2.7")
    with pytest.raises(CallchainError, match="another callchain or another Python"):
        fleet(scheduler[0])([("a.py", "a", b"", 3)])


@pytest.mark.parametrize("address", ["ray://here:1", "dask://here", "dask://", "remote"])
def test_an_executor_that_means_nothing(address):
    with pytest.raises(CallchainError, match="local or dask"):
        fleet(address)


def test_nobody_answers(monkeypatch):
    monkeypatch.setattr(fleet_module, "_CONNECT_S", 1)
    with pytest.raises(CallchainError, match=r"no scheduler answers at dask://127\.0\.0\.1:1 "):
        fleet("dask://127.0.0.1:1")([("a.py", "a", b"", 3)])


def test_without_dask_one_line_says_what_to_install(monkeypatch):
    real = builtins.__import__

    def absent(name, *rest):
        if name == "distributed":
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", absent)
    with pytest.raises(CallchainError, match=r"needs Dask .*callchain-evidence\[fleet\]"):
        fleet("dask://127.0.0.1:1")
