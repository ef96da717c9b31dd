"""Files that tell of themselves without being unpacked: tar archives, numpy arrays, safetensors, SQLite."""

from __future__ import annotations

import ast
import itertools
import json
import sqlite3
import struct
import tarfile
import zipfile
from pathlib import Path
from typing import BinaryIO

from callchain.model.chain import Member

_MAX_MEMBERS = 500
_MAX_HEADER = 1 << 20
_NPY = b"\x93NUMPY"


def of_tar(path: Path) -> tuple[Member, ...]:
    """The members of a tar archive, packed in any way."""
    with tarfile.open(path) as archive:
        entries = [entry for entry in itertools.islice(archive, _MAX_MEMBERS * 4) if entry.isfile()]
    return tuple(Member(name=entry.name, size=entry.size) for entry in sorted(entries, key=lambda e: e.name))[
        :_MAX_MEMBERS
    ]


def of_npy(stream: BinaryIO) -> str:
    """Shape and type of a numpy array on disk, from its header alone; empty where there is none."""
    if stream.read(6) != _NPY:
        return ""
    major, _minor = struct.unpack("BB", stream.read(2))
    (length,) = struct.unpack("<H", stream.read(2)) if major == 1 else struct.unpack("<I", stream.read(4))
    if length > _MAX_HEADER:
        return ""
    facts = ast.literal_eval(stream.read(length).decode("latin-1").strip())
    return f"array of shape {facts['shape']}, {facts['descr']}" if isinstance(facts, dict) else ""


def of_npz(path: Path) -> tuple[Member, ...]:
    """The arrays of a numpy archive with their shapes."""
    with zipfile.ZipFile(path) as archive:
        members = []
        for entry in sorted(archive.infolist(), key=lambda entry: entry.filename)[:_MAX_MEMBERS]:
            with archive.open(entry) as stream:
                members.append(Member(name=entry.filename, size=entry.file_size, note=of_npy(stream)))  # type: ignore[arg-type] # reads bytes as a binary file does
    return tuple(members)


def of_safetensors(path: Path) -> tuple[Member, ...]:
    """The tensors of a safetensors file; raises ValueError for anything else."""
    with path.open("rb") as stream:
        (length,) = struct.unpack("<Q", stream.read(8))
        if length > 64 * _MAX_HEADER:
            raise ValueError("the header is too long")
        table = json.loads(stream.read(length))
    named = sorted((name, facts) for name, facts in table.items() if name != "__metadata__")
    return tuple(
        Member(name=name, note=f"tensor of shape {tuple(facts['shape'])}, {facts['dtype']}")
        for name, facts in named[:_MAX_MEMBERS]
    )


def of_sqlite(path: Path) -> tuple[Member, ...]:
    """The tables of a database, opened for reading alone."""
    connection = sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)
    try:
        names = connection.execute("select name from sqlite_master where type = 'table' order by name").fetchall()
    finally:
        connection.close()
    return tuple(Member(name=str(name), note="table") for (name,) in names[:_MAX_MEMBERS])
