"""Recording a part of this very process: the same probe, installed for a while and taken out again."""

from __future__ import annotations

import json
import tempfile
import threading
from dataclasses import replace
from pathlib import Path

import msgspec

from callchain.model.errors import CallchainError
from callchain.model.recording import RunRecord
from callchain.probe.bootstrap import Probe
from callchain.trace.launch import prepare, record_of, redactor_of, write_order
from callchain.trace.request import RunRequest
from callchain.trace.segments import read_all

_alone = threading.Lock()


class Inside:
    """A recording that begins now; one at a time in a process.

    Args:
        request: as for a command; its `command` is only shown, its budget does not count, and its `recording` is a
            temporary folder instead.

    Raises:
        CallchainError: another recording of this process has not ended.
    """

    def __init__(self, request: RunRequest) -> None:
        if not _alone.acquire(blocking=False):
            raise CallchainError("this process is being traced already", hint="end that trace first")
        try:
            self._scratch = tempfile.TemporaryDirectory(prefix="callchain-trace-")
            # The compiled core serves one recorder for the life of a process; here one may follow another.
            self._request = replace(request, recording=Path(self._scratch.name), pure=True)
            self._folder = prepare(self._request)
            order = write_order(self._request, self._folder)
            self._probe = Probe(json.loads(order.read_text(encoding="utf-8")), str(order))
            self._probe.start()
        except BaseException:
            _alone.release()
            raise

    def end(self) -> RunRecord:
        """Take the probe out and read what it recorded; to be called once."""
        try:
            self._probe.close()
            self._probe.effects.silence()
            record = record_of(self._request, redactor_of(self._request), 0, "exit", read_all(self._folder))
        finally:
            self._scratch.cleanup()
            _alone.release()
        return msgspec.structs.replace(record, output="")
