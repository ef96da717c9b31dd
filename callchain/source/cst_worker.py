"""The process that runs LibCST: reads framed jobs from its input, writes framed replies, under a memory cap."""

from __future__ import annotations

import functools
import os
import struct
import sys
from typing import BinaryIO

import libcst as cst
import msgspec
from libcst.metadata import MetadataWrapper

from callchain.source.cst_calls import calls_on
from callchain.source.cst_jobs import CallsJob, Reply, SearchJob
from callchain.source.cst_search import search

_FRAME = struct.Struct(">I")
_RECURSION = 5000


def serve() -> None:
    """Answer jobs until the input ends. The first argument is the cap on address space in bytes, 0 for none."""
    _cap_memory(int(sys.argv[1]))
    sys.setrecursionlimit(_RECURSION)
    source = sys.stdin.buffer
    # Whatever prints by accident must not land between two replies.
    sink = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    while (payload := _read(source)) is not None:
        reply = msgspec.json.encode(answer(msgspec.json.decode(payload, type=SearchJob | CallsJob)))
        sink.write(_FRAME.pack(len(reply)) + reply)
        sink.flush()


def answer(job: SearchJob | CallsJob) -> Reply:
    """Do one job; what is wrong with its text is told in the reply."""
    try:
        wrapper = _parse(job.text)
        if isinstance(job, SearchJob):
            return Reply(found=search(wrapper, job.queries))
        return Reply(calls=calls_on(wrapper, job.lines))
    except cst.ParserSyntaxError as error:
        return Reply(error=f"LibCST cannot parse line {error.raw_line}: {error.message.splitlines()[0]}")
    except RecursionError:
        return Reply(error="it is nested too deeply for LibCST")
    except MemoryError:
        _parse.cache_clear()
        return Reply(error="LibCST needs more memory for it than it may take")


@functools.lru_cache(maxsize=1)
def _parse(text: str) -> MetadataWrapper:
    return MetadataWrapper(cst.parse_module(text), unsafe_skip_copy=True)


def _read(source: BinaryIO) -> bytes | None:
    head = source.read(_FRAME.size)
    return source.read(_FRAME.unpack(head)[0]) if len(head) == _FRAME.size else None


def _cap_memory(limit: int) -> None:
    try:
        import resource  # not on every platform
    except ImportError:
        return
    if limit:
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
