"""The calls of many repositories as Parquet in a folder: a file a table and repository, asked through DuckDB."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from callchain.callgraph.org_tables import TABLES, Row
from callchain.callgraph.select import SURE
from callchain.model.errors import CallchainError

_MEANT = """
WITH named AS (
    SELECT repository, symbol FROM names
    WHERE name = $name OR symbol = $name OR ends_with(name, '.' || $name) OR ends_with(symbol, '/' || $name)
), meant AS (
    SELECT * FROM named
    UNION
    SELECT n.repository, s.symbol FROM named n JOIN symbols s
    ON s.repository = n.repository AND s.symbol IN (n.symbol || '.__init__', n.symbol || '.__new__')
)
"""
_KNOWN = f"{_MEANT} SELECT 1 FROM meant LIMIT 1"  # noqa: S608 - our own text
_CALLERS = f"""{_MEANT}
SELECT c.repository, c.commit, c.caller, c.callee, c.path, c.line, c.rule, c.confidence,
    [c.repository] AS defined_in
FROM calls c JOIN meant m ON m.repository = c.repository AND m.symbol = c.callee
WHERE NOT c.external AND c.confidence >= $least
UNION
SELECT c.repository, c.commit, c.caller, c.callee, c.path, c.line, c.rule, c.confidence,
    coalesce(list_sort(list(DISTINCT i.repository) FILTER (WHERE i.repository IS NOT NULL)), [])
FROM calls c LEFT JOIN (
    SELECT DISTINCT n.name, n.repository FROM names n JOIN meant m USING (repository, symbol)
) i ON i.name = c.callee AND i.repository <> c.repository
WHERE c.external AND c.confidence >= $least
    AND (i.name IS NOT NULL OR c.callee = $name OR ends_with(c.callee, '.' || $name))
GROUP BY ALL
ORDER BY ALL
"""  # noqa: S608 - our own text


class StoredCall(msgspec.Struct, frozen=True, array_like=True):
    """A call of some repository; `defined_in` names those that hold the callee, none where it lies outside all."""

    repository: str
    commit: str
    caller: str
    callee: str
    path: str
    line: int
    rule: str
    confidence: float
    defined_in: tuple[str, ...]


@dataclass(frozen=True)
class OrgStore:
    """The folder."""

    folder: Path

    def write(self, repository: str, rows: Iterable[Row]) -> tuple[Path, ...]:
        """Put a repository's tables in place of what was there under its name.

        Raises:
            CallchainError: DuckDB is not installed, or the folder cannot be written to.
        """
        duckdb = duckdb_or_advice()
        try:
            for table in TABLES:
                (self.folder / table).mkdir(parents=True, exist_ok=True)
            with (
                tempfile.TemporaryDirectory(prefix=".part-", dir=self.folder) as scratch,
                duckdb.connect() as base,
            ):
                base.execute("SET threads = 1")
                _as_parquet(base, rows, Path(scratch))
                return tuple(self._placed(Path(scratch), table, repository) for table in TABLES)
        except (OSError, duckdb.IOException) as error:
            raise CallchainError(
                f"{self.folder} cannot be written: {error}", hint="choose another folder"
            ) from None

    def _placed(self, scratch: Path, table: str, repository: str) -> Path:
        return (scratch / f"{table}.parquet").replace(self.folder / table / f"{repository}.parquet")

    def callers_of(self, name: str, least: float = SURE) -> tuple[StoredCall, ...]:
        """Who in any repository calls what goes by `name`.

        Args:
            name: a symbol, a dotted name or the end of one; a name of what no repository holds counts as well.
            least: the lowest confidence of a call.

        Raises:
            CallchainError: DuckDB is not installed, there is no such store, or nothing goes by the name.
        """
        duckdb = duckdb_or_advice()
        wanted = name.removesuffix("()")
        try:
            with self._open(duckdb) as base:
                rows = base.execute(_CALLERS, {"name": wanted, "least": least}).fetchall()
                known = rows or base.execute(_KNOWN, {"name": wanted}).fetchall()
        except duckdb.Error as error:
            told = " ".join(str(error).split())[:200]
            raise CallchainError(f"{self.folder} cannot be read: {told}", hint="index again") from None
        if not known:
            raise CallchainError(
                f"no repository of {self.folder} holds or calls {name!r}", hint="write the end of a dotted name"
            )
        return tuple(msgspec.convert(row, StoredCall) for row in rows)

    def _open(self, duckdb: Any) -> Any:
        if not any((self.folder / "calls").glob("*.parquet")):
            raise CallchainError(
                f"{self.folder} is no store of calls", hint="callchain index REPO… --store FOLDER makes one"
            )
        base = duckdb.connect()
        for table in TABLES:
            parts = str(self.folder.absolute() / table / "*.parquet").replace("'", "''")
            base.execute(f"CREATE VIEW {table} AS SELECT * FROM read_parquet('{parts}')")  # noqa: S608 - a folder of our own, quoted
        return base


def _as_parquet(base: Any, rows: Iterable[Row], scratch: Path) -> None:
    """The tables, through lines of JSON: many times faster than rows handed over one by one."""
    encode = msgspec.json.Encoder().encode
    with ExitStack() as stack:
        files = {name: stack.enter_context((scratch / name).open("wb")) for name in TABLES}
        for table, row in rows:
            files[table].write(encode(row) + b"\n")
    for table, columns in TABLES.items():
        listed = ", ".join(f"'{name}': '{kind}'" for name, kind in columns.items())
        read = f"read_json($file, format = 'newline_delimited', columns = {{{listed}}})"
        base.execute(f"CREATE TABLE {table} AS SELECT * FROM {read}", {"file": str(scratch / table)})  # noqa: S608 - names of our own tables
        base.table(table).write_parquet(str(scratch / f"{table}.parquet"), compression="zstd")


def duckdb_or_advice() -> Any:
    """The module.

    Raises:
        CallchainError: it is not installed; the line says what to do.
    """
    try:
        import duckdb
    except ImportError:
        raise CallchainError(
            "a store of calls needs DuckDB", hint="pip install 'callchain-evidence[query]'"
        ) from None
    return duckdb
