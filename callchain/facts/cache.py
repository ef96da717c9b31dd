"""A bounded key-value store on disk that many runs may use at once, and that heals itself when it is damaged."""

from __future__ import annotations

import contextlib
import hashlib
import os
import sqlite3
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

import platformdirs

_MOST_BYTES = 2_000_000_000
_KEPT_SHARE = 0.6
_BATCH = 500
_FORMAT = 2
"""What stands in `user_version`; a file of another format is emptied: all that it holds can be made again."""
_SCHEMA = f"""
BEGIN IMMEDIATE;
DROP TABLE IF EXISTS entry;
CREATE TABLE entry (key BLOB PRIMARY KEY, value BLOB NOT NULL, turn INTEGER NOT NULL);
CREATE INDEX by_turn ON entry (turn);
PRAGMA user_version = {_FORMAT};
COMMIT;
"""
"""With row ids: values of many kilobytes are found seven times sooner than in the leaves of an index."""


def cache_folder() -> Path:
    """The user's cache folder, or the one that `CALLCHAIN_CACHE_DIR` names."""
    named = os.environ.get("CALLCHAIN_CACHE_DIR")
    return Path(named) if named else Path(platformdirs.user_cache_dir("callchain"))


@cache
def code_digest(folder: Path) -> bytes:
    """A digest of the program files in `folder`: what another version of the code stored is not taken."""
    digest = hashlib.blake2b(digest_size=16)
    for file in sorted(folder.glob("*.py")):
        digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return digest.digest()


def open_cache(folder: Path | None = None) -> Cache | None:
    """The cache, made where there is none and made anew where it is damaged; None where it cannot be kept."""
    path = (folder or cache_folder()) / "facts.sqlite"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError:
        return None
    for _ in range(2):
        try:
            return Cache(path)
        except sqlite3.OperationalError:
            return None
        except sqlite3.DatabaseError:
            _discard(path)
    return None


def _discard(path: Path) -> None:
    for suffix in ("", "-wal", "-shm", "-journal"):
        with contextlib.suppress(OSError):
            path.with_name(path.name + suffix).unlink(missing_ok=True)


class Cache:
    """Bytes by key in SQLite; no failure of it is an error: what cannot be had is computed again."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection = sqlite3.connect(path, timeout=5.0, isolation_level=None)
        try:
            self._connection.execute("PRAGMA journal_mode=WAL")
            self._connection.execute("PRAGMA synchronous=OFF")
            if self._format() != _FORMAT:
                self._connection.executescript(_SCHEMA)
        except sqlite3.DatabaseError:
            self._connection.close()
            raise

    def _format(self) -> int:
        (version,) = self._connection.execute("PRAGMA user_version").fetchone()
        return int(version)

    def get(self, keys: Iterable[bytes]) -> dict[bytes, bytes]:
        """The values that are stored under some of `keys`."""
        wanted = list(keys)
        found: dict[bytes, bytes] = {}
        try:
            for start in range(0, len(wanted), _BATCH):
                part = wanted[start : start + _BATCH]
                marks = ",".join("?" * len(part))
                found.update(
                    self._connection.execute(f"SELECT key, value FROM entry WHERE key IN ({marks})", part)  # noqa: S608 - only question marks
                )
        except sqlite3.DatabaseError as error:
            self._heal(error)
            return {}
        return found

    def put(self, entries: Mapping[bytes, bytes]) -> None:
        """Store values; the longest unused are dropped when there is too much."""
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            (turn,) = self._connection.execute("SELECT COALESCE(MAX(turn), 0) + 1 FROM entry").fetchone()
            rows = ((key, value, turn) for key, value in entries.items())
            self._connection.executemany("INSERT OR REPLACE INTO entry VALUES (?, ?, ?)", rows)
            self._connection.execute("COMMIT")
            self._bound()
        except sqlite3.DatabaseError as error:
            with contextlib.suppress(sqlite3.DatabaseError):
                self._connection.execute("ROLLBACK")
            self._heal(error)

    def _bound(self) -> None:
        if self._path.stat().st_size <= _MOST_BYTES:
            return
        (low, high) = self._connection.execute("SELECT MIN(turn), MAX(turn) FROM entry").fetchone()
        keep_from = high - int((high - low + 1) * _KEPT_SHARE) + 1
        self._connection.execute("DELETE FROM entry WHERE turn < ?", (keep_from,))
        self._connection.execute("VACUUM")

    def _heal(self, error: sqlite3.DatabaseError) -> None:
        if isinstance(error, sqlite3.OperationalError) and "malformed" not in str(error):
            return  # busy, read-only or full: nothing is damaged
        self._connection.close()
        _discard(self._path)
        with contextlib.suppress(sqlite3.DatabaseError):
            self.__init__(self._path)  # type: ignore[misc]  # the same object goes on with a new file

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()
