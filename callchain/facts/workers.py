"""Files parsed in processes of their own, when there are many.

The workers are plain interpreters that read jobs from their standard input: unlike a pool they never import the
program that uses this library again, and being started isolated they never import from the code under study.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec

from callchain.facts.extract import extract
from callchain.facts.records import FileFacts

Job = tuple[str, str, bytes, int]
"""Path, module, bytes, and what is wanted of them."""
_JOBS = msgspec.msgpack.Decoder(list[Job])
_RESULTS = msgspec.msgpack.Decoder(list[FileFacts])
_ENCODER = msgspec.msgpack.Encoder()
_PROGRAM = (
    "import sys; sys.path.insert(0, sys.argv[1]); import callchain; del sys.path[0]; "  # this very copy of it
    "sys.path.append(sys.argv[1]); from callchain.facts.workers import serve; serve()"
)


def extract_in_parallel(jobs: Sequence[Job], count: int) -> list[FileFacts]:
    """The facts of each job, in order; the jobs of a worker that fails are done here."""
    shares = [list(jobs[start::count]) for start in range(count)]
    home = str(Path(__file__).resolve().parents[2])
    command = [sys.executable, "-I", "-c", _PROGRAM, home]
    started: list[subprocess.Popen[bytes]] = []
    try:
        for share in shares[1:]:
            worker = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603 - our own interpreter
            started.append(worker)
            _send(worker, _ENCODER.encode(share))
        done = [[extract(*job) for job in shares[0]]]
        done += [_received(worker, share) for worker, share in zip(started, shares[1:], strict=True)]
    finally:
        for worker in started:
            worker.kill()
            worker.wait()
    return [done[index % count][index // count] for index in range(len(jobs))]


def _send(worker: subprocess.Popen[bytes], data: bytes) -> None:
    if worker.stdin is not None:
        try:
            worker.stdin.write(data)
            worker.stdin.close()
        except OSError:  # it died: what it leaves undone is done here
            pass
        worker.stdin = None


def _received(worker: subprocess.Popen[bytes], share: Sequence[Job]) -> list[FileFacts]:
    output, _ = worker.communicate()
    try:
        found = _RESULTS.decode(output)
    except msgspec.MsgspecError:
        found = []
    return found if len(found) == len(share) else [extract(*job) for job in share]


def serve() -> None:
    """What a worker runs: jobs in, facts out."""
    jobs = _JOBS.decode(sys.stdin.buffer.read())
    sys.stdout.buffer.write(_ENCODER.encode([extract(*job) for job in jobs]))
