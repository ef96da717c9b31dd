"""Facts in a folder that several machines see: a file for each version of a source file, named by content."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

import msgspec

from callchain.facts.records import FileFacts

_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(FileFacts)


class SharedFolder:
    """Facts by key; each entry appears whole or not at all, so writers need not know of each other.

    SQLite would not do here: its locks do not hold on network file systems.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, key: bytes, wanted: int) -> FileFacts | None:
        """What was stored; None where nothing is or where it is damaged."""
        try:
            return _DECODER.decode(self._file(key, wanted).read_bytes())
        except (OSError, msgspec.MsgspecError):
            return None

    def put(self, key: bytes, wanted: int, facts: FileFacts) -> bool:
        """Store; False where the folder cannot be written to, since then the facts must travel otherwise."""
        file = self._file(key, wanted)
        try:
            file.parent.mkdir(exist_ok=True)
            handle, name = tempfile.mkstemp(dir=file.parent, prefix=".part-")
            try:
                with os.fdopen(handle, "wb") as part:
                    part.write(_ENCODER.encode(facts))
                Path(name).replace(file)
            except BaseException:
                with contextlib.suppress(OSError):
                    Path(name).unlink()
                raise
        except OSError:
            return False
        return True

    def _file(self, key: bytes, wanted: int) -> Path:
        name = key.hex()
        return self._folder / name[:2] / f"{name[2:]}-{wanted}"
