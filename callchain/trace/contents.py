"""The inside of one file: members of archives, keys of pickles and checkpoints; nothing is unpickled."""

from __future__ import annotations

import io
import sqlite3
import struct
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

from callchain.model.chain import Member
from callchain.probe import inert
from callchain.trace import headers

_MAX_MEMBERS = 500
_MAX_KEYS = 200
_MAX_READ = 64 * 1024 * 1024
_PICKLES = (".dill", ".pkl", ".pickle")
_CHECKPOINTS = (".ckpt", ".pt", ".pth")
_HDF5 = (".h5", ".hdf5")
_BY_SUFFIX: dict[str, Callable[[Path], tuple[Member, ...]]] = {
    ".npz": headers.of_npz,
    ".safetensors": headers.of_safetensors,
    ".db": headers.of_sqlite,
    ".sqlite": headers.of_sqlite,
    ".sqlite3": headers.of_sqlite,
}
_UNREADABLE = (
    *(OSError, zipfile.BadZipFile, RuntimeError, tarfile.TarError, sqlite3.Error, struct.error),
    *(ValueError, SyntaxError, KeyError, TypeError, AttributeError),
)


def contents(path: Path) -> tuple[tuple[Member, ...], str]:
    """The members of a file and a note on what it is."""
    suffix = path.suffix.lower()
    size = f"{path.stat().st_size} bytes"
    try:
        if suffix in _CHECKPOINTS or suffix in _PICKLES:
            return _of_value(inert.load(str(path))), "read without unpickling"
        if suffix in _HDF5:
            return _of_hdf5(path), size
        if suffix in _BY_SUFFIX:
            return _BY_SUFFIX[suffix](path), size
        if suffix == ".npy":
            with path.open("rb") as stream:
                return (), f"{size}; {headers.of_npy(stream)}".rstrip("; ")
        if tarfile.is_tarfile(path):
            return headers.of_tar(path), ""
        if zipfile.is_zipfile(path):
            return _of_archive(path), ""
    except inert.Unreadable as error:
        return (), f"{size}; {error}"
    except _UNREADABLE as error:
        return (), f"{size}; not readable ({type(error).__name__})"
    return (), ""


def _of_archive(path: Path) -> tuple[Member, ...]:
    with zipfile.ZipFile(path) as archive:
        entries = sorted(archive.infolist(), key=lambda entry: entry.filename)[:_MAX_MEMBERS]
        return tuple(_member(archive, entry) for entry in entries if not entry.is_dir())


def _member(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Member:
    keys: tuple[str, ...] = ()
    note = ""
    suffix = Path(entry.filename).suffix.lower()
    if suffix in (*_PICKLES, *_HDF5, ".keras", ".zip") and entry.file_size <= _MAX_READ:
        try:
            keys = tuple(_inner_keys(archive.read(entry), suffix)[:_MAX_KEYS])
        except inert.Unreadable as error:
            note = str(error)
        except (OSError, zipfile.BadZipFile, RuntimeError) as error:
            note = f"not readable ({type(error).__name__})"
    return Member(name=entry.filename, size=entry.file_size, keys=keys, note=note)


def _inner_keys(data: bytes, suffix: str) -> list[str]:
    if suffix in _PICKLES:
        return inert.keys(inert.read(data))
    if suffix in _HDF5:
        return [member.name for member in _of_hdf5(io.BytesIO(data))]
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return sorted(archive.namelist())


def _of_value(value: Any) -> tuple[Member, ...]:
    """One member for each key of the dict that a pickle or checkpoint holds."""
    if not isinstance(value, dict):
        return (Member(name="(value)", note=inert.shape(value)),)
    return tuple(_key(name, inner) for name, inner in zip(inert.keys(value), value.values(), strict=True))


def _key(name: str, value: Any) -> Member:
    keys = tuple(inert.keys(value)[:_MAX_KEYS]) if isinstance(value, dict) else ()
    return Member(name=name, keys=keys, note=inert.shape(value))


def _of_hdf5(source: Path | BinaryIO) -> tuple[Member, ...]:
    try:
        import h5py
    except ImportError:
        raise inert.Unreadable("h5py is not installed beside the tool, so the file was not opened") from None
    with h5py.File(source, "r") as file:
        return tuple(Member(name=str(name)) for name in sorted(file))
