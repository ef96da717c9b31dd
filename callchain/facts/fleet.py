"""Files parsed on many machines: batches as tasks of a Dask scheduler.

A task holds all that it needs (the bytes of its files), so a worker that dies costs the time of its batch: the
scheduler hands it to another, and what no worker can do is done here. Results are named by the content they come
from, so a batch done twice gives the same entries. Nothing is taken from a worker that runs other code.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from callchain.facts.cache import code_digest
from callchain.facts.extract import extract
from callchain.facts.keys import GRAMMAR, key_of
from callchain.facts.records import FileFacts
from callchain.facts.shared_folder import SharedFolder
from callchain.facts.store import Extractor
from callchain.facts.workers import Job
from callchain.model.errors import CallchainError

SCHEME = "dask://"
_MOST_BYTES = 400_000
"""Of source in a task: about a second of work, so that handing it out costs little and losing it costs little."""
_MOST_FILES = 64
_AHEAD = 3
"""Batches under way for each thread of the workers; more would only fill the scheduler's memory."""
_CONNECT_S = 10
_PATIENCE_S = 30
_JOBS = msgspec.msgpack.Decoder(list[Job])
_RESULTS = msgspec.msgpack.Decoder(list[FileFacts | None])
_ENCODER = msgspec.msgpack.Encoder()


def fleet(address: str, shared: Path | None = None) -> Extractor:
    """Something that extracts facts on the workers of a scheduler.

    Args:
        address: `dask://HOST:PORT`.
        shared: a folder that the workers see under the same name; what lies there already is not read again, and
            what they find is kept there. Without it, or where a worker does not see it, facts come back by wire.

    Raises:
        CallchainError: Dask is not installed, or the address means nothing. When it is called: nobody answers
            there, or the workers run other code than this.
    """
    if not address.startswith(SCHEME) or not address.removeprefix(SCHEME).rpartition(":")[2].isdigit():
        raise CallchainError(f"no executor {address!r}", hint="write local or dask://HOST:PORT")
    _distributed()

    def run(jobs: Sequence[Job]) -> list[FileFacts]:
        return _extracted(jobs, address, shared)

    return run


def batches(jobs: Sequence[Job]) -> list[list[Job]]:
    """The jobs in groups of about equal work, in order."""
    found: list[list[Job]] = []
    size = 0
    for job in jobs:
        if not found or size + len(job[2]) > _MOST_BYTES or len(found[-1]) == _MOST_FILES:
            found.append([])
            size = 0
        found[-1].append(job)
        size += len(job[2])
    return found


def work(data: bytes, folder: str) -> bytes:
    """What a worker runs: jobs in; out come facts, and None for each that lies in the shared folder now."""
    store = SharedFolder(Path(folder)) if folder and Path(folder).is_dir() else None
    results: list[FileFacts | None] = []
    for path, module, content, wanted in _JOBS.decode(data):
        facts = extract(path, module, content, wanted)
        kept = store is not None and store.put(key_of(path, module, content), wanted, facts)
        results.append(None if kept else facts)
    return _ENCODER.encode(results)


def identity() -> tuple[bytes, bytes]:
    """What must be the same for facts to be the same: this code and the grammar of the interpreter."""
    return code_digest(Path(__file__).parent), GRAMMAR


def _extracted(jobs: Sequence[Job], address: str, shared: Path | None) -> list[FileFacts]:
    store = SharedFolder(shared) if shared is not None else None
    done = {index: facts for index, job in enumerate(jobs) if (facts := _stored(store, job)) is not None}
    indices = {id(job): index for index, job in enumerate(jobs)}
    missing = batches([job for index, job in enumerate(jobs) if index not in done])
    if missing:
        for batch, results in _on_workers(missing, address, str(shared or "")):
            for job, result in zip(batch, results, strict=True):
                done[indices[id(job)]] = result or _stored(store, job) or extract(*job)
    return [done[index] for index in range(len(jobs))]


def _stored(store: SharedFolder | None, job: Job) -> FileFacts | None:
    if store is None:
        return None
    path, module, data, wanted = job
    facts = store.get(key_of(path, module, data), wanted)
    return facts if facts is not None and facts.path == path else None


def _on_workers(
    missing: Sequence[list[Job]], address: str, folder: str
) -> Iterator[tuple[list[Job], Sequence[FileFacts | None]]]:
    """Each batch with its results as they come; a result that cannot be had is None."""
    with _client(address) as client:
        waiting = list(reversed(missing))
        running: dict[Any, list[Job]] = {}
        most = max(sum(client.nthreads().values()), 1) * _AHEAD
        while waiting or running:
            while waiting and len(running) < most:
                batch = waiting.pop()
                running[client.submit(work, _ENCODER.encode(batch), folder, pure=False)] = batch
            finished = _finished(client, set(running))
            if not finished:  # the last worker is gone: what is left is done here
                left = [*running.values(), *reversed(waiting)]
                running.clear()
                waiting.clear()
                yield from ((batch, [None] * len(batch)) for batch in left)
            for future in finished:
                batch = running.pop(future)
                yield batch, _results(future, len(batch))


def _finished(client: Any, running: set[Any]) -> set[Any]:
    """Tasks that have ended; none when no worker has been there for a while."""
    distributed = _distributed()
    while True:
        with client.as_current(), contextlib.suppress(TimeoutError):
            done: set[Any] = distributed.wait(running, timeout=_PATIENCE_S, return_when="FIRST_COMPLETED").done
            return done
        if not client.nthreads():
            return set()


def _results(future: Any, count: int) -> Sequence[FileFacts | None]:
    if future.status != "finished":  # it killed worker after worker
        return [None] * count
    try:
        found = _RESULTS.decode(future.result())
    except msgspec.MsgspecError:
        found = []
    return found if len(found) == count else [None] * count


@contextlib.contextmanager
def _client(address: str) -> Iterator[Any]:
    distributed = _distributed()
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what goes wrong is told here, in a line
    hint = "start `dask scheduler` and `dask worker`, or use --executor local"
    try:
        client = distributed.Client(
            "tcp://" + address.removeprefix(SCHEME), timeout=_CONNECT_S, set_as_default=False
        )
    except (OSError, TimeoutError, ValueError):
        raise CallchainError(f"no scheduler answers at {address}", hint=hint) from None
    with client:
        try:
            client.wait_for_workers(1, timeout=_PATIENCE_S)
        except TimeoutError:
            raise CallchainError(f"the scheduler at {address} has no workers", hint=hint) from None
        _same_code(client.run(identity, on_error="return").values(), address)
        yield client


def _same_code(identities: Iterable[object], address: str) -> None:
    if any(found != identity() for found in identities):
        raise CallchainError(
            f"a worker of {address} runs another callchain or another Python",
            hint="install this version there, under this version of Python",
        )


def _distributed() -> Any:
    try:
        import distributed
    except ImportError:
        raise CallchainError(
            "an executor of many machines needs Dask", hint="pip install 'callchain-evidence[fleet]'"
        ) from None
    return distributed
