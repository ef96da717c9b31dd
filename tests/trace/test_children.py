"""Every way in which a Python process comes into being, and every way in which one ends."""

from __future__ import annotations

from collections import Counter

import pytest

from callchain.evidence.runs import summarise
from callchain.model.recording import RunRecord
from tests.trace.programs import Traced, edges, outline


def everywhere(record: RunRecord) -> Counter[str]:
    """How often each function of the namespace was called, in all processes."""
    counts: Counter[str] = Counter()
    for edge in record.edges:
        counts[edge.callee.partition("::")[2]] += edge.count
    return counts


POOLS = """\
import multiprocessing
import os
from concurrent.futures import ProcessPoolExecutor

def work(n):
    return leaf(n)

def leaf(n):
    return n

def main():
    assert sum(multiprocessing.get_context("forkserver").Pool(1).map(work, [1, 2])) == 3
    with multiprocessing.get_context("fork").Pool(2) as pool:
        assert sum(pool.map(work, [1, 2, 3])) == 6
    with ProcessPoolExecutor(1, multiprocessing.get_context("fork")) as executor:
        assert executor.submit(work, 7).result() == 7

if __name__ == "__main__":
    main()
"""


def test_the_workers_of_pools(traced: Traced) -> None:
    record = traced({"main.py": POOLS})
    assert record.exit_code == 0
    assert everywhere(record)["leaf"] == 6, "none is lost, however the workers end"


HEIRS = """\
import os
import subprocess
import sys

CHILD = __file__.replace("main", "child")

def own_environment():
    env = {"PATH": os.environ["PATH"]}
    out = subprocess.run([sys.executable, CHILD, "1"], env=env, capture_output=True, text=True, check=True).stdout
    assert set(env) == {"PATH"}, "the program's own dict is not touched"
    return out

def emptied():
    os.environ.pop("CALLCHAIN_PROBE")
    os.environ.pop("PYTHONPATH", None)
    subprocess.run([sys.executable, CHILD, "2"], check=True)
    os.waitpid(os.posix_spawn(sys.executable, [sys.executable, CHILD, "3"], {"A": "b"}), 0)

def replaced():
    os.execve(sys.executable, [sys.executable, CHILD, "4"], {"A": "b"})

assert own_environment() == "1\\n"
emptied()
replaced()
"""


def test_children_with_an_environment_of_their_own_and_exec(traced: Traced) -> None:
    record = traced(
        {"main.py": HEIRS, "child.py": "import sys\n\ndef work(n):\n    print(n)\n\nwork(sys.argv[1])\n"}
    )
    assert record.exit_code == 0
    assert [process.argv[-1] for process in record.processes[1:]] == ["1", "2", "3", "4"]
    assert everywhere(record)["work"] == 4
    assert outline(record)[-1] == "  replaced open"
    assert record.processes[4].pid == record.processes[0].pid
    names = [process.name for process in summarise(record).processes]
    assert names == ["main", "main.1", "main.2", "main.3", "main.4"]


ENDS = """\
import os
import signal
import subprocess
import sys
import threading
import time

def leaf():
    pass

def calls(n):
    for _ in range(n):
        leaf()

def end(how):
    if how == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    if how == "term":
        os.kill(os.getpid(), signal.SIGTERM)
    if how == "segv":
        os.kill(os.getpid(), signal.SIGSEGV)
    if how == "abort":
        os.abort()
    if how == "exit":
        os._exit(3)
    if how == "daemon":
        threading.Thread(target=loop, daemon=True).start()
        while not started:
            time.sleep(0.001)

started = []

def loop():
    calls(10)
    started.append(1)
    while True:
        time.sleep(0.001)

if len(sys.argv) > 1:
    calls(100)
    end(sys.argv[1])
else:
    for how in ("kill", "term", "segv", "abort", "exit", "daemon"):
        print(how, subprocess.run([sys.executable, __file__, how]).returncode)
"""


def test_however_a_process_ends_its_calls_are_there(traced: Traced) -> None:
    record = traced({"main.py": ENDS})
    output = (traced.recording / "run.out").read_text(encoding="utf-8").split()
    assert output == ["kill", "-9", "term", "-15", "segv", "-11", "abort", "-6", "exit", "3", "daemon", "0"]
    assert everywhere(record)["leaf"] == 610
    assert [process.clean for process in record.processes] == [True, False, False, False, False, True, True]


THREADS = """\
import os
import threading
import time

def leaf():
    pass

def forks():
    child = os.fork()
    leaf()
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)

def spins():
    for _ in range(200):
        leaf()

others = [threading.Thread(target=spins) for _ in range(3)]
for thread in others:
    thread.start()
forks()
for thread in others:
    thread.join()
"""


def test_a_fork_beside_busy_threads(traced: Traced) -> None:
    record = traced({"main.py": THREADS})
    assert record.exit_code == 0
    assert edges(record)["forks:10 → leaf"] == (2, ())
    assert everywhere(record)["leaf"] == 602
    assert outline(record, process=1) == ["<module> open", "  forks open", "    leaf"]


def test_pytest_xdist_workers_are_told_by_name(traced: Traced) -> None:
    tests = "import pytest\nfrom subject import double\n\n@pytest.mark.parametrize('n', range(4))\n"
    record = traced(
        {
            "subject.py": "def double(x):\n    return 2 * x\n",
            "test_subject.py": tests + "def test_it(n):\n    assert double(n) == 2 * n\n",
        },
        *("-m", "pytest", "-q", "-n", "2", "-p", "no:cacheprovider", str(traced.root / "test_subject.py")),
    )
    assert record.exit_code == 0
    assert everywhere(record)["double"] == 4
    assert sorted(process.role for process in record.processes) == ["", "pytest-xdist gw0", "pytest-xdist gw1"]


RANKS = """\
import os
import torch
import torch.distributed as dist
from torch.nn.parallel import DistributedDataParallel
from torch.utils.data import DataLoader, Dataset

class Numbers(Dataset):
    def __len__(self):
        return 8

    def __getitem__(self, at):
        return torch.tensor([float(at)])

class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = torch.nn.Linear(1, 1)

    def forward(self, x):
        return self.layer(x)

def train():
    dist.init_process_group("gloo")
    model = DistributedDataParallel(Net())
    for batch in DataLoader(Numbers(), batch_size=4, num_workers=2):
        model(batch).sum().backward()
    dist.destroy_process_group()

train()
"""


@pytest.mark.demo
def test_the_ranks_of_torchrun_and_the_workers_of_their_loaders(traced: Traced) -> None:
    words = ("-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2")
    record = traced({"main.py": RANKS}, *words, str(traced.root / "main.py"), time_budget_s=120.0)
    assert record.exit_code == 0, (traced.recording / "run.out").read_text(encoding="utf-8")[-2000:]
    counts = everywhere(record)
    assert counts["Net.forward"] == 4, "two batches on each of two ranks"
    assert counts["Numbers.__getitem__"] == 16, "all items, in the loaders' workers"
    roles = Counter(process.role for process in record.processes if process.threads)
    assert {f"rank {n} of 2": 1 for n in (0, 1)} | {
        f"rank {n} of 2, DataLoader worker {w}": 1 for n in (0, 1) for w in (0, 1)
    } == dict(roles)
